import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import {
  emulateTerminal,
  type EmulatedTerminal,
} from '../../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import type { TerminalScreen } from '../../../drivers/payment-terminal/emulator/terminal-core.ts'
import { openStore, temporaryFolder } from '../lane/support/stores.ts'
import { clock } from './setUp.ts'

const program = path.join(import.meta.dirname, 'till-process.ts')

interface RunningTill {
  readonly lines: string[]
  readonly child: ChildProcess
  readonly ended: Promise<void>
}

function startTill(dataDir: string, terminal: EmulatedTerminal, rounds: number): RunningTill {
  const child = spawn(process.execPath, [program, dataDir, terminal.address, String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  let held = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (held + chunk.toString('utf8')).split('\n')
    held = parts.pop() ?? ''
    lines.push(...parts)
  })
  return { lines, child, ended: new Promise((resolve) => child.on('close', () => resolve())) }
}

/** SIGKILL when the terminal shows this screen for the nth time, or has booked, or at once. */
function killAt(
  till: RunningTill,
  terminal: EmulatedTerminal,
  when: TerminalScreen | 'booked',
  nth: number,
): void {
  let seen = 0
  let screen: TerminalScreen = terminal.state().screen
  const booked = terminal.charges().length
  const stop = terminal.onChange((state) => {
    const hit =
      when === 'booked' ? terminal.charges().length > booked : state.screen === when && screen !== when
    screen = state.screen
    if (hit) seen += 1
    if (seen < nth) return
    stop()
    till.child.kill('SIGKILL')
  })
}

const phases = ['presentCard', 'enterPin', 'authorising', 'booked'] as const

test(
  'a till that is killed at each phase of a payment, on a good and on a bad cable, ends with what was charged = what was told',
  { timeout: 120_000 },
  async () => {
    const dataDir = temporaryFolder()
    const terminal = await emulateTerminal({
      autoCard: { id: 'girocard', afterMs: 20 },
      pinMs: 20,
      hostMs: 20,
      bootMs: 60,
    })
    const told: string[] = []
    const killed: string[] = []
    for (const fault of [null, 'linkAfterCharge', 'powerBeforeCharge'] as const) {
      for (const phase of phases) {
        if (fault !== null) terminal.setFault(fault)
        const till = startTill(dataDir, terminal, 3)
        killAt(till, terminal, phase, fault === null ? 2 : 1)
        await till.ended
        told.push(...till.lines)
        if (till.child.signalCode === 'SIGKILL') killed.push(`${fault ?? 'goodCable'} ${phase}`)
      }
    }
    const last = startTill(dataDir, terminal, 0)
    await last.ended
    told.push(...last.lines)
    expect(last.lines.at(-1)).toBe('end')
    expect(killed.length).toBeGreaterThanOrEqual(10)

    const store = openStore(dataDir, clock)
    expect(store.openCardCalls()).toEqual([])
    const begun = told
      .flatMap((line) => /^begun (\w+) (\d+)$/.exec(line)?.slice(1, 3) ?? [])
      .filter((_, i) => i % 2 === 0)
    const kept = begun.map((key) => store.cardCall(key))
    const keptApproved = kept.flatMap((row) =>
      row?.outcome?.kind === 'approved' ? [row.outcome.approval] : [],
    )
    const charges = terminal.charges()
    expect(keptApproved.map(({ traceNumber }) => traceNumber).toSorted((a, b) => a - b)).toEqual(
      charges.map(({ traceNumber }) => traceNumber),
    )
    expect(keptApproved.reduce((sum, { approvedMinor }) => sum + approvedMinor, 0)).toBe(terminal.netMinor())
    // What was told to a shopper is never taken back by what is kept.
    for (const line of told) {
      const [, key = '', kind = ''] = /^told (\w+) (\w+)/.exec(line) ?? []
      if (key !== '') expect(store.cardCall(key)?.outcome?.kind).toBe(kind)
    }
    await terminal.close()
  },
)
