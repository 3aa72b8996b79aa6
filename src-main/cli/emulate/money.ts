import {
  emulateFiscalDevice,
  type EmulatedFiscalDevice,
} from '../../../drivers/fiscal/emulator/fiscal-emulator.ts'
import { testCards } from '../../../drivers/payment-terminal/emulator/cards.ts'
import { terminalFaults } from '../../../drivers/payment-terminal/emulator/terminal-core.ts'
import {
  emulateTerminal,
  type EmulatedTerminal,
} from '../../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import { plugVerbs, powerVerb } from './cable.ts'
import { emulatedKind, oneOf, wholeNumber } from './device.ts'

/** Where ZVT terminals listen. */
const zvtPort = 20_007
const fiscalPort = 7530
/** A shopper types a PIN, and an acquirer answers, about this fast. */
const pinMs = 1500
const hostMs = 900
const autoCardMs = 1000
const cards = testCards.map(({ id }) => id)
const fiscalFaults = ['none', 'slow', 'loseReply', 'memoryFull', 'certificateExpired', 'garbage'] as const

const portOf = (text: string | undefined, otherwise: number): number =>
  wholeNumber('--port', text, { min: 0, max: 65_535, otherwise })

export const terminal = emulatedKind<EmulatedTerminal>('terminal', {
  summary: 'ZVT card terminal, on the network or on a serial port',
  options: {
    port: { value: 'N', says: `TCP port on the loopback; ${zvtPort} unless given` },
    link: { value: 'PATH', says: 'a serial port there instead' },
    log: { value: 'FILE', says: 'keeps what it charged there, over restarts' },
    card: { value: 'NAME', says: `holds this card to it by itself: ${cards.join(', ')}` },
  },
  async start({ link, port, log, card }, emit) {
    const emulator = await emulateTerminal({
      ...(link === undefined ? { port: portOf(port, zvtPort) } : { link, kinds: ['socat', 'python3'] }),
      ...(log === undefined ? {} : { log }),
      ...(card === undefined ? {} : { autoCard: { id: oneOf('--card', card, cards), afterMs: autoCardMs } }),
      pinMs,
      hostMs,
    })
    let told = emulator.charges().length
    emulator.onChange((state) => {
      emit({ event: 'state', ...state })
      for (const charge of emulator.charges().slice(told)) emit({ event: 'charge', ...charge })
      told = emulator.charges().length
    })
    return emulator
  },
  verbs: {
    card: {
      usage: 'card NAME',
      says: `holds a test card to it: ${cards.join(', ')}`,
      run: (it, [name]) => it.presentCard(oneOf('The card', name, cards)),
    },
    cancel: { usage: 'cancel', says: 'presses its red key', run: (it) => it.pressCancel() },
    'approve-at-most': {
      usage: 'approve-at-most MINOR',
      says: 'declines what is more',
      run: (it, [minor]) => it.approveAtMost(wholeNumber('MINOR', minor, { min: 0, max: 1_000_000_000 })),
    },
    fault: {
      usage: `fault ${terminalFaults.join('|')}`,
      says: 'of the next payment',
      run: (it, [name]) => it.setFault(oneOf('The fault', name, terminalFaults)),
    },
    'power-cycle': powerVerb,
    ...plugVerbs,
  },
})

export const fiscal = emulatedKind<EmulatedFiscalDevice>('fiscal', {
  summary: 'fiscal signing device on the network',
  options: {
    port: { value: 'N', says: `TCP port on the loopback; ${fiscalPort} unless given` },
    folder: { value: 'DIR', says: 'keeps its key and what it signed there' },
  },
  async start({ port, folder }, emit) {
    const emulator = await emulateFiscalDevice({
      port: portOf(port, fiscalPort),
      ...(folder === undefined ? {} : { folder }),
    })
    emulator.onChange((state) => emit({ event: 'state', ...state }))
    return emulator
  },
  ready: ({ serialNumber }) => ({ serialNumber }),
  verbs: {
    fault: {
      usage: `fault ${fiscalFaults.join('|')} [MS]`,
      says: 'until "fault none"; MS: how slow',
      run(it, [name, ms]) {
        const kind = oneOf('The fault', name, fiscalFaults)
        it.setFault(
          kind === 'slow'
            ? { kind, ms: wholeNumber('MS', ms, { min: 1, max: 600_000, otherwise: 10_000 }) }
            : { kind },
        )
      },
    },
    down: { usage: 'down', says: 'takes it off the network', run: (it) => it.goDown() },
    up: { usage: 'up', says: 'brings it back', run: (it) => it.comeUp() },
  },
})
