import { describe, expect, it } from 'vitest'
import type { LaneEventOf } from '../../../src-main/contract/events.ts'
import type { Member } from '../../../src-main/contract/membership.ts'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import { payByCode, scanTea, toTenders } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { tea, walletCode, world, type World } from './support/world.ts'

const memberNumber = '8800123456'
const otherNumber = '04112233445566'

const wang: Member = {
  memberKey: '7'.repeat(32),
  maskedName: '*小明',
  maskedNumber: '****3456',
  pointsMinor: 250,
  earnPermille: 10,
}
const anna: Member = { ...wang, memberKey: '8'.repeat(32), maskedName: 'A**', maskedNumber: '****5566' }

async function shop(): Promise<World> {
  const w = await world()
  w.hub.members.set(memberNumber, { kind: 'member', member: wang })
  w.hub.members.set(otherNumber, { kind: 'member', member: anna })
  return w
}

async function show(w: World, number = memberNumber): Promise<void> {
  w.lane.scanMember(number)
  await w.clock.settle()
}

const shown = (w: World) => w.view().basket.member

const sold = (w: World): LaneEventOf<'sale.completed'> => {
  const found = journalOf(w.store).findLast((event) => event.type === 'sale.completed')
  if (found?.type !== 'sale.completed') throw new Error('Nothing was sold')
  return found
}

const figures = ({ blocks }: ReceiptDocument) =>
  blocks.flatMap((block) => (block.kind === 'columns' ? [[block.left, block.right]] : []))

