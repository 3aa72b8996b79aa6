import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LaneCommand } from '../../../src-main/contract/laneCommand.ts'
import { scanTea } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { apples, tea, walletCode, wine, world } from './support/world.ts'

describe('a restricted item', () => {
  it('calls staff and blocks paying until the PIN settled it, and asks once a visit', async () => {
    const w = await world()
    await w.scan(wine.barcodes[0] ?? '')
    expect(w.view()).toMatchObject({
      intervention: { kind: 'ageCheck', line: { lineId: 1 } },
      basket: { blocked: true },
    })
    expect(await w.do({ type: 'checkout:pay' })).toEqual({ kind: 'refused', code: 'staffNeededFirst' })
    expect(await w.staff('approved')).toEqual({ kind: 'accepted' })
    expect(w.view()).toMatchObject({ intervention: null, basket: { blocked: false } })
    await w.scan(wine.barcodes[0] ?? '')
    expect(w.view()).toMatchObject({ intervention: null, basket: { blocked: false, itemCount: 2 } })
    expect(journalOf(w.store)).toContainEqual(
      expect.objectContaining({ type: 'intervention.resolved', staffId: 'staff-1', resolution: 'approved' }),
    )
  })

  it('leaves the basket when staff says no', async () => {
    const w = await world()
    await scanTea(w)
    await w.scan(wine.barcodes[0] ?? '')
    await w.staff('refused')
    expect(w.view().basket.lines.map(({ item }) => item.sku)).toEqual(['tea'])
    expect(w.view().intervention).toBeNull()
  })

  it('stays blocked when staff only said "helped", and calls again', async () => {
    const w = await world()
    await w.scan(wine.barcodes[0] ?? '')
    await w.staff('helped')
    expect(w.view()).toMatchObject({ basket: { blocked: true }, intervention: { kind: 'ageCheck' } })
    expect(await w.do({ type: 'checkout:pay' })).toMatchObject({ code: 'staffNeededFirst' })
  })

  it('is no longer asked about when the shopper took the line out', async () => {
    const w = await world()
    await w.scan(wine.barcodes[0] ?? '')
    await w.do({ type: 'line:remove', lineId: 1 })
    expect(w.view().intervention).toBeNull()
  })
})

describe('a weighed item', () => {
  it('gets its weight from staff, and its price from the weight', async () => {
    const w = await world()
    await w.do({ type: 'item:pick', sku: apples.sku })
    expect(w.view()).toMatchObject({ intervention: { kind: 'weighing' }, basket: { blocked: true } })
    expect(await w.staff('approved')).toEqual({ kind: 'refused', code: 'weightMissing' })
    await w.staff('helped', { grams: 500 })
    expect(w.view().basket.blocked).toBe(true)
    expect(w.view().intervention).toMatchObject({ kind: 'weighing' })
    await w.staff('approved', { grams: 500 })
    expect(w.view().basket).toMatchObject({ blocked: false, totalMinor: 490 })
  })
})

describe('the staff PIN', () => {
  it('locks after three wrong tries, longer each time, and a right one does not open a locked lane', async () => {
    const w = await world()
    await w.do({ type: 'help:call' })
    for (const tries of [1, 2, 3]) {
      expect(await w.staff('helped', { pin: '0000' })).toEqual({ kind: 'refused', code: 'wrongPin' })
      expect(w.view().intervention?.pin.wrongTries).toBe(tries)
    }
    expect(w.view().intervention?.pin.lockedForMs).toBe(30_000)
    expect(await w.staff('helped')).toEqual({ kind: 'refused', code: 'locked' })
    await w.clock.advance(30_000)
    await w.staff('helped', { pin: '0000' })
    expect(w.view().intervention?.pin.lockedForMs).toBe(60_000)
    await w.clock.advance(60_000)
    expect(await w.staff('helped')).toEqual({ kind: 'accepted' })
    expect(w.view().intervention).toBeNull()
  })

  it('settles only the call that is open', async () => {
    const w = await world()
    const stale = '0'.repeat(32)
    const command = {
      type: 'intervention:resolve',
      interventionKey: stale,
      pin: '4711',
      resolution: 'helped',
    } as const
    expect(await w.do(command)).toEqual({ kind: 'refused', code: 'notNow' })
  })

  it('is in no log line and no journal entry', async () => {
    const w = await world()
    await w.do({ type: 'help:call' })
    await w.staff('helped')
    expect(JSON.stringify([journalOf(w.store), w.log.lines])).not.toContain('4711')
  })
})

