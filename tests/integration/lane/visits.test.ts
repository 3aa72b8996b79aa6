import { describe, expect, it } from 'vitest'
import { payByCode, scanTea, toTenders } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { enrolled, world } from './support/world.ts'

describe('the language', () => {
  it('can be chosen on the idle screen and holds for the sale and its receipt', async () => {
    const w = await world()
    await w.do({ type: 'language:choose', language: 'en' })
    expect(w.view().language).toBe('en')
    await payByCode(w)
    expect(w.view().screen).toMatchObject({ kind: 'done', receipt: { language: 'en' } })
  })

  it('can be changed in the middle, and the basket on disk follows', async () => {
    const w = await world()
    await scanTea(w)
    await w.do({ type: 'language:choose', language: 'en' })
    expect(w.store.openSale()?.language).toBe('en')
    await w.restart()
    expect(w.view().language).toBe('en')
  })

  it('is the lane’s own again for the next shopper, also when they scan over the last one’s receipt', async () => {
    const w = await world()
    await w.do({ type: 'language:choose', language: 'en' })
    await payByCode(w)
    await scanTea(w)
    expect(w.view().language).toBe('zh-CN')
    expect(w.store.openSale()?.language).toBe('zh-CN')
  })
})

describe('the next shopper', () => {
  it('finds nothing of the one before: no basket, receipt, name, notice, call or key', async () => {
    const w = await world()
    await w.do({ type: 'language:choose', language: 'en' })
    await payByCode(w)
    const { saleId } = journalOf(w.store).findLast((event) => event.type === 'sale.completed') ?? {
      saleId: '',
    }
    await w.do({ type: 'help:call' })
    await w.do({ type: 'session:finish' })
    const idle = JSON.stringify(w.view())
    expect(idle).not.toContain(saleId)
    expect(idle).not.toContain('***')
    expect(w.view()).toMatchObject({ notice: null, intervention: null, language: 'zh-CN' })
    expect(w.view().basket).toMatchObject({ saleId: null, lines: [], totalMinor: 0 })
    await scanTea(w)
    expect(w.view().basket.saleId).not.toBe(saleId)
    expect(w.view().basket.itemCount).toBe(1)
  })

  it('is not kept waiting by the receipt on the screen: the first item begins their sale', async () => {
    const w = await world()
    await payByCode(w)
    await w.do({ type: 'help:call' })
    await w.do({ type: 'help:cancel' })
    await scanTea(w)
    expect(w.view()).toMatchObject({ screen: { kind: 'scanning' }, basket: { itemCount: 1 } })
  })
})

describe('a screen that nobody touches', () => {
  it('goes back step by step: the question to the basket, the basket to nobody, with the fact kept', async () => {
    const w = await world()
    await toTenders(w)
    await w.clock.advance(121_000)
    expect(w.screen()).toBe('scanning')
    await w.clock.advance(121_000)
    expect(w.screen()).toBe('cancelled')
    expect(journalOf(w.store).at(-1)).toMatchObject({ type: 'sale.cancelled', reason: 'idle' })
    await w.clock.advance(6_000)
    expect(w.screen()).toBe('attract')
    expect(w.store.openSale()).toBeNull()
  })

  it('leaves the receipt after its time', async () => {
    const w = await world()
    await payByCode(w)
    await w.clock.advance(21_000)
    expect(w.screen()).toBe('attract')
  })

  it('waits while staff is on the way', async () => {
    const w = await world()
    await scanTea(w)
    await w.do({ type: 'help:call' })
    await w.clock.advance(600_000)
    expect(w.screen()).toBe('scanning')
    await w.do({ type: 'help:cancel' })
    await w.clock.advance(121_000)
    expect(w.screen()).toBe('cancelled')
  })

  it('leaves an enrolment that somebody walked away from, and the basket behind it after that', async () => {
    const w = await world()
    await w.do({ type: 'enrolment:begin' })
    await w.clock.advance(91_000)
    expect(w.view().enrolment).toBeNull()
    await scanTea(w)
    expect(w.screen()).toBe('scanning')
  })
})

describe('a device that is not there', () => {
  it('closes the tender that needs it, with the reason', async () => {
    const w = await world()
    enrolled(w)
    await toTenders(w)
    expect(w.view().screen).toMatchObject({ offers: [{ available: true }, { available: true }] })
    w.devices = w.devices.map((device) =>
      device.category === 'Scanner' || device.category === 'Camera' ? { ...device, state: 'lost' } : device,
    )
    w.lane.refresh()
    expect(w.view().screen).toMatchObject({
      offers: [{ reason: 'cameraUnavailable' }, { reason: 'scannerUnavailable' }],
    })
  })

  it('means no face tender in an empty gallery', async () => {
    const w = await world()
    await toTenders(w)
    expect(w.view().screen).toMatchObject({ offers: [{ kind: 'face', reason: 'galleryEmpty' }, {}] })
  })
})