describe("a member's card at the lane", () => {
  it('stands with the basket, masked, and with the sale in the journal and on the receipt by points earned', async () => {
    const w = await shop()
    await scanTea(w)
    await show(w)
    expect(w.view()).toMatchObject({ screen: { kind: 'scanning' }, notice: null })
    expect(shown(w)).toEqual({ maskedName: '*小明', maskedNumber: '****3456', pointsMinor: 250 })
    await w.do({ type: 'checkout:pay' })
    await w.scan(walletCode)
    expect(w.screen()).toBe('done')
    expect(sold(w).member).toEqual({ memberKey: wang.memberKey, earnedMinor: 12 })
    expect(figures(sold(w).receipt)).toEqual(
      expect.arrayContaining([
        ['会员卡', '****3456'],
        ['本次积分', '12'],
      ]),
    )
  })

  it('has its number in no view, journal or log of the lane', async () => {
    const w = await shop()
    await scanTea(w)
    await show(w)
    await show(w, '8800999999')
    const told = JSON.stringify([w.view(), journalOf(w.store), w.log.lines])
    expect(w.hub.lookedUp).toEqual([memberNumber, '8800999999'])
    for (const number of w.hub.lookedUp) expect(told).not.toContain(number)
  })

  it('begins a sale on the idle screen, as the first item does, and counts where the tender is chosen', async () => {
    const w = await shop()
    await show(w)
    expect(w.view()).toMatchObject({ screen: { kind: 'scanning' }, basket: { itemCount: 0, member: {} } })
    await w.scan(tea.barcodes[0] ?? '')
    expect(shown(w)).toMatchObject({ maskedName: '*小明' })
    const late = await shop()
    await toTenders(late)
    await show(late)
    expect(late.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, basket: { member: {} } })
    await late.scan(walletCode)
    expect(sold(late).member).toMatchObject({ memberKey: wang.memberKey })
  })

  it('gives its place to the next card, and goes when the shopper says so', async () => {
    const w = await shop()
    await scanTea(w)
    await show(w)
    await show(w, otherNumber)
    expect(shown(w)).toMatchObject({ maskedName: 'A**' })
    expect(await w.do({ type: 'member:remove' })).toEqual({ kind: 'accepted' })
    expect(shown(w)).toBeNull()
    await payByCode(w)
    expect(sold(w)).not.toHaveProperty('member')
    expect(figures(sold(w).receipt).map(([left]) => left)).not.toContain('会员卡')
  })

  it.each([['powerCut'], ['restart']] as const)('is still there with the basket after a %s', async (how) => {
    const w = await shop()
    await scanTea(w)
    await show(w)
    await w[how]()
    expect(w.view()).toMatchObject({ notice: { code: 'basketKept' }, basket: { itemCount: 1 } })
    expect(shown(w)).toEqual({ maskedName: '*小明', maskedNumber: '****3456', pointsMinor: 250 })
    await w.do({ type: 'checkout:pay' })
    await w.scan(walletCode)
    expect(sold(w).member).toEqual({ memberKey: wang.memberKey, earnedMinor: 12 })
  })

  it('is gone with its shopper: the next one begins without it', async () => {
    const w = await shop()
    await scanTea(w)
    await show(w)
    await payByCode(w)
    await w.do({ type: 'session:finish' })
    await scanTea(w)
    expect(shown(w)).toBeNull()
    await show(w)
    await w.do({ type: 'checkout:cancel' })
    await w.do({ type: 'session:start' })
    expect(shown(w)).toBeNull()
  })

  it('that the hub does not know, or that is blocked, is said with what to do; the sale goes on', async () => {
    const w = await shop()
    w.hub.members.set('8800777777', { kind: 'blocked' })
    await scanTea(w)
    const before = journalOf(w.store).length
    await show(w, '8800654321')
    expect(w.view().notice).toEqual({ code: 'memberCardUnknown', ending: '4321' })
    await show(w, '8800777777')
    expect(w.view().notice).toEqual({ code: 'memberCardBlocked', ending: '7777' })
    expect(shown(w)).toBeNull()
    expect(journalOf(w.store)).toHaveLength(before)
    await payByCode(w)
    expect(w.screen()).toBe('done')
  })

  it('cannot be looked up without the hub: the lane says so, keeps the card shown before, and goes on', async () => {
    const w = await shop()
    await scanTea(w)
    await show(w)
    w.hub.down = true
    await show(w, otherNumber)
    expect(w.view().notice).toEqual({ code: 'memberCardNotNow' })
    expect(shown(w)).toMatchObject({ maskedName: '*小明' })
  })

  it('holds nobody up: items are scanned while the hub thinks, and its answer still counts', async () => {
    const w = await shop()
    const answer = Promise.withResolvers<undefined>()
    w.hub.beforeMemberAnswer = () => answer.promise
    await scanTea(w)
    await show(w)
    await w.scan(tea.barcodes[0] ?? '')
    expect(w.view().basket).toMatchObject({ itemCount: 2, member: null })
    answer.resolve(undefined)
    await w.clock.settle()
    expect(w.view().basket).toMatchObject({ itemCount: 2, member: { maskedName: '*小明' } })
  })

  it('is not taken for the next shopper’s when the answer comes after the first has gone', async () => {
    const w = await shop()
    const answer = Promise.withResolvers<undefined>()
    w.hub.beforeMemberAnswer = () => answer.promise
    await scanTea(w)
    await show(w)
    await w.do({ type: 'checkout:cancel' })
    await w.do({ type: 'session:start' })
    answer.resolve(undefined)
    await w.clock.settle()
    expect(w.view()).toMatchObject({ screen: { kind: 'scanning' }, basket: { member: null } })
  })

  it('shown after another one wins, whichever answer comes first', async () => {
    const w = await shop()
    const slow = Promise.withResolvers<undefined>()
    w.hub.beforeMemberAnswer = (number) => (number === memberNumber ? slow.promise : Promise.resolve())
    await scanTea(w)
    await show(w)
    await show(w, otherNumber)
    slow.resolve(undefined)
    await w.clock.settle()
    expect(shown(w)).toMatchObject({ maskedName: 'A**' })
  })

  it('is not asked about while money is under way, nor on the screen of a sale that is over', async () => {
    const w = await shop()
    w.hub.fates = ['pending']
    await toTenders(w)
    await w.scan(walletCode)
    expect(w.screen()).not.toBe('done')
    await show(w)
    expect(w.hub.lookedUp).toEqual([])
    const over = await shop()
    await payByCode(over)
    expect(over.screen()).toBe('done')
    await show(over)
    expect(over.hub.lookedUp).toEqual([])
    expect(await over.do({ type: 'member:remove' })).toEqual({ kind: 'refused', code: 'notNow' })
  })

  it('that is a payment card is answered with what to do, and changes nothing', async () => {
    const w = await world()
    await w.scan(tea.barcodes[0] ?? '')
    const before = journalOf(w.store).length
    w.lane.cardRefused({ code: 'paymentCardRefused' })
    expect(w.view()).toMatchObject({ notice: { code: 'paymentCardRefused' }, basket: { itemCount: 1 } })
    expect(journalOf(w.store)).toHaveLength(before)
    // A reader that is set to be a keyboard types the whole track where somebody would type a barcode.
    await w.scan(';5412751234123456=30121011234567890?')
    expect(w.view().notice).toEqual({ code: 'unreadableBarcode' })
    expect(JSON.stringify([w.view(), journalOf(w.store)])).not.toContain('541275')
  })
})
