import { describe, expect, it } from 'vitest'
import { laneEventSchema } from '../../../src-main/contract/events.ts'
import { hear } from '../lane/support/hear.ts'
import { folderHolds, journalOf } from '../lane/support/stores.ts'
import { attemptKey, code, payingLane } from './setUp.ts'

const kinds = (news: readonly { kind: string; phase?: string }[]): string[] =>
  news.map(({ kind, phase }) => (phase === undefined ? kind : `${kind}:${phase}`))

describe('an online attempt', () => {
  it('is in the journal before the hub hears of it, and approved once the hub says so', async () => {
    const lane = payingLane()
    let journalled: string[] = []
    lane.hub.onAuthorise = () => {
      journalled = journalOf(lane.store).map(({ type }) => type)
    }
    lane.begin()
    await lane.clock.settle()
    expect(journalled.at(-1)).toBe('payment.attempted')
    expect(lane.news).toMatchObject([
      { kind: 'approved', part: { amountMinor: 1_200, maskedAccount: '**** 42' } },
    ])
    expect(lane.state()).toBe('approved')
    expect(journalOf(lane.store).at(-1)).toMatchObject({ outcome: 'approved', approvalCode: 'A1' })
    expect(lane.hub.charged).toEqual([attemptKey])
  })

  it('tells why it was declined, to the shopper and to the journal', async () => {
    const lane = payingLane()
    lane.hub.declines = 'insufficientFunds'
    lane.begin()
    await lane.clock.settle()
    expect(lane.news).toEqual([{ kind: 'declined', reason: 'insufficientFunds' }])
    expect(journalOf(lane.store).at(-1)).toMatchObject({ outcome: 'declined', reason: 'insufficientFunds' })
    expect(lane.hub.charged).toEqual([])
  })

  it('is not sent when its intent cannot be written', async () => {
    const lane = payingLane()
    lane.store.full = true
    expect(() => lane.begin()).toThrow(expect.objectContaining({ code: 'store.diskFull' }) as Error)
    await lane.clock.advance(60_000)
    expect(lane.hub.calls).toEqual([])
    expect(lane.news).toEqual([])
  })

  it('leaves nothing of a payment code in the data folder or in the log, whatever happens to it', async () => {
    const lane = payingLane()
    lane.hub.fates = ['lost', 'nonsense', 'unreachable']
    lane.begin({ kind: 'walletCode', code })
    await lane.clock.advance(30_000)
    lane.restart()
    await lane.clock.advance(30_000)
    expect(lane.state()).toBe('approved')
    expect(folderHolds(lane.dataDir, code)).toBe(false)
    expect(folderHolds(lane.dataDir, attemptKey)).toBe(true)
    expect(lane.log.lines.join()).not.toContain(code)
  })
})

