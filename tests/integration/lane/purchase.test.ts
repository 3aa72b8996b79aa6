import { describe, expect, it } from 'vitest'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import { laneViewSchema } from '../../../src-main/contract/laneView.ts'
import { hear } from './support/hear.ts'
import { confirm, payByCode, scanTea, toConfirm, toTenders } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { ambiguous, enrolled, match, settings, tea, walletCode, world } from './support/world.ts'

const facts = (w: Awaited<ReturnType<typeof world>>): string[] => journalOf(w.store).map(({ type }) => type)

describe('a purchase by face', () => {
  it('goes from the first scan to the receipt, with one charge and the facts in the journal', async () => {
    const w = await world()
    const seen: LaneView[] = []
    w.lane.onView((view) => seen.push(laneViewSchema.parse(structuredClone(view))))
    await toConfirm(w)
    expect(w.view().screen).toMatchObject({ kind: 'confirm', payer: { maskedName: 'Wáng*' }, mode: 'online' })
    expect(w.capture.isOn()).toBe(false)
    await confirm(w)
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'printed' })
    expect(w.hub.charged).toHaveLength(1)
    expect(w.printer.papers).toHaveLength(1)
    expect(facts(w).slice(-5)).toEqual([
      'payment.attempted',
      'payment.resolved',
      'sale.completed',
      'print.queued',
      'print.finished',
    ])
    const screens = seen.map(({ screen }) => screen.kind).filter((kind, at, all) => kind !== all[at - 1])
    expect(screens).toEqual([
      'attract',
      'scanning',
      'tenderChoice',
      'faceCapture',
      'confirm',
      'authorising',
      'printing',
      'done',
    ])
    const versions = seen.map(({ version }) => version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
  })

  it('asks for the last four digits when two faces are alike, and never for a third wrong try', async () => {
    const w = await world()
    const one = enrolled(w, { accountId: '5'.repeat(32), phoneLast4: '1111' })
    const other = enrolled(w, { accountId: '6'.repeat(32), phoneLast4: '2222', axis: 1 })
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(ambiguous(one, other))
    expect(w.view().screen).toEqual({ kind: 'secondFactor', digits: 4, attemptsLeft: 3 })
    await w.do({ type: 'secondFactor:enter', digits: '9999' })
    expect(w.view().notice).toEqual({ code: 'wrongDigits', attemptsLeft: 2 })
    await w.do({ type: 'secondFactor:enter', digits: '2222' })
    await confirm(w)
    expect(journalOf(w.store).find(({ type }) => type === 'payment.attempted')).toMatchObject({
      instrument: { accountId: '6'.repeat(32), evidence: { subjectKey: other, secondFactor: true } },
    })
  })

  it('of two alike without the hub, lets whoever it is defer within their own lease, not within the other’s', async () => {
    const w = await world({ offline: { ...settings.offline, allowanceRequired: true } })
    const leased = enrolled(w, { accountId: '5'.repeat(32), phoneLast4: '1111' })
    const other = enrolled(w, { accountId: '6'.repeat(32), phoneLast4: '2222', axis: 1 })
    w.store.transact((tx) => {
      const lease = { leaseKey: '7'.repeat(32), currency: 'CNY', amountMinor: 5_000 }
      tx.putAllowance({ ...lease, accountId: '5'.repeat(32), expiresAtMs: w.clock.nowMs() + 3_600_000 }, 0)
    })
    w.hub.down = true
    w.hubState = 'offline'
    await toTenders(w)
    for (const digits of ['2222', '1111']) {
      await w.do({ type: 'tender:choose', tender: 'face' })
      await w.look(ambiguous(leased, other))
      await w.do({ type: 'secondFactor:enter', digits })
      if (digits === '2222') expect(w.view().notice).toEqual({ code: 'hubNeeded' })
    }
    await confirm(w)
    expect(journalOf(w.store).filter(({ type }) => type === 'payment.attempted')).toMatchObject([
      { mode: 'deferred', instrument: { accountId: '5'.repeat(32) } },
    ])
  })

  it('lets nobody buy new guesses at the digits by looking again', async () => {
    const w = await world()
    const one = enrolled(w, { accountId: '5'.repeat(32), phoneLast4: '1111' })
    const other = enrolled(w, { accountId: '6'.repeat(32), phoneLast4: '2222', axis: 1 })
    await toTenders(w)
    const lookAgain = async (): Promise<void> => {
      await w.do({ type: 'tender:choose', tender: 'face' })
      await w.look(ambiguous(one, other))
    }
    for (let guess = 0; guess < 5; guess += 1) {
      if (w.screen() !== 'secondFactor') await lookAgain()
      await w.do({ type: 'secondFactor:enter', digits: '9999' })
    }
    await w.do({ type: 'checkout:back' })
    await lookAgain()
    expect(w.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, notice: { code: 'faceNotFound' } })
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(match(one))
    expect(w.screen()).toBe('confirm')
    await w.do({ type: 'payment:notMe' })
    await w.clock.advance(60 * 60_000)
    await toTenders(w)
    await lookAgain()
    expect(w.screen()).toBe('secondFactor')
  })

  it('opens no camera for the sixty-first look in ten minutes: paying by face rests', async () => {
    const w = await world()
    enrolled(w)
    await toTenders(w)
    for (let look = 0; look < 60; look += 1) {
      await w.do({ type: 'tender:choose', tender: 'face' })
      await w.do({ type: 'checkout:back' })
    }
    await w.do({ type: 'tender:choose', tender: 'face' })
    expect(w.view()).toMatchObject({
      screen: { kind: 'tenderChoice' },
      notice: { code: 'faceEngineUnavailable' },
    })
    expect(w.capture.looks).toHaveLength(60)
    expect(w.lane.wantsCamera()).toBe(false)
  })

  it('refuses a presentation attack, keeps the fact, and offers another tender', async () => {
    const w = await world()
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    expect(w.lane.wantsCamera()).toBe(true)
    await w.look({ kind: 'attack', padScore: 0.1, padThreshold: 0.5 })
    expect(w.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, notice: { code: 'faceAttack' } })
    expect(w.lane.wantsCamera()).toBe(false)
    expect(journalOf(w.store).at(-1)).toMatchObject({ type: 'face.attackRefused' })
  })

  it('says nothing about a face whose look was broken off', async () => {
    const w = await world()
    const subjectKey = enrolled(w)
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.do({ type: 'checkout:back' })
    expect(w.capture.isOn()).toBe(false)
    await w.look(match(subjectKey))
    expect(w.screen()).toBe('tenderChoice')
  })

  it('does not know a face whose person was deleted', async () => {
    const w = await world()
    const subjectKey = enrolled(w)
    w.store.transact((tx) => tx.deleteSubject(subjectKey))
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(match(subjectKey))
    expect(w.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, notice: { code: 'faceNotFound' } })
  })

  it('is taken offline under the same rules, marked deferred on the receipt, and charged when it arrives', async () => {
    const w = await world()
    w.hubState = 'offline'
    w.hub.down = true
    await toConfirm(w)
    expect(w.view().screen).toMatchObject({ kind: 'confirm', mode: 'deferred' })
    await confirm(w)
    expect(w.view().screen).toMatchObject({ kind: 'done', mode: 'deferred' })
    expect(w.hub.charged).toEqual([])
    w.hub.down = false
    w.hub.take(w.store.journal.pending({ maxEntries: 1_000, maxBytes: 10_000_000 }))
    hear(w.hub, w.store, w.clock)
    expect(w.hub.charged).toHaveLength(1)
    expect(w.store.attemptsInState(['processed'])).toHaveLength(1)
  })

  it('beyond the offline limit is not offered while the hub is away', async () => {
    const w = await world({
      offline: { ...settings.offline, maxAmountMinor: 1_000 },
    })
    enrolled(w)
    w.hubState = 'offline'
    await toTenders(w)
    expect(w.view().screen).toMatchObject({
      offers: [
        { kind: 'face', available: false, reason: 'offlineLimit' },
        { kind: 'walletCode', available: false, reason: 'hubNeeded' },
      ],
    })
  })
})

