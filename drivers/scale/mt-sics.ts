import type { ScaleFraming, ScaleProtocol } from './scale-protocol.ts'
import { parseMilligrams, type ScaleAnswer } from './weight.ts'

const CR = 0x0d
const LF = 0x0a
/** The longest answer we ask for is a serial number in quotes. */
const maxLineLength = 80

const line = (text: string): Uint8Array => new TextEncoder().encode(`${text}\r\n`)

/** Mettler Toledo Standard Interface Command Set, level 0 and 1 (reference manual MT-SICS 11780711). */
export const mtSics: ScaleProtocol = {
  id: 'mt-sics',
  line: { baud: 9600, dataBits: 8, parity: 'none' },
  createFraming: createSicsFraming,
  commands: {
    weigh: line('SI'),
    zero: line('Z'),
    tare: line('T'),
    setTare: (grams) => line(`TA ${grams} g`),
    clearTare: line('TAC'),
    probe: line('I4'),
    endProbe: null,
  },
}

/** Lines end with CR LF; either of them ends one. */
export function createSicsFraming(): ScaleFraming {
  let text = ''
  let tooLong = false
  return {
    push(bytes) {
      const answers: ScaleAnswer[] = []
      for (const byte of bytes) {
        if (byte !== CR && byte !== LF) {
          if (text.length === maxLineLength) tooLong = true
          else text += String.fromCharCode(byte)
          continue
        }
        if (tooLong) answers.push({ kind: 'unreadable', reason: 'tooLong' })
        else if (text !== '') answers.push(decodeSics(text))
        text = ''
        tooLong = false
      }
      return answers
    },
  }
}

export function decodeSics(text: string): ScaleAnswer {
  if (/^I4 A "[^"]*"$/.test(text)) return { kind: 'hello' }
  // Syntax error, transmission error, logical error.
  if (text === 'ES' || text === 'ET' || text === 'EL') return { kind: 'unreadable', reason: 'badCommand' }
  const weight = /^S ([SD]) +(-?[\d.]+) +([A-Za-z]+)$/.exec(text)
  if (weight !== null) return decodeWeight(weight[1] === 'S', weight[2] ?? '', weight[3] ?? '')
  if (text === 'S I') return { kind: 'status', status: 'notReady', atZero: false, net: false }
  if (text === 'S +') return { kind: 'status', status: 'overweight', atZero: false, net: false }
  if (text === 'S -') return { kind: 'status', status: 'underZero', atZero: false, net: false }
  if (/^(?:Z A|T S +-?[\d.]+ +[A-Za-z]+|TA A +[\d.]+ +[A-Za-z]+|TAC A)$/.test(text)) return { kind: 'done' }
  if (/^(?:Z|T|TA|TAC) [IL+-]$/.test(text)) return { kind: 'refused' }
  return { kind: 'unreadable', reason: 'format' }
}

function decodeWeight(stable: boolean, digits: string, unit: string): ScaleAnswer {
  if (!/^(?:mg|g|kg)$/i.test(unit)) return { kind: 'unreadable', reason: 'unit' }
  const milligrams = parseMilligrams(digits, unit)
  if (milligrams === null) return { kind: 'unreadable', reason: 'format' }
  return { kind: 'weight', stable, milligrams, net: false }
}
