import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWedgeRecogniser, type KeyAnswer } from '../../../src-renderer/wedge/recogniser.ts'

/** Types each character `everyMs` after the one before. */
function type(text: string, everyMs: number, last?: string): KeyAnswer[] {
  const recogniser = createWedgeRecogniser()
  const keys = [...Array.from(text), ...(last === undefined ? [] : [last])]
  return keys.map((key, at) =>
    key === '\u001d'
      ? recogniser.key({ key: ']', control: true, atMs: at * everyMs })
      : recogniser.key({ key, control: false, atMs: at * everyMs }),
  )
}

describe('a scanner that types into the page', () => {
  it.each(['Enter', 'Tab'])('is told by its speed and the %s behind the code', (end) => {
    const answers = type('6901234567892', 10, end)
    expect(answers.at(-1)).toEqual({ kind: 'scanned', text: '6901234567892' })
    expect(answers.slice(0, -1).every(({ kind }) => kind === 'held')).toBe(true)
  })

  it('sends separators of GS1 as Ctrl and a bracket', () => {
    expect(type('0109501101530003\u001d17261231', 5, 'Enter').at(-1)).toEqual({
      kind: 'scanned',
      text: '0109501101530003\u001d17261231',
    })
  })

  it('with a card instead of a code gives nothing of it away', () => {
    for (const track of [';5412751234123456=30121011234567890?', '%B5412751234123456^A/B^3012?']) {
      expect(type(track, 5, 'Enter').at(-1)).toEqual({ kind: 'refused' })
    }
    expect(type('9'.repeat(5000), 1, 'Enter').at(-1)).toEqual({ kind: 'refused' })
  })
})

describe('a person who types', () => {
  it('gets every character back, in order, and no scan comes of it', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9a-z]{0,20}$/),
        fc.integer({ min: 60, max: 400 }),
        (text, everyMs) => {
          const answers = type(text, everyMs, 'Enter')
          expect(answers.some(({ kind }) => kind === 'scanned' || kind === 'refused')).toBe(false)
          expect(answers.map((answer) => (answer.kind === 'typed' ? answer.before : '')).join('')).toBe(text)
        },
      ),
    )
  })

  it('who hits two keys at once and Enter has typed them', () => {
    expect(type('12', 5, 'Enter').at(-1)).toEqual({ kind: 'typed', before: '12', held: false })
  })

  it('presses a button with the space bar', () => {
    expect(type(' ', 5)).toEqual([{ kind: 'typed', before: '', held: false }])
  })

  it('and pauses has typed what was held', () => {
    const recogniser = createWedgeRecogniser()
    recogniser.key({ key: '7', control: false, atMs: 0 })
    expect([recogniser.pause(), recogniser.pause()]).toEqual(['7', ''])
  })
})