describe('an attempt without an answer', () => {
  it('that was charged is found out by a query, with one charge', async () => {
    const lane = payingLane()
    lane.hub.fates = ['lost']
    lane.begin()
    await lane.clock.advance(20_000)
    expect(kinds(lane.news)).toEqual(['unknown:querying', 'approved'])
    expect(lane.hub.net(attemptKey)).toBe(1)
  })

  it('that the hub never saw is cancelled, so that it cannot be charged when it arrives late', async () => {
    const lane = payingLane()
    lane.hub.fates = ['late']
    lane.begin()
    await lane.clock.advance(60_000)
    expect(kinds(lane.news)).toEqual(['unknown:querying', 'unknown:cancelling', 'cancelled'])
    expect(lane.hub.charged).toEqual([])
  })

  it('is asked about every two seconds while pending, and cancelled after a minute', async () => {
    const lane = payingLane()
    lane.hub.fates = ['pending']
    lane.hub.pendingQueries = 1_000
    lane.begin()
    await lane.clock.advance(59_000)
    const queries = lane.hub.calls.filter(({ call }) => call === 'query').map(({ atMs }) => atMs)
    expect(queries.slice(0, 3)).toEqual([0, 2_000, 4_000])
    expect(lane.hub.calls.some(({ call }) => call === 'cancel')).toBe(false)
    await lane.clock.advance(2_000)
    expect(kinds(lane.news).slice(-2)).toEqual(['unknown:cancelling', 'cancelled'])
    expect(lane.hub.net(attemptKey)).toBe(0)
  })

  it('becomes deferred under the same key when the hub is gone for twenty seconds and policy allows', async () => {
    const lane = payingLane(() => true)
    lane.hub.down = true
    lane.begin()
    await lane.clock.advance(19_000)
    expect(kinds(lane.news)).toEqual(['unknown:querying'])
    await lane.clock.advance(2_000)
    expect(kinds(lane.news)).toEqual(['unknown:querying', 'deferred'])
    const attempts = journalOf(lane.store).filter(({ type }) => type === 'payment.attempted')
    expect(attempts).toMatchObject([
      { attemptKey, mode: 'online' },
      { attemptKey, mode: 'deferred' },
    ])
    lane.hub.down = false
    await lane.drain()
    expect(lane.state()).toBe('processed')
    expect(lane.hub.charged).toEqual([attemptKey])
  })

  it('is not deferred after a restart either when a cancel may have reached the hub: the key may be dead there', async () => {
    const lane = payingLane(() => true)
    lane.hub.fates = ['late', 'fine', 'lost']
    lane.begin()
    await lane.clock.advance(14_000)
    expect(kinds(lane.news).at(-1)).toBe('unknown:cancelling')
    lane.hub.down = true
    lane.restart()
    await lane.clock.advance(60_000)
    expect(kinds(lane.news).at(-1)).toBe('unknown:attendant')
    lane.hub.down = false
    await lane.clock.advance(10_000)
    expect(lane.state()).toBe('cancelled')
    expect(lane.hub.charged).toEqual([])
  })

  it('calls staff when the hub is gone for twenty seconds and policy does not allow', async () => {
    const lane = payingLane(() => false)
    lane.hub.down = true
    lane.begin()
    await lane.clock.advance(300_000)
    expect(kinds(lane.news)).toEqual(['unknown:querying', 'unknown:attendant'])
    lane.hub.down = false
    await lane.clock.advance(10_000)
    expect(kinds(lane.news).at(-1)).toBe('cancelled')
  })

  it('counts the twenty seconds from when the hub was last heard, not from the beginning', async () => {
    const lane = payingLane(() => true)
    lane.hub.fates = ['pending']
    lane.hub.pendingQueries = 1_000
    lane.begin()
    await lane.clock.advance(30_000)
    lane.hub.down = true
    await lane.clock.advance(15_000)
    expect(kinds(lane.news)).toEqual(['unknown:querying'])
    await lane.clock.advance(8_000)
    expect(kinds(lane.news)).toEqual(['unknown:querying', 'deferred'])
  })

  it('is never deferred after a cancel was sent: its key may be refused for ever', async () => {
    const lane = payingLane(() => true)
    lane.hub.fates = ['unreachable', 'fine', 'lost']
    lane.begin()
    await lane.clock.advance(1_000)
    lane.hub.down = true
    await lane.clock.advance(60_000)
    expect(kinds(lane.news)).toEqual(['unknown:querying', 'unknown:cancelling', 'unknown:attendant'])
    lane.hub.down = false
    await lane.clock.advance(10_000)
    expect(kinds(lane.news).at(-1)).toBe('cancelled')
  })

  it('is not taken for paid while a cancel of it may still arrive: it is cancelled until that is answered', async () => {
    const lane = payingLane()
    // The charge arrives after the first cancel was sent, and that cancel after the charge was seen.
    lane.hub.fates = ['late', 'fine', 'late']
    lane.begin()
    await lane.clock.advance(60_000)
    expect(lane.hub.charged).toEqual([attemptKey])
    expect(kinds(lane.news).at(-1)).toBe('cancelled')
    expect(kinds(lane.news)).not.toContain('approved')
    expect(lane.hub.net(attemptKey)).toBe(0)
  })

  it('is finished after the disk has room again, from what the hub still knows', async () => {
    const lane = payingLane()
    lane.hub.onAuthorise = () => {
      lane.store.full = true
    }
    lane.begin()
    await lane.clock.advance(10_000)
    expect(lane.news.some(({ kind }) => kind === 'approved')).toBe(false)
    expect(lane.log.lines.join()).toContain('payment outcome could not be kept')
    lane.store.full = false
    await lane.clock.advance(10_000)
    expect(kinds(lane.news).at(-1)).toBe('approved')
    expect(lane.state()).toBe('approved')
    expect(lane.hub.charged).toEqual([attemptKey])
  })
})

