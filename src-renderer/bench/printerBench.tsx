import type { ReactNode } from 'react'
import { printerBenchFaults, type BenchView } from '../../src-main/contract/bench.ts'
import type { BenchTools } from './benchState.ts'
import { FaultChoice } from './faultChoice.tsx'

interface PrinterBenchProps {
  readonly bench: BenchView
  readonly tools: BenchTools
}

const fullRollMm = 20_000
const shortRollMm = 90

const stateWords: Record<NonNullable<BenchView['printer']>['state'], string> = {
  ready: 'Ready',
  busy: 'Printing',
  coverOpen: 'Cover open',
  paperEmpty: 'Out of paper',
  unplugged: 'Unplugged',
  jammed: 'Jammed',
}

/** The emulated printer: its papers slide out newest first, and its faults are a click away. */
export function PrinterBench({ bench, tools }: PrinterBenchProps): ReactNode {
  const { printer } = bench
  if (printer === null) return null
  const coverOpen = printer.state === 'coverOpen'
  const unplugged = printer.state === 'unplugged'
  return (
    <section className="bench-section">
      <h2>
        Printer <small>{printer.paperMm} mm</small>
      </h2>
      <p className="bench-note">
        {stateWords[printer.state]} · {Math.round(printer.paperLeftMm)} mm of paper left · drawer{' '}
        {printer.drawer}
      </p>
      <div className="bench-row">
        <button
          type="button"
          onClick={() => void tools.tell({ type: 'bench:printerCover', open: !coverOpen })}
        >
          {coverOpen ? 'Close cover' : 'Open cover'}
        </button>
        <button
          type="button"
          onClick={() => void tools.tell({ type: 'bench:printerPaper', millimetres: fullRollMm })}
        >
          New roll
        </button>
        <button
          type="button"
          onClick={() => void tools.tell({ type: 'bench:printerPaper', millimetres: shortRollMm })}
        >
          Nearly empty
        </button>
        <button
          type="button"
          onClick={() => void tools.tell({ type: 'bench:printerJam', jammed: printer.state !== 'jammed' })}
        >
          {printer.state === 'jammed' ? 'Clear the jam' : 'Jam the cutter'}
        </button>
        <button
          type="button"
          disabled={printer.drawer === 'closed'}
          onClick={() => void tools.tell({ type: 'bench:drawerClose' })}
        >
          Close the drawer
        </button>
        <button type="button" onClick={() => void tools.tell({ type: 'bench:printerPowerCycle' })}>
          Power cycle
        </button>
        <button
          type="button"
          onClick={() => void tools.tell({ type: 'bench:plug', device: 'printer', plugged: unplugged })}
        >
          {unplugged ? 'Plug in' : 'Unplug'}
        </button>
      </div>
      <FaultChoice
        label="Fault of its answers"
        value={printer.fault}
        faults={printerBenchFaults}
        onChoose={(name) => {
          const fault = printerBenchFaults.find((known) => known === name)
          if (fault !== undefined) void tools.tell({ type: 'bench:printerFault', fault })
        }}
      />
      <p className="bench-address">{printer.address}</p>
      <div className="bench-slot" />
      <ul className="bench-papers">
        {[...printer.papers].reverse().map((paper) => (
          <li key={paper.id}>
            {paper.copy ? <span className="bench-copy">Copy</span> : null}
            <img src={tools.paperUrl(paper.id)} alt={paper.copy ? 'Printed copy' : 'Printed receipt'} />
          </li>
        ))}
      </ul>
    </section>
  )
}
