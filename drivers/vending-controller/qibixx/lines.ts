/** The longest line of the interface is a sniffed bus message, which we pass over. */
export const maxLineLength = 256

export interface BridgeLines {
  /** Lines ended by CR, LF or both, without them; any chunking gives the same. One that is too long comes as ''. */
  push(bytes: Uint8Array): string[]
}

export function createBridgeLines(): BridgeLines {
  let text = ''
  let tooLong = false
  return {
    push(bytes) {
      const lines: string[] = []
      for (const byte of bytes) {
        if (byte !== 0x0a && byte !== 0x0d) {
          if (text.length === maxLineLength) tooLong = true
          else text += String.fromCharCode(byte)
          continue
        }
        if (tooLong) lines.push('')
        else if (text !== '') lines.push(text)
        text = ''
        tooLong = false
      }
      return lines
    },
  }
}
