import { systemDriverClock } from '../../../drivers/port/clock.ts'
import type { EmulatedTerminal } from '../../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import { createCardPayments } from '../../../src-main/cards/card-payments.ts'
import { terminalDriver } from '../../../src-main/devices/drivers.ts'
import { createDeviceSupervisor } from '../../../src-main/devices/supervisor.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import type { CardTerminalPort } from '../../../src-main/ports/cardTerminal.ts'
import type { LogPort } from '../../../src-main/ports/log.ts'
import type { LaneStorePort } from '../../../src-main/ports/store.ts'

export const random = createRandom()
export const clock = createClock(random.key())
const nothing = (): void => undefined
const quiet: LogPort = { debug: nothing, info: nothing, warn: nothing, error: nothing }

export interface Till {
  readonly cards: CardTerminalPort
  close(): Promise<void>
}

/** Card payments over the supervised ZVT driver, as the runtime builds them. */
export function openTill(
  store: LaneStorePort,
  address: EmulatedTerminal['address'],
  transactionLimitMs = 5000,
): Till {
  const supervisor = createDeviceSupervisor({
    clock,
    random,
    log: quiet,
    drivers: {
      printer: null,
      scanner: null,
      terminal: terminalDriver({ address, password: 0, currency: 'EUR' }, systemDriverClock),
    },
  })
  const terminal = supervisor.terminal()
  if (terminal === null) throw new Error('The supervisor has no terminal')
  const cards = createCardPayments({ terminal, store, clock, log: quiet, transactionLimitMs })
  return { cards, close: () => supervisor.close() }
}

export async function until(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 5))
}

export const ready = (cards: CardTerminalPort): Promise<void> => until(() => cards.availability() === 'ready')

/** Asks until the answer is certain, as the payment room does. */
export async function certain(cards: CardTerminalPort, attemptKey: string) {
  for (;;) {
    const outcome = await cards.recover(attemptKey)
    if (outcome.kind !== 'unknown') return outcome
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
