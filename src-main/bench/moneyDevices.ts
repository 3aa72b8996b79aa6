import type { EmulatedFiscalDevice } from '../../drivers/fiscal/emulator/fiscal-emulator.ts'
import { testCards } from '../../drivers/payment-terminal/emulator/cards.ts'
import { terminalFaults } from '../../drivers/payment-terminal/emulator/terminal-core.ts'
import type { EmulatedTerminal } from '../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import type { BenchCommand, BenchView } from '../contract/bench.ts'
import { unreachable } from '../contract/result.ts'

/** An answer that is later than any shopper waits. */
const slowMs = 20_000

export function terminalView(terminal: EmulatedTerminal): NonNullable<BenchView['terminal']> {
  const { plugged, screen, amountMinor } = terminal.state()
  return {
    address: terminal.address,
    plugged,
    screen,
    amountMinor,
    netMinor: terminal.netMinor(),
    cards: testCards.map(({ id }) => id),
    faults: [...terminalFaults],
  }
}

export function fiscalView(device: EmulatedFiscalDevice): NonNullable<BenchView['fiscal']> {
  const { running, fault, open, finished } = device.state()
  return { address: device.address, fault: running ? fault.kind : 'down', open, finished }
}

/** False for a fault nobody knows. */
export function armTerminal(terminal: EmulatedTerminal, name: string): boolean {
  const fault = terminalFaults.find((known) => known === name)
  if (fault !== undefined) terminal.setFault(fault)
  return fault !== undefined
}

export async function setFiscalFault(
  device: EmulatedFiscalDevice,
  fault: Extract<BenchCommand, { type: 'bench:fiscal' }>['fault'],
): Promise<void> {
  if (fault === 'down') return device.goDown()
  await device.comeUp()
  switch (fault) {
    case 'slow':
      return device.setFault({ kind: 'slow', ms: slowMs })
    case 'none':
    case 'loseReply':
    case 'memoryFull':
    case 'certificateExpired':
    case 'garbage':
      return device.setFault({ kind: fault })
    default:
      return unreachable(fault)
  }
}