describe('a purchase by payment code', () => {
  it('is paid by showing the code, and the code is nowhere afterwards', async () => {
    const w = await world()
    await payByCode(w)
    expect(w.screen()).toBe('done')
    expect(w.hub.charged).toHaveLength(1)
    expect(JSON.stringify([w.view(), w.log.lines, journalOf(w.store)])).not.toContain(walletCode)
  })

  it('is declined with a reason and another way, and pays at the second try under another key', async () => {
    const w = await world()
    w.hub.declines = 'insufficientFunds'
    await payByCode(w)
    expect(w.view().screen).toMatchObject({ kind: 'declined', reason: 'insufficientFunds' })
    w.hub.declines = null
    await w.scan(walletCode)
    expect(w.screen()).toBe('done')
    expect(w.hub.charged).toHaveLength(1)
  })

  it('needs the hub, and says so', async () => {
    const w = await world()
    w.hubState = 'offline'
    await payByCode(w)
    expect(w.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, notice: { code: 'hubNeeded' } })
    expect(w.hub.calls).toEqual([])
  })

  it('is not mistaken for goods while scanning', async () => {
    const w = await world()
    await scanTea(w)
    await w.scan(walletCode)
    expect(w.view()).toMatchObject({ screen: { kind: 'scanning' }, notice: { code: 'codeNotForPaying' } })
  })
})

