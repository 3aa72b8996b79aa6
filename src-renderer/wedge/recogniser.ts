/** A key as the browser tells it; `key` is what it writes, or its name. */
export interface Key {
  readonly key: string
  readonly control: boolean
  /** Milliseconds of a clock that never goes back. */
  readonly atMs: number
}

/**
 * - `held`: may be part of a scan; the page must not have it yet.
 * - `typed`: a person's; the text that was held in front of it goes to the page first. `held`: the key itself may begin
 *   a scan; otherwise it goes to the page as well.
 * - `scanned`: a whole code. `refused`: a scan that is none, such as a card's track; nothing of it is given.
 */
export type KeyAnswer =
  | { readonly kind: 'held' }
  | { readonly kind: 'typed'; readonly before: string; readonly held: boolean }
  | { readonly kind: 'scanned'; readonly text: string }
  | { readonly kind: 'refused' }

export interface WedgeRecogniser {
  key(key: Key): KeyAnswer
  /** Nothing came for `gapMs`: what a person had typed meanwhile. */
  pause(): string
}

/** Scanners type a key every 1 to 30 ms; the fastest typists need 60, and nobody keeps that up for a whole code. */
export const gapMs = 50
/** Codes of fewer characters are none. */
const shortest = 4
const longest = 512
const groupSeparator = '\u001d'

/** Tells a scanner that types into the page from a person by its speed, and by the Enter or Tab behind the code. */
export function createWedgeRecogniser(): WedgeRecogniser {
  let held = ''
  let lastMs = -Infinity

  const take = (): string => {
    const text = held
    held = ''
    return text
  }

  return {
    key({ key, control, atMs }) {
      const before = atMs - lastMs > gapMs ? take() : ''
      if (key === 'Enter' || key === 'Tab') {
        if (held.length < shortest) return { kind: 'typed', before: before + take(), held: false }
        const text = take()
        return isCode(text) ? { kind: 'scanned', text } : { kind: 'refused' }
      }
      const written = control ? (key === ']' ? groupSeparator : null) : key.length === 1 ? key : null
      // No code begins with a space, and it presses buttons.
      if (written === null || (written === ' ' && held === '')) {
        return { kind: 'typed', before: before + take(), held: false }
      }
      lastMs = atMs
      if (held.length < longest) held += written
      return before === '' ? { kind: 'held' } : { kind: 'typed', before, held: true }
    },
    pause: take,
  }
}

/** Not the track of a card between its sentinels, which may be a payment card's. */
function isCode(text: string): boolean {
  return !/^[%;+].*\?$/s.test(text) && text.length < longest
}
