import { describe, expect, it } from 'vitest'
import { vendView } from '../../../src-main/lane/vendView.ts'
import type { ReturnRecord, VendJobRecord } from '../../../src-main/ports/store.ts'
import { tea } from '../checkout/inputs.ts'

const saleId = 'a'.repeat(32)
let place = 0
const job = (state: VendJobRecord['state'], outcome: VendJobRecord['outcome'] = null): VendJobRecord => ({
  vendKey: 'b'.repeat(32),
  saleId,
  place: (place += 1),
  lineId: 1,
  slot: '11',
  state,
  outcome,
  updatedAtMs: 0,
})
const returned = (
  state: ReturnRecord['state'],
  refund: ReturnRecord['refunds'][number]['state'] = 'done',
): ReturnRecord => ({
  state,
  decidedBy: 'hub',
  language: 'en',
  currency: 'CNY',
  order: {
    returnKey: 'c'.repeat(32),
    saleId,
    reason: 'notDispensed',
    staffId: 'vending',
    lines: [{ lineId: 1, quantity: { kind: 'each', count: 1 } }],
    refunds: [],
  },
  plan: { value: { amountMinor: 1200, lines: [], taxes: [] }, allocations: [] },
  refunds:
    refund === 'refused'
      ? [{ refundKey: 'd'.repeat(32), state: 'refused', nativeCode: 'CLOSED' }]
      : [{ refundKey: 'd'.repeat(32), state: 'done' }],
  createdAtMs: 0,
  updatedAtMs: 0,
})
const shown = (jobs: VendJobRecord[], returns: ReturnRecord[] = [], away = false) =>
  vendView({ jobs, returns, away, itemIn: (slot) => (slot === '11' ? tea : null) })

describe('what a shopper sees of a sale at the machine', () => {
  it('is each piece as far as it is known', () => {
    const jobs = [job('planned'), job('asked'), job('settled', 'dropped'), job('closed', 'jammed')]
    const states = (away: boolean) => shown(jobs, [], away).pieces.map(({ state }) => state)
    expect(states(false)).toEqual(['waiting', 'turning', 'dropped', 'notDropped'])
    expect(states(true)).toEqual(['waiting', 'checking', 'dropped', 'notDropped'])
    expect(shown(jobs).pieces[0]?.item).toEqual(tea)
    expect(shown([{ ...job('planned'), slot: 'NONE' }]).pieces[0]?.item).toBeNull()
  })

  it('names no refund while nothing is missing', () => {
    expect(shown([job('settled', 'dropped'), job('asked')]).refund).toBeNull()
  })

  it('names the refund as it stands: later, ordered with its amount, or refused', () => {
    const missing = [job('settled', 'timeout')]
    expect(shown(missing).refund).toEqual({ state: 'later', amountMinor: null })
    expect(shown(missing, [returned('refused')]).refund).toEqual({ state: 'later', amountMinor: null })
    expect(shown(missing, [returned('accepted')]).refund).toEqual({ state: 'ordered', amountMinor: 1200 })
    expect(shown(missing, [returned('accepted', 'refused')]).refund).toEqual({
      state: 'refused',
      amountMinor: 1200,
    })
  })
})
