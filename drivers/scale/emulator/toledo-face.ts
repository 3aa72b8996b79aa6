import { toledoStatus } from '../toledo-8217.ts'
import type { ScaleCore } from './scale-core.ts'

/** One scale's way of talking: what it says to each byte it hears. */
export interface ScaleFace {
  hear(byte: number): Uint8Array | null
}

const CR = 0x0d
const tareDigits = 5

const withEvenParity = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0)
    let ones = 0
    for (let rest = code; rest !== 0; rest &= rest - 1) ones += 1
    return ones % 2 === 0 ? code : code | 0x80
  })

/** Speaks 8217 with its parity bit, which arrives with the byte on a port that does none. */
export function createToledoFace(core: ScaleCore): ScaleFace {
  let echoing = false
  /** Digits of a tare command that is coming in; null outside of one. */
  let tare: string | null = null

  const frame = (text: string): Uint8Array => withEvenParity(`\u0002${text}\r`)
  const status = (): Uint8Array => {
    const shown = core.shown()
    const bits =
      toledoStatus.always |
      (shown.moving ? toledoStatus.motion : 0) |
      (shown.over ? toledoStatus.overCapacity : 0) |
      (shown.under ? toledoStatus.underZero : 0) |
      (shown.outsideZeroCapture ? toledoStatus.outsideZeroCapture : 0) |
      (shown.atZero ? toledoStatus.centreOfZero : 0) |
      (shown.net ? toledoStatus.net : 0)
    return frame(`?${String.fromCharCode(bits)}`)
  }
  const weight = (): Uint8Array => {
    const { grams, moving, over, under, net } = core.shown()
    if (moving || over || under) return status()
    return frame(`${(grams / 1000).toFixed(3).padStart(6, '0')}${net ? 'N' : ''}`)
  }
  const takeTare = (digits: string): Uint8Array => {
    if (digits === '') core.tare()
    else if (digits.length === tareDigits) core.setTare(Number(digits))
    return status()
  }

  return {
    hear(byte) {
      const character = String.fromCharCode(byte & 0x7f)
      if (echoing) {
        if (character !== 'F') return withEvenParity(character)
        echoing = false
        return frame('F')
      }
      if (tare !== null) {
        if ((byte & 0x7f) !== CR) {
          tare = (tare + character).slice(0, tareDigits + 1)
          return null
        }
        const digits = tare
        tare = null
        return takeTare(digits)
      }
      switch (character) {
        case 'W':
          return weight()
        case 'Z':
          core.zero()
          return status()
        case 'T':
          tare = ''
          return null
        case 'C':
          core.setTare(0)
          return status()
        case 'E':
          echoing = true
          return frame('E')
        case '\r':
          return null
        default:
          return status()
      }
    },
  }
}
