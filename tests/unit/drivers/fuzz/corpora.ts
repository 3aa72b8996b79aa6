import {
  createTcpFraming,
  createSerialFraming,
  ACK,
  NAK,
} from '../../../../drivers/payment-terminal/zvt/framing.ts'
import { bmp, encodeElement, encodeTlvs } from '../../../../drivers/payment-terminal/zvt/bitmaps.ts'
import type { Apdu } from '../../../../drivers/payment-terminal/zvt/apdu.ts'
import { fakeJpeg } from '../../camera/fakeJpeg.ts'

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
export const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts))

export const reads = [
  ...[
    '6901234567892\r',
    ']E06901234567892\r\n',
    ']C1010400638133393110A1\u001d17261231\r',
    ']Q3会员8812\n',
    '281234567890123456\r',
  ],
].map(ascii)

export const printerReplies = [
  bytes(0x12), bytes(0x16, 0x12, 0x12, 0x12), bytes(0x10, 0, 0, 0x0f), bytes(0x14, 0, 0x0c, 0), bytes(0, 0x0c),
  bytes(0x37, 0x22, 0x30, 0x30, 0x34, 0x31, 0), bytes(0x13, 0x11), bytes(0x10, 0x12, 0, 0, 0),
] // prettier-ignore

/** The data block of a status information (04 0F) of an approved payment. */
export const statusElements = joined(
  encodeElement(bmp.result, bytes(0)),
  encodeElement(bmp.amount, bytes(0, 0, 0, 0, 0x20, 0x40)),
  encodeElement(bmp.currency, bytes(0x09, 0x78)),
  encodeElement(bmp.trace, bytes(0, 0x12, 0x34)),
  encodeElement(bmp.receiptNumber, bytes(0x00, 0x56)),
  encodeElement(bmp.terminalId, bytes(0x52, 0x50, 0x04, 0x31)),
  encodeElement(bmp.pan, bytes(0x67, 0x2e, 0xee, 0xee, 0xee, 0xee, 0xee, 0x47, 0x71, 0x0f)),
  encodeElement(bmp.cardName, ascii('girocard\0')),
  encodeElement(bmp.text, ascii('Zahlung erfolgt 1234 5678 9012 3456')),
  encodeTlvs([
    { tag: '44', value: ascii('girocard') },
    { tag: '1f10', value: bytes(1) },
    { tag: '60', value: bytes(0x43, 1, 2) },
  ]),
)

export const apdus: readonly Apdu[] = [
  { control: 0x8000, data: bytes() },
  { control: 0x040f, data: statusElements },
  { control: 0x04ff, data: bytes(0x0a) },
  { control: 0x060f, data: bytes() },
  { control: 0x061e, data: bytes(0x6c) },
  { control: 0x06d1, data: ascii('print line') },
  { control: 0x0601, data: new Uint8Array(300).fill(0x10) },
]

export const tcpApdus = apdus.map((apdu) => createTcpFraming().encode(apdu))
export const serialApdus = [
  ...apdus.map((apdu) => createSerialFraming().encode(apdu)),
  bytes(ACK),
  bytes(NAK),
]

export const tlvRows = [
  bytes(0x44, 2, 1, 2, 0x1f, 0x10, 0x81, 0x03, 1, 2, 3),
  bytes(0x60, 0x82, 0, 4, 0x43, 2, 9, 9),
  bytes(0x1f, 0x81, 0x22, 0x01, 7),
]

export const fiscalLines = [
  { id: 1, result: 'log', entry: { transactionNumber: 4, signatureCounter: 9, logTime: '2026-11-23T07:00:00.000Z' } },
  { id: 2, result: 'open', startedAt: '2026-11-23T07:00:00.000Z' },
  { id: 3, result: 'list', transactionNumbers: [1, 2, 3] },
  { id: 4, result: 'error', error: 'ErrorStorageFailure' },
].map((reply) => ascii(`${JSON.stringify(reply)}\n`)) // prettier-ignore

export const fiscalRequests = [
  { id: 1, function: 'StartTransaction', clientId: 'lane-1' },
  { id: 2, function: 'FinishTransaction', clientId: 'lane-1', transactionNumber: 7, processType: 'Kassenbeleg-V1', processData: 'Beleg^1.00_0.00' },
].map((request) => ascii(`${JSON.stringify(request)}\n`)) // prettier-ignore

export const jpegs = [
  fakeJpeg({ widthPx: 640, heightPx: 480 }),
  fakeJpeg({ widthPx: 2, heightPx: 1, scan: Buffer.from([1, 0xff, 0xd8, 0xff, 0xd9]) }),
  fakeJpeg({ widthPx: 9, heightPx: 9, thumbnail: true }),
].map((jpeg) => Uint8Array.from(jpeg))

export const codes = [
  '6901234567892', '4006381333931', '96385074', '01234565', '036000291452', '281234567890123456', 'MA7K-2Q9X', ' 6901234567892 ',
].map(ascii) // prettier-ignore

export const elementStrings = [
  '010400638133393110A1', '01040063813339313103001250392012599', '010400638133393117261231\u001d10B7', '(01)04006381333931',
].map(ascii) // prettier-ignore
export const digitalLinks = [
  'https://id.example/01/04006381333931?10=A1', 'https://id.example/gtin/04006381333931/lot/B?3103=001250',
].map(ascii) // prettier-ignore

/** A receipt as the host sends it: text, Chinese, a barcode, a QR code, a raster line, a cut, a fence. */
export const printerCommands = [
  bytes(0x1b, 0x40, 0x1b, 0x61, 1, 0x1d, 0x21, 0x11), ascii('Receipt 42\n'), bytes(0x1c, 0x26, 0xca, 0xd5, 0xbe, 0xdd, 0x0a),
  bytes(0x1d, 0x6b, 73, 4, 0x7b, 0x42, 0x31, 0x32), bytes(0x1d, 0x28, 0x6b, 4, 0, 0x31, 0x50, 0x30, 0x41),
  bytes(0x1d, 0x76, 0x30, 0, 1, 0, 2, 0, 0xaa, 0x55), bytes(0x1d, 0x56, 66, 0), bytes(0x1d, 0x28, 0x48, 6, 0, 0x30, 0x30, 1, 2, 3, 4),
  bytes(0x10, 4, 1), bytes(0x1d, 0x38, 0x4c, 2, 0, 0, 0, 0x30, 0x32),
] // prettier-ignore
