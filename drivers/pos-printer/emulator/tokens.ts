/** One unit of an ESC/POS stream. `size` is the number of bytes it took. */
export type Token =
  | { readonly kind: 'character'; readonly bytes: Uint8Array; readonly size: number }
  | { readonly kind: 'lineFeed'; readonly size: 1 }
  /** `name` as the manual writes it ("ESC a", "GS ( H"); `data` are the bytes behind it, length fields left out. */
  | { readonly kind: 'command'; readonly name: string; readonly data: Uint8Array; readonly size: number }
  /** A byte that means nothing here; skipped, as printers do. */
  | { readonly kind: 'unknown'; readonly byte: number; readonly size: number }

/** Parameter bytes behind the two bytes of a command; source: Epson ESC/POS command reference. */
const fixedLengths: Readonly<Record<string, number>> = {
  'ESC @': 0, 'ESC 2': 0, 'ESC i': 0, 'ESC m': 0,
  'ESC a': 1, 'ESC E': 1, 'ESC M': 1, 'ESC  ': 1, 'ESC 3': 1, 'ESC {': 1, 'ESC -': 1, 'ESC t': 1, 'ESC d': 1,
  'ESC J': 1, 'ESC R': 1, 'ESC !': 1, 'ESC G': 1, 'ESC $': 2, 'ESC \\': 2, 'ESC p': 3,
  'FS &': 0, 'FS .': 0, 'FS -': 1, 'FS C': 1, 'FS !': 1, 'FS W': 1, 'FS S': 2,
  'GS !': 1, 'GS B': 1, 'GS a': 1, 'GS r': 1, 'GS I': 1, 'GS w': 1, 'GS h': 1, 'GS H': 1, 'GS f': 1,
  'GS L': 2, 'GS W': 2, 'GS P': 2,
  'DLE EOT': 1, 'DLE ENQ': 1, 'DLE DC4': 3,
} // prettier-ignore

const DLE = 0x10
const LF = 0x0a
const prefixes: Readonly<Record<number, string>> = { 0x1b: 'ESC', 0x1c: 'FS', 0x1d: 'GS', [DLE]: 'DLE' }
const secondNames: Readonly<Record<number, string>> = { 0x04: 'EOT', 0x05: 'ENQ', 0x14: 'DC4' }

/** The character set after FS &; null in FS . and on a model without one. */
export type DoubleByteSet = 'gb18030' | 'shiftjis' | null

/** The token at `at`, or null when the bytes for it have not all come. */
export function readToken(bytes: Uint8Array, at: number, set: DoubleByteSet): Token | null {
  const first = bytes[at]
  if (first === undefined) return null
  const prefix = prefixes[first]
  if (prefix !== undefined) return readCommand(bytes, at, prefix)
  if (first === LF) return { kind: 'lineFeed', size: 1 }
  if (first < 0x20 || first === 0x7f) return { kind: 'unknown', byte: first, size: 1 }
  if (first < 0x80 || set === null) return { kind: 'character', bytes: bytes.slice(at, at + 1), size: 1 }
  return set === 'gb18030' ? readGb18030(bytes, at, first) : readShiftJis(bytes, at, first)
}

/** Halfwidth katakana are one byte, all else two. */
function readShiftJis(bytes: Uint8Array, at: number, first: number): Token | null {
  if (first >= 0xa1 && first <= 0xdf) return { kind: 'character', bytes: bytes.slice(at, at + 1), size: 1 }
  if (first === 0x80 || first === 0xa0 || first > 0xfc) return { kind: 'unknown', byte: first, size: 1 }
  if (bytes[at + 1] === undefined) return null
  return { kind: 'character', bytes: bytes.slice(at, at + 2), size: 2 }
}

/** GB18030: two bytes, or four when the second is a digit. */
function readGb18030(bytes: Uint8Array, at: number, first: number): Token | null {
  if (first === 0x80 || first === 0xff) return { kind: 'unknown', byte: first, size: 1 }
  const second = bytes[at + 1]
  if (second === undefined) return null
  if (second < 0x30) return { kind: 'unknown', byte: first, size: 1 }
  const size = second <= 0x39 ? 4 : 2
  if (at + size > bytes.length) return null
  return { kind: 'character', bytes: bytes.slice(at, at + size), size }
}

function readCommand(bytes: Uint8Array, at: number, prefix: string): Token | null {
  const second = bytes[at + 1]
  if (second === undefined) return null
  const name = `${prefix} ${prefix === 'DLE' ? (secondNames[second] ?? '?') : String.fromCharCode(second)}`
  const fixed = fixedLengths[name]
  if (fixed !== undefined) return command(bytes, at, name, at + 2, fixed)
  switch (name) {
    case 'GS V':
      return readCut(bytes, at)
    case 'GS (':
    case 'FS (':
      return readParenthesis(bytes, at, name)
    case 'GS v':
      return readRaster(bytes, at)
    case 'GS k':
      return readBarcode(bytes, at)
    case 'GS 8':
      return readLongGraphics(bytes, at)
    default:
      return { kind: 'unknown', byte: second, size: 2 }
  }
}

function command(bytes: Uint8Array, at: number, name: string, from: number, length: number): Token | null {
  if (from + length > bytes.length) return null
  return { kind: 'command', name, data: bytes.slice(from, from + length), size: from + length - at }
}

/** GS V m, or GS V m n for the functions that feed first. */
function readCut(bytes: Uint8Array, at: number): Token | null {
  const mode = bytes[at + 2]
  if (mode === undefined) return null
  return command(bytes, at, 'GS V', at + 2, [65, 66, 97, 98, 103, 104].includes(mode) ? 2 : 1)
}

/** GS ( X pL pH, then that many bytes. */
function readParenthesis(bytes: Uint8Array, at: number, prefix: string): Token | null {
  const [letter, low, high] = bytes.subarray(at + 2, at + 5)
  if (letter === undefined || low === undefined || high === undefined) return null
  return command(bytes, at, `${prefix} ${String.fromCharCode(letter)}`, at + 5, low + high * 256)
}

/** GS v 0 m xL xH yL yH, then x * y bytes; x in bytes, y in dots. */
function readRaster(bytes: Uint8Array, at: number): Token | null {
  const [zero, mode, xl, xh, yl, yh] = bytes.subarray(at + 2, at + 8)
  if (zero === undefined || mode === undefined) return null
  if (xl === undefined || xh === undefined || yl === undefined || yh === undefined) return null
  return command(bytes, at, 'GS v 0', at + 3, 5 + (xl + xh * 256) * (yl + yh * 256))
}

/** GS k m: up to NUL for m below 65, else a length byte. */
function readBarcode(bytes: Uint8Array, at: number): Token | null {
  const [kind, length] = bytes.subarray(at + 2, at + 4)
  if (kind === undefined || length === undefined) return null
  if (kind >= 65) return command(bytes, at, 'GS k', at + 4, length)
  const end = bytes.indexOf(0, at + 3)
  return end === -1 ? null : command(bytes, at, 'GS k', at + 3, end + 1 - (at + 3))
}

/** GS 8 L p1 p2 p3 p4, then that many bytes. */
function readLongGraphics(bytes: Uint8Array, at: number): Token | null {
  const length = bytes.subarray(at + 3, at + 7)
  const [p1, p2, p3, p4] = length
  if (p1 === undefined || p2 === undefined || p3 === undefined || p4 === undefined) return null
  return command(bytes, at, 'GS 8 L', at + 7, p1 + p2 * 256 + p3 * 65_536 + p4 * 16_777_216)
}
