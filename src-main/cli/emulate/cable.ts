import type { LineFault } from '../../../drivers/virtual-serial/emulated-line.ts'
import type { ReaderFault } from '../../../drivers/virtual-serial/virtual-hid.ts'
import { oneOf, wholeNumber, type EmulatedKind, type Verb, type Verbs } from './device.ts'

interface Pluggable {
  unplug(): Promise<void>
  replug(): Promise<void>
}

/** The plug of any device on a cable. */
export const plugVerbs: Verbs<Pluggable> = {
  unplug: {
    usage: 'unplug',
    says: 'pulls the plug, in the middle of whatever is sent',
    run: (device) => device.unplug(),
  },
  replug: {
    usage: 'replug',
    says: 'plugs it in again, at the same address',
    run: (device) => device.replug(),
  },
}

export const powerVerb: Verb<{ powerCycle(): void | Promise<void> }> = {
  usage: 'power-cycle',
  says: 'switches it off and on; what it held in memory is gone',
  run: (device) => device.powerCycle(),
}

const faultKinds = ['none', 'slow', 'garble', 'duplicate', 'late', 'silent', 'flood'] as const
const faultSays = 'spoils what the device sends until "fault none"; N: times slower, ms late, bytes of noise'
const faultUsage = 'fault none|slow [N]|garble|duplicate|late [N]|silent|flood [N]'
const usualSlowness = 10
const usualLatenessMs = 3000
const usualNoise = 200

/** For devices that answer questions over a line. */
export const lineFaultVerb: Verb<{ setFault(fault: LineFault | null): void }> = {
  usage: faultUsage,
  says: faultSays,
  run: (device, words) => device.setFault(lineFault(words)),
}

/** For devices that send when they read something. */
export const readerFaultVerb: Verb<{ setFault(fault: ReaderFault | null): void }> = {
  usage: faultUsage,
  says: faultSays,
  run(device, words) {
    const fault = lineFault(words)
    device.setFault(fault?.kind === 'flood' ? { kind: 'flood', reports: fault.bytes } : fault)
  },
}

function lineFault([name, number]: readonly string[]): LineFault | null {
  const kind = oneOf('The fault', name, faultKinds)
  const amount = (otherwise: number): number => wholeNumber('N', number, { min: 1, max: 100_000, otherwise })
  switch (kind) {
    case 'none':
      return null
    case 'slow':
      return { kind, factor: amount(usualSlowness) }
    case 'late':
      return { kind, ms: amount(usualLatenessMs) }
    case 'flood':
      return { kind, bytes: amount(usualNoise) }
    case 'garble':
    case 'duplicate':
    case 'silent':
      return { kind }
  }
}

/** Where the near end of a device on a serial line appears. */
export const lineOptions = {
  link: { value: 'PATH', says: 'where its port appears; a temporary folder unless given' },
  baud: { value: 'N', says: 'bits per second, which also pace it' },
} as const satisfies EmulatedKind<never>['options']

export function baudOf(text: string | undefined): { readonly baud?: number } {
  return text === undefined ? {} : { baud: wholeNumber('--baud', text, { min: 50, max: 4_000_000 }) }
}
