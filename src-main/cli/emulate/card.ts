import {
  emulateCardReader,
  type EmulatedCardReader,
} from '../../../drivers/smart-card-rw/emulator/card-reader-emulator.ts'
import { testCards } from '../../../drivers/smart-card-rw/emulator/card-application.ts'
import { plugVerbs, powerVerb } from './cable.ts'
import { emulatedKind, oneOf, wholeNumber } from './device.ts'

const cards = Object.keys(testCards) as (keyof typeof testCards)[]
const faults = ['none', 'slow', 'garble', 'silent', 'removed-at'] as const

const readerOf = (text: string | undefined): 0 | 1 =>
  wholeNumber('READER', text, { min: 0, max: 1, otherwise: 0 }) === 0 ? 0 : 1

export const card = emulatedKind<EmulatedCardReader>('card', {
  summary: 'two smart card readers in a smart card service of their own (needs root, pcscd and vpcd)',
  options: {},
  async start(_values, emit) {
    const emulator = await emulateCardReader()
    emulator.onChange((state) => emit({ event: 'state', ...state }))
    return emulator
  },
  ready: ({ how }) => ({ how }),
  verbs: {
    insert: {
      usage: 'insert CARD [READER]',
      says: `puts a card in: ${cards.join(', ')}; reader 0 or 1`,
      run: (it, [name, reader]) => it.insert(testCards[oneOf('The card', name, cards)], readerOf(reader)),
    },
    remove: {
      usage: 'remove [READER]',
      says: 'takes it out',
      run: (it, [reader]) => it.remove(readerOf(reader)),
    },
    fault: {
      usage: 'fault none|slow [MS]|garble|silent|removed-at COMMAND',
      says: 'of every card from now on; COMMAND: the number of the command that finds it gone',
      run(it, [name, number]) {
        const kind = oneOf('The fault', name, faults)
        const whole = (otherwise: number): number =>
          wholeNumber('N', number, { min: 1, max: 60_000, otherwise })
        if (kind === 'none') it.setFault(null)
        else if (kind === 'slow') it.setFault({ kind, ms: whole(2000) })
        else if (kind === 'removed-at') it.setFault({ kind: 'removedAt', command: whole(1) })
        else it.setFault({ kind })
      },
    },
    'power-cycle': powerVerb,
    ...plugVerbs,
  },
})
