import { useState, type ReactNode } from 'react'
import { scannerBenchFaults, type BenchView } from '../../src-main/contract/bench.ts'
import type { Item } from '../../src-main/contract/catalogue.ts'
import { ItemTile } from '../components/itemTile.tsx'
import type { BenchTools } from './benchState.ts'
import { FaultChoice } from './faultChoice.tsx'

interface ItemBenchProps {
  readonly bench: BenchView
  readonly tools: BenchTools
}

/** Goods to put under the scanner: a click sends the barcode's bytes through the emulated scanner's port. */
export function ItemBench({ bench, tools }: ItemBenchProps): ReactNode {
  const [query, setQuery] = useState('')
  const plugged = bench.scanner?.plugged ?? false
  const search = (text: string): void => {
    setQuery(text)
    void tools.tell({ type: 'bench:items', query: text })
  }
  const take = (item: Item): void => {
    const [barcode] = item.barcodes
    if (barcode === undefined) void tools.tellLane({ type: 'item:pick', sku: item.sku })
    else void tools.tell({ type: 'bench:scan', text: barcode })
  }
  return (
    <section className="bench-section">
      <h2>Goods and scanner</h2>
      <input
        type="search"
        placeholder="Search the catalogue"
        aria-label="Search the catalogue"
        value={query}
        onChange={(event) => search(event.currentTarget.value)}
      />
      <ul className="bench-items">
        {bench.items.map((item) => (
          <li key={item.sku}>
            <button
              type="button"
              className="bench-item"
              title={`Scan ${item.name.en}`}
              onClick={() => take(item)}
            >
              <ItemTile item={item} language="zh-CN" />
              <span>
                {item.name['zh-CN']}
                <small>
                  {item.name.en} · {(item.priceMinor / 100).toFixed(2)}
                  {item.unit === 'kg' ? '/kg' : ''}
                  {item.minimumAgeYears === undefined ? '' : ` · ${item.minimumAgeYears}+`}
                </small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {bench.scanner === null ? null : (
        <div className="bench-row">
          <button type="button" onClick={() => void tools.tell({ type: 'bench:scanGarbled' })}>
            Garbled scan
          </button>
          <button
            type="button"
            onClick={() => void tools.tell({ type: 'bench:plug', device: 'scanner', plugged: !plugged })}
          >
            {plugged ? 'Unplug scanner' : 'Plug scanner in'}
          </button>
        </div>
      )}
      {bench.scanner === null ? null : (
        <FaultChoice
          label="Fault of the scanner"
          value={bench.scanner.fault}
          faults={scannerBenchFaults}
          onChoose={(name) => {
            const fault = scannerBenchFaults.find((known) => known === name)
            if (fault !== undefined) void tools.tell({ type: 'bench:scannerFault', fault })
          }}
        />
      )}
      <p className="bench-address">{bench.scanner?.address}</p>
    </section>
  )
}
