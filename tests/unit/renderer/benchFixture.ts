import type { BenchView } from '../../../src-main/contract/bench.ts'
import { lines, saleId } from './fixtures.ts'

export const benchView: BenchView = {
  terminal: {
    address: 'tcp://127.0.0.1:20007',
    plugged: true,
    screen: 'presentCard',
    amountMinor: 2040,
    netMinor: 990,
    cards: ['girocard', 'noFunds'],
    faults: ['silent'],
  },
  fiscal: { address: 'tcp://127.0.0.1:7530', fault: 'none', open: 1, finished: 12 },
  version: 1,
  printer: {
    address: 'pty:printer',
    paperMm: 80,
    state: 'ready',
    paperLeftMm: 18_240,
    drawer: 'closed',
    fault: 'none',
    papers: [{ id: 'one', copy: false }],
  },
  scanner: { address: 'pty:scanner', plugged: true, fault: 'none' },
  side: [
    {
      key: 'scale',
      title: 'Scale',
      address: 'pty:scale',
      plugged: true,
      shows: ['1.250 kg'],
      slider: { label: 'On the plate (g)', min: 0, max: 20_000, step: 5, value: 1250 },
      actions: [{ id: 'unplug', label: 'Unplug' }],
      faults: ['none', 'silent'],
      fault: 'none',
    },
  ],
  camera: {
    kind: 'replay',
    sources: [
      { id: 'a', label: 'Person A' },
      { id: 'b', label: 'Person B' },
    ],
    sourceId: 'a',
  },
  wallets: [
    { accountId: saleId, name: 'Wang Xiaoming', balanceMinor: 50_000, url: 'http://127.0.0.1:7000/w/1' },
  ],
  hub: { running: true, controllable: true },
  items: lines.map((line) => line.item),
  staffPin: '2468',
}
