import { describe, expect, it } from 'vitest'
import { confirm, payByCode, scanTea, toConfirm, toTenders } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { enrolled, walletCode, world, type World } from './support/world.ts'

const count = (w: World, type: string): number =>
  journalOf(w.store).filter((event) => event.type === type).length

describe('a lane whose power was cut', () => {
  it('on the idle screen starts on it', async () => {
    const w = await world()
    await w.powerCut()
    expect(w.view()).toMatchObject({ screen: { kind: 'attract' }, notice: null })
  })

  it.each([
    ['while scanning', scanTea],
    ['at the choice of tender', toTenders],
    [
      'while looking at a face',
      async (w: World) => {
        enrolled(w)
        await toTenders(w)
        await w.do({ type: 'tender:choose', tender: 'face' })
      },
    ],
    [
      'before the shopper confirmed',
      async (w: World) => {
        await toConfirm(w)
      },
    ],
  ])('%s keeps the basket, says so, and has charged nothing', async (_when, path) => {
    const w = await world()
    await path(w)
    const { saleId } = w.view().basket
    await w.powerCut()
    expect(w.view()).toMatchObject({
      screen: { kind: 'scanning' },
      notice: { code: 'basketKept' },
      basket: { saleId, itemCount: 1, totalMinor: 1_200 },
    })
    expect(w.hub.calls).toEqual([])
    await w.do({ type: 'checkout:pay' })
    await w.scan(walletCode)
    expect(w.screen()).toBe('done')
    expect(w.hub.charged).toHaveLength(1)
  })

  it('asks staff again about what staff had not settled', async () => {
    const w = await world()
    await w.scan('4006381333931')
    await w.powerCut()
    expect(w.view()).toMatchObject({ intervention: { kind: 'ageCheck' }, basket: { blocked: true } })
  })

  it('while the hub was charging finds out, finishes the sale once and prints one original', async () => {
    const w = await world()
    w.hub.fates = ['lost']
    await toConfirm(w)
    await confirm(w)
    expect(w.screen()).toBe('authorising')
    await w.powerCut()
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'printed' })
    expect(w.hub.charged).toHaveLength(1)
    expect(count(w, 'sale.completed')).toBe(1)
    expect(w.printer.papers.map(({ copy }) => copy)).toEqual([null])
  })

  it('before the request left gives the basket back, and the lost request can never be charged', async () => {
    const w = await world()
    w.hub.fates = ['late']
    await payByCode(w)
    await w.powerCut()
    expect(w.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, notice: { code: 'attemptCancelled' } })
    await w.scan(walletCode)
    expect(w.screen()).toBe('done')
    expect(w.hub.charged).toHaveLength(1)
  })

  it('shows that it is finding out while the hub is away', async () => {
    const w = await world()
    w.hub.fates = ['lost']
    await payByCode(w)
    w.hub.down = true
    await w.powerCut()
    expect(w.view()).toMatchObject({
      screen: { kind: 'unknown', phase: 'querying' },
      basket: { itemCount: 1 },
    })
    await w.clock.advance(30_000)
    expect(w.view().intervention).toMatchObject({ kind: 'unknownOutcome' })
    w.hub.down = false
    await w.clock.advance(5_000)
    expect(w.screen()).toBe('done')
    expect(w.hub.charged).toHaveLength(1)
  })

  it('between the approval and the commit of the sale finishes it exactly once', async () => {
    const w = await world()
    await toTenders(w)
    // Intent and approval go to the disk, the sale does not.
    w.store.commitsLeft = 2
    await w.scan(walletCode)
    expect(w.screen()).toBe('approved')
    expect(count(w, 'sale.completed')).toBe(0)
    await w.powerCut()
    expect(w.screen()).toBe('done')
    await w.powerCut()
    expect(w.screen()).toBe('attract')
    expect(count(w, 'sale.completed')).toBe(1)
    expect(w.printer.papers).toHaveLength(1)
    expect(w.hub.charged).toHaveLength(1)
  })

  it('after staff sent the shopper off goes on taking the attempt back', async () => {
    const w = await world()
    w.hub.fates = ['lost']
    await payByCode(w)
    w.hub.down = true
    await w.clock.advance(40_000)
    await w.staff('refused')
    await w.powerCut()
    expect(w.screen()).toBe('attract')
    w.hub.down = false
    await w.payments.followUp()
    expect(w.hub.voided).toHaveLength(1)
    expect(w.store.attemptsInState(['intended', 'unknown'])).toEqual([])
  })

  it('speaks the language of the sale it finishes', async () => {
    const w = await world()
    await w.do({ type: 'language:choose', language: 'en' })
    w.hub.fates = ['lost']
    await payByCode(w)
    await w.powerCut()
    expect(w.view()).toMatchObject({ screen: { kind: 'done' }, language: 'en' })
  })
})

describe('a restart while a receipt was being printed', () => {
  it('prints a copy, marked so, because the original may be out', async () => {
    const w = await world()
    w.printer.answers = [new Promise(() => undefined)]
    await payByCode(w)
    expect(w.screen()).toBe('printing')
    await w.powerCut()
    expect(w.printer.papers.map(({ copy }) => copy)).toEqual(['outcomeUnknown'])
    expect(journalOf(w.store).filter(({ type }) => type === 'print.finished')).toMatchObject([
      { outcome: 'unknown' },
      { outcome: 'printed' },
    ])
  })

  it('prints that copy once, however often the lane restarts', async () => {
    const w = await world()
    w.printer.answers = [new Promise(() => undefined)]
    await payByCode(w)
    await w.powerCut()
    await w.powerCut()
    await w.restart()
    expect(w.printer.papers).toHaveLength(1)
  })

  it('does not multiply a copy that was only queued when the power went', async () => {
    const w = await world()
    await payByCode(w)
    w.store.commitsLeft = 1
    await w.do({ type: 'receipt:copy' })
    await w.powerCut()
    await w.powerCut()
    await w.powerCut()
    expect(w.printer.papers.map(({ copy }) => copy)).toEqual([null, 'shopperAsked'])
    expect(w.store.printJobs(['queued', 'sent'])).toEqual([])
  })

  it('prints the original when it had surely not begun', async () => {
    const w = await world()
    await toTenders(w)
    // Intent, approval and sale are written; the note that the job goes to the printer is not.
    w.store.commitsLeft = 3
    await w.scan(walletCode)
    expect(w.printer.papers).toEqual([])
    await w.powerCut()
    expect(w.printer.papers.map(({ copy }) => copy)).toEqual([null])
  })
})

describe('an orderly restart', () => {
  it('in the middle of a payment loses nothing either', async () => {
    const w = await world()
    w.hub.fates = ['slow']
    await payByCode(w)
    await w.restart()
    await w.clock.advance(10_000)
    expect(w.screen()).toBe('done')
    expect(w.hub.charged).toHaveLength(1)
    expect(count(w, 'sale.completed')).toBe(1)
  })
})
