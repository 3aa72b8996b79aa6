import { useState, type ReactNode } from 'react'
import { fiscalBenchFaults, type BenchView } from '../../src-main/contract/bench.ts'
import type { BenchTools } from './benchState.ts'

interface MoneyBenchProps {
  readonly bench: BenchView
  readonly tools: BenchTools
}

/** The emulated card terminal and fiscal device, where the configuration asks for them. */
export function MoneyBench({ bench, tools }: MoneyBenchProps): ReactNode {
  const { terminal, fiscal } = bench
  return (
    <>
      {terminal === null ? null : <TerminalBench terminal={terminal} tools={tools} />}
      {fiscal === null ? null : <FiscalBench fiscal={fiscal} tools={tools} />}
    </>
  )
}

const screenWords: Record<NonNullable<BenchView['terminal']>['screen'], string> = {
  off: 'Switched off',
  idle: 'Idle',
  presentCard: 'Present card',
  enterPin: 'Enter PIN',
  authorising: 'Authorising',
}

interface TerminalBenchProps {
  readonly terminal: NonNullable<BenchView['terminal']>
  readonly tools: BenchTools
}

function TerminalBench({ terminal, tools }: TerminalBenchProps): ReactNode {
  const [fault, setFault] = useState('')
  const amount = terminal.amountMinor === null ? '' : ` · ${terminal.amountMinor}`
  return (
    <section className="bench-section">
      <h2>
        Card terminal <small>ZVT</small>
      </h2>
      <p className="bench-note">
        {screenWords[terminal.screen]}
        {amount} · cards have paid {terminal.netMinor} in minor units
      </p>
      <div className="bench-row">
        {terminal.cards.map((id) => (
          <button key={id} type="button" onClick={() => void tools.tell({ type: 'bench:card', id })}>
            {id}
          </button>
        ))}
        <button type="button" onClick={() => void tools.tell({ type: 'bench:terminalCancel' })}>
          Red key
        </button>
        <button type="button" onClick={() => void tools.tell({ type: 'bench:terminalPowerCycle' })}>
          Power cycle
        </button>
        <button
          type="button"
          onClick={() =>
            void tools.tell({ type: 'bench:plug', device: 'terminal', plugged: !terminal.plugged })
          }
        >
          {terminal.plugged ? 'Unplug' : 'Plug in'}
        </button>
      </div>
      <label className="bench-row">
        Fault of the next payment
        <select
          value={fault}
          onChange={(event) => {
            setFault(event.target.value)
            void tools.tell({ type: 'bench:terminalFault', fault: event.target.value })
          }}
        >
          <option value="" disabled>
            none armed
          </option>
          {terminal.faults.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p className="bench-address">{terminal.address}</p>
    </section>
  )
}

interface FiscalBenchProps {
  readonly fiscal: NonNullable<BenchView['fiscal']>
  readonly tools: BenchTools
}

function FiscalBench({ fiscal, tools }: FiscalBenchProps): ReactNode {
  return (
    <section className="bench-section">
      <h2>Fiscal device</h2>
      <p className="bench-note">
        {fiscal.finished} signed, {fiscal.open} open
      </p>
      <label className="bench-row">
        Fault
        <select
          value={fiscal.fault}
          onChange={(event) => {
            const fault = fiscalBenchFaults.find((known) => known === event.target.value)
            if (fault !== undefined) void tools.tell({ type: 'bench:fiscal', fault })
          }}
        >
          {fiscalBenchFaults.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p className="bench-address">{fiscal.address}</p>
    </section>
  )
}
