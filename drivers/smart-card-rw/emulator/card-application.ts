import type { CardApplication } from './virtual-card.ts'

export interface EmulatedCardContents {
  /** In hex; none for a contact card, which has no serial number to ask for. */
  readonly uid?: string
  readonly aid?: string
  /** Two bytes in hex. */
  readonly fileId?: string
  /** What READ BINARY gives, as text. */
  readonly file?: string
}

const answers = {
  notFound: Uint8Array.of(0x6a, 0x82),
  notSupported: Uint8Array.of(0x6d, 0x00),
  wrongOffset: Uint8Array.of(0x6b, 0x00),
  ok: Uint8Array.of(0x90, 0x00),
} as const

const instructions = { getData: 0xca, select: 0xa4, readBinary: 0xb0 } as const

/** What a card with these contents answers. Keeps what is selected, as long as it lies in the reader. */
export function cardApplication(contents: EmulatedCardContents): CardApplication {
  const file = new TextEncoder().encode(contents.file ?? '')
  let selected: 'nothing' | 'application' | 'file' = 'nothing'

  const select = (apdu: Uint8Array): Uint8Array => {
    const name = Buffer.from(apdu.subarray(5, 5 + (apdu[4] ?? 0))).toString('hex')
    const byName = apdu[2] === 0x04
    if (byName && name === contents.aid?.toLowerCase()) {
      selected = contents.fileId === undefined ? 'file' : 'application'
      return answers.ok
    }
    if (!byName && selected !== 'nothing' && name === contents.fileId?.toLowerCase()) {
      selected = 'file'
      return answers.ok
    }
    return answers.notFound
  }

  return (apdu) => {
    const [, instruction, offsetHigh = 0, offsetLow = 0, length = 0] = apdu
    if (instruction === instructions.getData && apdu[0] === 0xff) {
      if (contents.uid === undefined) return answers.notSupported
      return Uint8Array.of(...Buffer.from(contents.uid, 'hex'), ...answers.ok)
    }
    if (instruction === instructions.select) return select(apdu)
    if (instruction !== instructions.readBinary) return answers.notSupported
    if (selected !== 'file') return answers.notFound
    const offset = (offsetHigh << 8) | offsetLow
    if (offset >= file.length) return answers.wrongOffset
    const data = file.subarray(offset, offset + (length === 0 ? 256 : length))
    // A card says 6282 when the file ends before what was asked for.
    return Uint8Array.of(...data, ...(data.length === length ? answers.ok : [0x62, 0x82]))
  }
}

/** The application of the cards below: an identifier of the range that ISO/IEC 7816-5 leaves to whoever wants one. */
export const emulatedAid = 'F0466163656C616E65'
export const emulatedFileId = '0101'

/** Cards for trying things out. */
export const testCards = {
  member: { uid: '04A1B2C3D4E5F6', aid: emulatedAid, fileId: emulatedFileId, file: '8800123456' },
  otherMember: { uid: '04112233445566', aid: emulatedAid, fileId: emulatedFileId, file: '8800999999' },
  otherShop: { aid: 'A0000000041010' },
  /** Its serial number is drawn anew each time (ISO/IEC 14443-3). */
  phone: { uid: '08DEAD01' },
} as const satisfies Record<string, EmulatedCardContents>
