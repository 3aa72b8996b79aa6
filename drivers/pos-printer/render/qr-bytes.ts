import { qrcode, type QRCode } from 'receiptline'

/** A raster goes out in bands, so that each fits a part that the printer confirms. */
const bandBytes = 400

/** GS ( k functions of a QR symbol: model 2, cell size, error correction level, store, print. */
export function nativeQr(symbol: QRCode): Uint8Array {
  const bytes = Buffer.from(symbol.data, 'utf8')
  const store = bytes.length + 3
  return Buffer.concat([
    Buffer.of(0x1d, 0x28, 0x6b, 4, 0, 49, 65, 50, 0),
    Buffer.of(0x1d, 0x28, 0x6b, 3, 0, 49, 67, symbol.cell),
    Buffer.of(0x1d, 0x28, 0x6b, 3, 0, 49, 69, 48 + 'lmqh'.indexOf(symbol.level)),
    Buffer.of(0x1d, 0x28, 0x6b, store & 0xff, store >> 8, 49, 80, 48),
    bytes,
    Buffer.of(0x1d, 0x28, 0x6b, 3, 0, 49, 81, 48),
  ])
}

/**
 * GS v 0: the symbol's dots. A cell is at least three dots wide and rows are filled to whole bytes with paper, so no
 * byte of the picture is a lone dot in the middle (10H): none can be taken for DLE, which begins a real-time command.
 */
export function rasterQr(symbol: QRCode): Uint8Array[] {
  const modules = qrcode.generate(symbol)
  const bytesPerRow = Math.ceil((modules.length * symbol.cell) / 8)
  const rows = modules.flatMap((row) =>
    Array<Uint8Array>(symbol.cell).fill(rowBytes(row, symbol.cell, bytesPerRow)),
  )
  const bandRows = Math.max(1, Math.floor(bandBytes / bytesPerRow))
  const bands: Uint8Array[] = []
  for (let y = 0; y < rows.length; y += bandRows) {
    const band = rows.slice(y, y + bandRows)
    const header = Buffer.of(0x1d, 0x76, 0x30, 0, bytesPerRow & 0xff, bytesPerRow >> 8, band.length, 0)
    bands.push(Buffer.concat([header, ...band]))
  }
  return bands
}

function rowBytes(row: Uint8Array, cell: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let x = 0; x < row.length * cell; x++) {
    if (row[Math.floor(x / cell)] === 1) bytes[x >> 3] = (bytes[x >> 3] ?? 0) | (128 >> (x & 7))
  }
  return bytes
}
