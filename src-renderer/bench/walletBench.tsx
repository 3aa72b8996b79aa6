import type { ReactNode } from 'react'
import type { BenchView } from '../../src-main/contract/bench.ts'
import type { LaneView } from '../../src-main/contract/laneView.ts'
import type { BenchTools } from './benchState.ts'

interface WalletBenchProps {
  readonly bench: BenchView
  readonly lane: LaneView | null
  readonly tools: BenchTools
}

/** Phones of the bench: each holds a fresh payment code to the scanner. */
export function WalletBench({ bench, tools }: WalletBenchProps): ReactNode {
  return (
    <section className="bench-section">
      <h2>Phones</h2>
      <ul className="bench-wallets">
        {bench.wallets.map((wallet) => (
          <li key={wallet.accountId}>
            <a href={wallet.url} target="_blank" rel="noreferrer">
              {wallet.name}
            </a>
            <span className="bench-money">{(wallet.balanceMinor / 100).toFixed(2)}</span>
            <button
              type="button"
              onClick={() => void tools.tell({ type: 'bench:scanWalletCode', accountId: wallet.accountId })}
            >
              Show code to scanner
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
