/** The answer of a card: its data, and the status word of two bytes at its end. Source: ISO/IEC 7816-4, section 5. */
export interface CardAnswer {
  readonly data: Uint8Array
  readonly statusWord: number
}

/** Sends one command; an answer without a status word is one of no card. */
export type Transmit = (command: Uint8Array) => Promise<Uint8Array>

export const statusWords = { ok: 0x9000, endOfFile: 0x6282 } as const
const moreData = 0x61
const otherLength = 0x6c
/** A card that always has more to say must end somewhere. */
const maxParts = 8

/** FF CA 00 00 00: the serial number of a contactless card. Source: PC/SC part 3, section 3.2.2.1.3. */
export const getUid = Uint8Array.of(0xff, 0xca, 0x00, 0x00, 0x00)

/** Source: ISO/IEC 7816-4, SELECT by DF name. */
export function selectApplication(aid: Uint8Array): Uint8Array {
  return Uint8Array.of(0x00, 0xa4, 0x04, 0x00, aid.length, ...aid)
}

/** SELECT of an elementary file under the application, without asking what it is (P2 0C). */
export function selectFile(fileId: Uint8Array): Uint8Array {
  return Uint8Array.of(0x00, 0xa4, 0x02, 0x0c, fileId.length, ...fileId)
}

/** READ BINARY of `length` bytes, 1 to 256, from `offset`, 0 to 32767. */
export function readBinary(offset: number, length: number): Uint8Array {
  return Uint8Array.of(0x00, 0xb0, (offset >> 8) & 0x7f, offset & 0xff, length & 0xff)
}

/** Null for bytes that are no answer of a card. */
export function decodeAnswer(bytes: Uint8Array): CardAnswer | null {
  const [high, low] = bytes.slice(-2)
  if (high === undefined || low === undefined || (high & 0xf0) < 0x60) return null
  return { data: bytes.slice(0, -2), statusWord: (high << 8) | low }
}

/** The whole answer: fetched in parts where the card says 61xx, asked again where it wants another length (6Cxx). */
export async function exchange(transmit: Transmit, command: Uint8Array): Promise<CardAnswer | null> {
  let answer = decodeAnswer(await transmit(command))
  if (answer !== null && answer.statusWord >> 8 === otherLength) {
    answer = decodeAnswer(await transmit(Uint8Array.of(...command.slice(0, -1), answer.statusWord & 0xff)))
  }
  const parts: Uint8Array[] = []
  for (let part = 0; answer !== null && answer.statusWord >> 8 === moreData; part++) {
    if (part === maxParts) return null
    parts.push(answer.data)
    answer = decodeAnswer(await transmit(Uint8Array.of(0x00, 0xc0, 0x00, 0x00, answer.statusWord & 0xff)))
  }
  if (answer === null) return null
  return { ...answer, data: Uint8Array.from([...parts, answer.data].flatMap((each) => [...each])) }
}
