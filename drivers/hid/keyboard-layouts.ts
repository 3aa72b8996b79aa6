/** What a key writes alone, with shift, and with the right Alt key; an empty string for nothing. */
export type KeyLegend = readonly [plain: string, shift: string, altGr: string]
export const keyboardLayoutIds = ['us', 'de', 'fr'] as const
export type KeyboardLayoutId = (typeof keyboardLayoutIds)[number]
/** By usage of page 07. */
export type KeyboardLayout = ReadonlyMap<number, KeyLegend>

const firstLetter = 0x04
const firstDigit = 0x1e
const firstSign = 0x2d
const extraKey = 0x64

/**
 * Rows in the order of the usages: 26 letter keys (04 to 1D, by the letter of a US keyboard), ten of the digit row (1E to
 * 27), twelve signs (2D to 38), the key left of Z (64). A dot in a right-Alt row is no sign.
 * Source: HID Usage Tables 1.12, section 10; the national keyboards as Linux's xkeyboard-config has them.
 * Dead keys write the sign itself: a scanner presses no second key for it.
 */
const rows: Record<KeyboardLayoutId, readonly (readonly [plain: string, shift: string, altGr: string])[]> = {
  us: [
    ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', ''],
    ['1234567890', '!@#$%^&*()', ''],
    ["-=[]\\\\;'`,./", '_+{}||:"~<>?', ''],
    ['\\', '|', ''],
  ],
  de: [
    ['abcdefghijklmnopqrstuvwxzy', 'ABCDEFGHIJKLMNOPQRSTUVWXZY', '....€.......µ...@.........'],
    ['1234567890', '!"§$%&/()=', '.²³...{[]}'],
    ['ß´ü+##öä^,.-', "?`Ü*''ÖÄ°;:_", '\\..~........'],
    ['<', '>', '|'],
  ],
  fr: [
    ['qbcdefghijkl,noparstuvzxyw', 'QBCDEFGHIJKL?NOPARSTUVZXYW', '....€.....................'],
    ['&é"\'(-è_çà', '1234567890', '.~#{[|`\\^@'],
    [')=^$**mù²;:!', '°+¨£µµM%³./§', ']}.¤........'],
    ['<', '>', ''],
  ],
}

export const keyboardLayouts: Readonly<Record<KeyboardLayoutId, KeyboardLayout>> = {
  us: layout(rows.us),
  de: layout(rows.de),
  fr: layout(rows.fr),
}

function layout(parts: (typeof rows)[KeyboardLayoutId]): KeyboardLayout {
  const firsts = [firstLetter, firstDigit, firstSign, extraKey]
  const keys = parts.flatMap(([plain, shift, altGr], part) =>
    Array.from(plain).map((sign, at): [number, KeyLegend] => [
      (firsts[part] ?? 0) + at,
      [sign, Array.from(shift)[at] ?? '', (Array.from(altGr)[at] ?? '.').replace('.', '')],
    ]),
  )
  return new Map(keys)
}
