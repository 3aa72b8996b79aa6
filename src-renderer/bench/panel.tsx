import { useState, type ReactNode } from 'react'
import type { BenchView } from '../../src-main/contract/bench.ts'
import { CameraBench } from './cameraBench.tsx'
import type { BenchState, BenchTools } from './benchState.ts'
import { ItemBench } from './itemBench.tsx'
import { MoneyBench } from './moneyBench.tsx'
import { PrinterBench } from './printerBench.tsx'
import { SideBench } from './sideBench.tsx'
import { WalletBench } from './walletBench.tsx'

interface BenchPanelProps {
  readonly state: BenchState
  readonly tools: BenchTools
}

/** Narrower windows begin with the bench put aside: it would lie over the lane. */
const roomForBothPx = 1280

/** The bench beside the lane: its words are for developers, so they are English only. */
export function BenchPanel({ state, tools }: BenchPanelProps): ReactNode {
  const [open, setOpen] = useState(() => !(globalThis.innerWidth < roomForBothPx))
  if (state.bench === null) return null
  return (
    <aside className="bench-panel" data-open={open || undefined} lang="en" aria-label="Bench">
      <button type="button" className="bench-handle" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide the bench' : 'Bench'}
      </button>
      {open ? <BenchBody bench={state.bench} state={state} tools={tools} /> : null}
    </aside>
  )
}

function BenchBody({ bench, state, tools }: BenchPanelProps & { readonly bench: BenchView }): ReactNode {
  return (
    <div className="bench-body">
      <p className="bench-note">
        Emulated devices at the far end of real ports. What you do here, hands and plugs would do in a shop.
        {bench.staffPin === null ? null : (
          <>
            {' '}
            Staff PIN: <b>{bench.staffPin}</b>
          </>
        )}
      </p>
      {state.refusal === null ? null : (
        <p className="bench-refusal" role="status">
          The bench refused: {state.refusal}
        </p>
      )}
      <ItemBench bench={bench} tools={tools} />
      <WalletBench bench={bench} lane={state.lane} tools={tools} />
      <CameraBench bench={bench} tools={tools} />
      <MoneyBench bench={bench} tools={tools} />
      <SideBench bench={bench} tools={tools} />
      <PrinterBench bench={bench} tools={tools} />
      <HubBench bench={bench} lane={state.lane} tools={tools} />
    </div>
  )
}

interface HubBenchProps {
  readonly bench: BenchView
  readonly lane: BenchState['lane']
  readonly tools: BenchTools
}

function HubBench({ bench, lane, tools }: HubBenchProps): ReactNode {
  const { running, controllable } = bench.hub
  return (
    <section className="bench-section">
      <h2>Hub</h2>
      <p className="bench-note">
        {running ? 'Running' : 'Stopped'}
        {lane === null
          ? ''
          : ` · lane says ${lane.sync.hub}, ${lane.sync.pendingEntries} entries to sync, ${lane.sync.deferredCount} payments deferred`}
      </p>
      <button
        type="button"
        disabled={!controllable}
        onClick={() => void tools.tell({ type: 'bench:hub', running: !running })}
      >
        {running ? 'Stop the hub' : 'Start the hub'}
      </button>
    </section>
  )
}
