const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** What may be shown on a screen in a shop: "王小明" gives "*小明", "Ann Lee" gives "A** L**". */
export function maskName(name: string): string {
  const words = name.trim().split(/\s+/)
  return words.map((word) => (isHan(word) ? maskHan(word) : maskWord(word))).join(' ')
}

function isHan(word: string): boolean {
  return /^\p{Script=Han}/u.test(word)
}

function maskHan(word: string): string {
  const characters = split(word)
  return characters.length === 1 ? '*' : `*${characters.slice(1).join('')}`
}

function maskWord(word: string): string {
  const [first = ''] = split(word)
  return `${first}**`
}

function split(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}

/** A phone number as a receipt may carry it: "138****5678"; short ones keep their last four digits. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  const last = digits.slice(-4)
  return digits.length >= 10 ? `${digits.slice(0, 3)}****${last}` : `****${last}`
}

export function phoneLast4(phone: string): string {
  return phone.replace(/\D/g, '').slice(-4)
}