describe('what cannot be read', () => {
  it('is named on the idle screen and while scanning, and changes nothing', async () => {
    const w = await world()
    await w.scan('5449000000996')
    expect(w.view().notice).toEqual({ code: 'unknownBarcode', barcode: '5449000000996' })
    await w.do({ type: 'notice:dismiss' })
    expect(w.view().notice).toBeNull()
    w.lane.scanGarbled()
    expect(w.view().notice).toEqual({ code: 'unreadableBarcode' })
    await scanTea(w)
    await w.scan('690123456789X')
    expect(w.view()).toMatchObject({ basket: { itemCount: 1 }, notice: { code: 'unreadableBarcode' } })
  })
})

describe('a command in the wrong moment', () => {
  it('is refused and changes nothing', async () => {
    const w = await world()
    const wrong = [
      { type: 'checkout:pay' },
      { type: 'checkout:back' },
      { type: 'checkout:cancel' },
      { type: 'payment:notMe' },
      { type: 'payment:confirm', saleId: '0'.repeat(32), totalMinor: 1 },
      { type: 'secondFactor:enter', digits: '1234' },
      { type: 'line:remove', lineId: 1 },
      { type: 'receipt:copy' },
      { type: 'session:finish' },
      { type: 'enrolment:finish' },
      { type: 'help:cancel' },
      { type: 'item:pick', sku: 'nothing' },
    ] as const
    for (const command of wrong) {
      const { version: _, ...before } = w.view()
      expect(await w.do(command), command.type).toMatchObject({ kind: 'refused' })
      const { version: __, ...after } = w.view()
      expect(after).toEqual(before)
    }
  })

  it('with an old total on the screen moves no money', async () => {
    const w = await world()
    await toConfirm(w)
    const { saleId } = w.view().basket
    expect(await w.do({ type: 'payment:confirm', saleId: saleId ?? '', totalMinor: 1 })).toEqual({
      kind: 'refused',
      code: 'staleScreen',
    })
    expect(w.hub.calls).toEqual([])
  })

  it('cannot touch the sale behind an open enrolment or a call for help', async () => {
    const w = await world()
    await scanTea(w)
    await w.do({ type: 'enrolment:begin' })
    expect(await w.do({ type: 'checkout:pay' })).toEqual({ kind: 'refused', code: 'notNow' })
    await scanTea(w)
    expect(w.view().basket.itemCount).toBe(1)
    await w.do({ type: 'enrolment:cancel' })
    await w.do({ type: 'help:call' })
    expect(w.lane.acceptsScans()).toBe(false)
    await scanTea(w)
    expect(await w.do({ type: 'barcode:enter', text: tea.barcodes[0] ?? '' })).toMatchObject({
      kind: 'refused',
    })
    expect(w.view().basket.itemCount).toBe(1)
    await w.do({ type: 'help:cancel' })
    await scanTea(w)
    expect(w.view().basket.itemCount).toBe(2)
  })

  it('is refused while money is under way: nothing can be added, cancelled or paid twice', async () => {
    const w = await world()
    w.hub.fates = ['slow']
    await payByCode(w)
    expect(w.screen()).toBe('authorising')
    expect(await w.do({ type: 'checkout:cancel' })).toMatchObject({ kind: 'refused' })
    await scanTea(w)
    await w.scan(walletCode)
    await w.clock.advance(10_000)
    expect(w.view().screen).toMatchObject({ kind: 'done', receipt: { totalMinor: 1_200 } })
    expect(w.hub.charged).toHaveLength(1)
  })
})
