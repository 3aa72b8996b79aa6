import type { ScaleCore } from './scale-core.ts'
import type { ScaleFace } from './toledo-face.ts'

const serialNumber = 'B021002593'

/** Speaks MT-SICS: lines in, lines out. */
export function createSicsFace(core: ScaleCore): ScaleFace {
  let text = ''
  const weight = (prefix: string, grams: number): string => `${prefix} ${String(grams).padStart(10)} g`

  const immediate = (): string => {
    const { over, under, moving, grams } = core.shown()
    if (over) return 'S +'
    if (under && !moving) return 'S -'
    return weight(moving ? 'S D' : 'S S', grams)
  }
  const done = (command: string, ok: boolean, answer: string): string => (ok ? answer : `${command} I`)

  const answer = (command: string): string => {
    switch (command) {
      case 'SI':
        return immediate()
      case 'S':
        return core.shown().moving ? 'S I' : immediate()
      case 'Z':
        return done('Z', core.zero(), 'Z A')
      case 'T':
        return core.tare() ? weight('T S', core.shown().grams) : 'T I'
      case 'TAC':
        return done('TAC', core.setTare(0), 'TAC A')
      case 'I4':
      case '@':
        return `I4 A "${serialNumber}"`
      default:
        return knownTare(command)
    }
  }
  const knownTare = (command: string): string => {
    const grams = /^TA (\d{1,6}) g$/.exec(command)?.[1]
    if (grams === undefined) return 'ES'
    return core.setTare(Number(grams)) ? weight('TA A', Number(grams)) : 'TA I'
  }

  return {
    hear(byte) {
      const character = String.fromCharCode(byte)
      if (character === '\r') return null
      if (character !== '\n') {
        text = (text + character).slice(-80)
        return null
      }
      const command = text
      text = ''
      return new TextEncoder().encode(`${answer(command)}\r\n`)
    },
  }
}
