import type { ScaleStatus } from './scale-port.ts'
import type { ScaleFraming, ScaleProtocol } from './scale-protocol.ts'
import { parseMilligrams, type ScaleAnswer } from './weight.ts'

const STX = 0x02
const CR = 0x0d
const parityBit = 0x80
/** `WW.WWWN` is the longest answer. */
const maxAnswerLength = 16
const hello = 'hello'

/** Scale status byte: Mettler Toledo DIVA service manual 72191202, 6.1.4.3. Bit 7 is parity. */
export const toledoStatus = {
  motion: 0x01,
  overCapacity: 0x02,
  underZero: 0x04,
  outsideZeroCapture: 0x08,
  centreOfZero: 0x10,
  net: 0x20,
  /** "Always 1" in the DIVA; other models set it for a command they do not know. It decides nothing here. */
  always: 0x40,
} as const

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

/**
 * Mettler Toledo 8217: 7 data bits, even parity. Where the port underneath cannot do parity (a pseudo-terminal, some
 * USB bridges) the bit arrives with the byte: STX has an odd number of ones, so 0x82 tells that it is there, and then
 * every byte of the answer is checked.
 */
export const toledo8217: ScaleProtocol = {
  id: 'toledo-8217',
  line: { baud: 9600, dataBits: 7, parity: 'even' },
  createFraming: createToledoFraming,
  commands: {
    weigh: ascii('W'),
    zero: ascii('Z'),
    tare: ascii('T\r'),
    setTare: (grams) => ascii(`T${String(grams).padStart(5, '0')}\r`),
    clearTare: ascii('C'),
    probe: ascii(`E${hello}`),
    endProbe: ascii('F'),
  },
}

export function createToledoFraming(): ScaleFraming {
  let inside = false
  let withParity = false
  let spoilt: 'parity' | 'tooLong' | null = null
  let text = ''
  /** What came outside of answers: the echo of the probe. */
  let loose = ''

  const finish = (): ScaleAnswer => {
    inside = false
    return spoilt === null ? decodeToledo(text) : { kind: 'unreadable', reason: spoilt }
  }

  return {
    push(bytes) {
      const answers: ScaleAnswer[] = []
      for (const byte of bytes) {
        const character = byte & ~parityBit
        if (character === STX) {
          inside = true
          withParity = (byte & parityBit) !== 0
          spoilt = null
          text = ''
          loose = ''
        } else if (inside) {
          if (withParity && !hasEvenParity(byte)) spoilt = 'parity'
          if (character === CR) answers.push(finish())
          else if (text.length === maxAnswerLength) spoilt ??= 'tooLong'
          else text += String.fromCharCode(character)
        } else {
          loose = (loose + String.fromCharCode(character)).slice(-hello.length)
          if (loose === hello) {
            loose = ''
            answers.push({ kind: 'hello' })
          }
        }
      }
      return answers
    },
  }
}

/** The text between STX and CR. */
export function decodeToledo(text: string): ScaleAnswer {
  // `E` and `F` open and close the echo and say nothing else; nor does the start of a confidence test.
  if (text === 'E' || text === 'F' || text === '') return { kind: 'done' }
  if (text.length === 2 && text.startsWith('?')) return decodeStatus(text.charCodeAt(1))
  const match = /^(\d{2,3}\.\d{2,3})(N?)$/.exec(text)
  if (match === null) return { kind: 'unreadable', reason: 'format' }
  const [, digits = '', net] = match
  // Kilograms have three decimals, pounds two (DIVA service manual, 6.1.4.2).
  if (!/^\d{2}\.\d{3}$/.test(digits)) return { kind: 'unreadable', reason: 'unit' }
  const milligrams = parseMilligrams(digits, 'kg')
  if (milligrams === null) return { kind: 'unreadable', reason: 'format' }
  return { kind: 'weight', stable: true, milligrams, net: net === 'N' }
}

function decodeStatus(status: number): ScaleAnswer {
  return {
    kind: 'status',
    status: statusOf(status),
    atZero: (status & toledoStatus.centreOfZero) !== 0,
    net: (status & toledoStatus.net) !== 0,
  }
}

function statusOf(status: number): ScaleStatus {
  if ((status & toledoStatus.motion) !== 0) return 'unstable'
  if ((status & toledoStatus.overCapacity) !== 0) return 'overweight'
  if ((status & toledoStatus.underZero) !== 0) return 'underZero'
  return (status & toledoStatus.centreOfZero) !== 0 ? 'zero' : 'notReady'
}

function hasEvenParity(byte: number): boolean {
  let ones = 0
  for (let rest = byte; rest !== 0; rest &= rest - 1) ones += 1
  return ones % 2 === 0
}
