/** What the printer sends, told apart by fixed bits (Epson TM-T88III specification, appendix G, table G.1). */
export type PrinterReply =
  | { readonly kind: 'realTimeStatus'; readonly byte: number }
  | { readonly kind: 'automaticStatus'; readonly bytes: readonly [number, number, number, number] }
  /** Answer to GS r. */
  | { readonly kind: 'paperStatus'; readonly byte: number }
  | { readonly kind: 'processId'; readonly id: string }
  | { readonly kind: 'flow'; readonly ready: boolean }

const XON = 0x11
const XOFF = 0x13
/** Answer to GS ( H: 37H 22H d1 d2 d3 d4 00H. */
const blockHeader = 0x37
const processIdFlag = 0x22
const processIdLength = 7

/** DLE EOT: 0xx1xx10. */
const isRealTimeStatus = (byte: number): boolean => (byte & 0x93) === 0x12
/** First byte of automatic status back: 0xx1xx00. */
const isAutomaticStatusHead = (byte: number): boolean => (byte & 0x93) === 0x10
/** Bytes two to four of automatic status back, and GS r: 0xx0xxxx. */
const isPlain = (byte: number): boolean => (byte & 0x90) === 0

export interface ReplyParser {
  push(bytes: Uint8Array): PrinterReply[]
}

/** Any chunking gives the same replies. Bytes that begin nothing known are skipped; never holds more than one reply. */
export function createReplyParser(): ReplyParser {
  let held: number[] = []

  const take = (byte: number): PrinterReply | null => {
    if (held[0] === blockHeader) return inBlock(byte)
    if (byte === XON || byte === XOFF) return { kind: 'flow', ready: byte === XON }
    // A real-time answer may come between the bytes of an automatic status.
    if (isRealTimeStatus(byte)) return { kind: 'realTimeStatus', byte }
    if (byte === blockHeader || isAutomaticStatusHead(byte)) {
      held = [byte]
      return null
    }
    if (!isPlain(byte)) {
      held = []
      return null
    }
    if (held.length === 0) return { kind: 'paperStatus', byte }
    held.push(byte)
    const [a, b, c, d] = held
    if (a === undefined || b === undefined || c === undefined || d === undefined) return null
    held = []
    return { kind: 'automaticStatus', bytes: [a, b, c, d] }
  }

  const inBlock = (byte: number): PrinterReply | null => {
    held.push(byte)
    const fits =
      held.length === 2
        ? byte === processIdFlag
        : held.length < processIdLength
          ? byte >= 0x20 && byte < 0x7f
          : byte === 0
    if (!fits) {
      held = []
      return byte === blockHeader ? take(byte) : null
    }
    if (held.length < processIdLength) return null
    const id = String.fromCharCode(...held.slice(2, 6))
    held = []
    return { kind: 'processId', id }
  }

  return {
    push: (bytes) => Array.from(bytes, take).filter((reply) => reply !== null),
  }
}