describe('an unknown outcome that staff has to end', () => {
  it('sends the shopper off without goods, and the attempt is taken back when the hub is there', async () => {
    const w = await world()
    await scanTea(w)
    await w.do({ type: 'checkout:pay' })
    w.hub.fates = ['lost']
    await w.scan(walletCode)
    w.hub.down = true
    await w.clock.advance(40_000)
    expect(w.view()).toMatchObject({
      screen: { kind: 'unknown', phase: 'attendant' },
      intervention: { kind: 'unknownOutcome' },
    })
    await w.staff('refused')
    expect(w.screen()).toBe('cancelled')
    expect(journalOf(w.store).at(-1)).toMatchObject({ type: 'sale.cancelled', reason: 'staff' })
    w.hub.down = false
    await w.clock.advance(5_000)
    await w.payments.followUp()
    expect(w.hub.voided).toHaveLength(1)
    expect(w.store.attemptsInState(['cancelled'])).toHaveLength(1)
  })

  it('needs nobody when the answer comes after all', async () => {
    const w = await world()
    await scanTea(w)
    await w.do({ type: 'checkout:pay' })
    w.hub.fates = ['lost']
    await w.scan(walletCode)
    w.hub.down = true
    await w.clock.advance(40_000)
    w.hub.down = false
    await w.clock.advance(5_000)
    expect(w.view()).toMatchObject({ screen: { kind: 'done' }, intervention: null })
    expect(w.hub.charged).toHaveLength(1)
  })
})

/** Everything a shopper can touch; nothing of it knows the PIN. */
const touch: fc.Arbitrary<LaneCommand | { scan: string }> = fc.oneof(
  fc.constantFrom(
    { scan: tea.barcodes[0] ?? '' },
    { scan: wine.barcodes[0] ?? '' },
    { scan: apples.barcodes[0] ?? '' },
    { scan: walletCode },
  ),
  fc.constantFrom<LaneCommand>(
    { type: 'session:start' },
    { type: 'checkout:pay' },
    { type: 'checkout:back' },
    { type: 'checkout:cancel' },
    { type: 'session:finish' },
    { type: 'help:call' },
    { type: 'help:cancel' },
    { type: 'tender:choose', tender: 'walletCode' },
    { type: 'tender:choose', tender: 'face' },
    { type: 'line:remove', lineId: 1 },
    { type: 'line:remove', lineId: 2 },
    { type: 'line:changeCount', lineId: 1, count: 3 },
    { type: 'language:choose', language: 'en' },
    { type: 'enrolment:begin' },
    { type: 'enrolment:cancel' },
    { type: 'intervention:resolve', interventionKey: '0'.repeat(32), pin: '0000', resolution: 'approved' },
  ),
)

describe('without staff', () => {
  it('nothing restricted is ever sold, whatever is touched and scanned', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(touch, { maxLength: 25 }), async (touches) => {
        const w = await world()
        for (const step of touches) {
          if ('scan' in step) await w.scan(step.scan)
          else await w.do(step)
        }
        for (const event of journalOf(w.store)) {
          if (event.type !== 'sale.completed') continue
          expect(event.lines.map(({ sku }) => sku)).not.toContain('wine')
          expect(event.lines.map(({ sku }) => sku)).not.toContain('apples')
        }
        const sold = journalOf(w.store).filter(({ type }) => type === 'sale.completed')
        expect(w.hub.charged).toHaveLength(sold.length)
        w.lane.close()
      }),
      { numRuns: 25 },
    )
  })
})