describe('an attempt that staff gave up', () => {
  it('is taken back although the answer "approved" was on its way', async () => {
    const lane = payingLane()
    lane.hub.fates = ['lost', 'slow']
    lane.begin()
    await lane.clock.advance(9_000)
    lane.payments.hold(attemptKey)
    await lane.clock.advance(10_000)
    await lane.drain()
    expect(lane.state()).toBe('cancelled')
    expect(lane.hub.net(attemptKey)).toBe(0)
    expect(lane.news.some(({ kind }) => kind === 'approved')).toBe(false)
  })

  it('stays one that was taken back, when the query in flight answers after the cancel', async () => {
    const lane = payingLane()
    lane.hub.fates = ['lost', 'lost']
    lane.begin()
    await lane.clock.advance(9_000)
    lane.payments.hold(attemptKey)
    await lane.payments.followUp()
    await lane.clock.advance(30_000)
    expect(lane.state()).toBe('cancelled')
    expect(lane.hub.net(attemptKey)).toBe(0)
    const resolutions = journalOf(lane.store).filter(({ type }) => type === 'payment.resolved')
    expect(resolutions).toMatchObject([{ outcome: 'cancelled' }])
  })

  it('is tried again each time the hub is back, until the hub confirms', async () => {
    const lane = payingLane()
    lane.hub.fates = ['lost']
    lane.begin()
    lane.hub.down = true
    await lane.clock.advance(15_000)
    lane.payments.hold(attemptKey)
    await lane.payments.followUp()
    expect(lane.state()).toBe('unknown')
    lane.hub.down = false
    await lane.payments.followUp()
    expect(lane.state()).toBe('cancelled')
    expect(lane.hub.net(attemptKey)).toBe(0)
  })
})

describe('a deferred attempt', () => {
  it('is accepted at once and without the hub, then processed when the entry has arrived', async () => {
    const lane = payingLane()
    lane.hub.down = true
    lane.begin(undefined, 'deferred')
    expect(lane.news).toMatchObject([{ kind: 'deferred', part: { mode: 'deferred', amountMinor: 1_200 } }])
    expect(lane.store.deferredTotals('CNY')).toMatchObject({ count: 1, sumMinor: 1_200 })
    lane.hub.down = false
    await lane.payments.followUp()
    expect(lane.state()).toBe('deferred')
    await lane.drain()
    expect(lane.state()).toBe('processed')
    expect(lane.store.deferredTotals('CNY')).toMatchObject({ count: 0, sumMinor: 0 })
  })

  it('that the wallet refuses is known as declined afterwards, with its reason in the journal', async () => {
    const lane = payingLane()
    lane.hub.declines = 'accountBlocked'
    lane.begin(undefined, 'deferred')
    await lane.drain()
    expect(lane.state()).toBe('deferredDeclined')
    expect(journalOf(lane.store).at(-1)).toMatchObject({ outcome: 'declined', reason: 'accountBlocked' })
  })

  it('whose outcome finds no room is told again, and settled then', async () => {
    const lane = payingLane()
    lane.begin(undefined, 'deferred')
    lane.hub.take(lane.store.journal.pending({ maxEntries: 100, maxBytes: 1_000_000 }))
    lane.store.full = true
    expect(() => hear(lane.hub, lane.store, lane.clock)).toThrow('disk')
    expect(lane.state()).toBe('deferred')
    lane.store.full = false
    hear(lane.hub, lane.store, lane.clock)
    expect(lane.state()).toBe('processed')
  })
})

describe('what the journal says about a payment', () => {
  it('is valid by the contract and reads as a story', async () => {
    const lane = payingLane(() => true)
    lane.hub.down = true
    lane.begin()
    await lane.clock.advance(30_000)
    lane.hub.down = false
    await lane.drain()
    const events = journalOf(lane.store).filter(({ type }) => type.startsWith('payment.'))
    expect(events.every((event) => laneEventSchema.safeParse(event).success)).toBe(true)
    expect(events.map((event) => ('outcome' in event ? event.outcome : event.type))).toEqual([
      'payment.attempted',
      'payment.attempted',
      'deferred',
      'approved',
    ])
  })
})
