import { describe, expect, it } from 'vitest'
import type { DeviceView } from '../../../src-main/contract/laneView.ts'
import { tenderOffers, type OfferFacts } from '../../../src-main/lane/offers.ts'

const device = (category: DeviceView['category'], state: DeviceView['state']): DeviceView => ({
  category,
  state,
  detail: null,
})
const facts: OfferFacts = {
  devices: [device('Scanner', 'ready'), device('Camera', 'off'), device('FaceEngine', 'ready')],
  faceLocked: false,
  gallerySize: 1,
  points: false,
  coupon: false,
  cash: false,
  withoutDrawer: 'byHand',
  card: 'absent',
  walletFace: [],
  fiscal: true,
  machine: true,
  mode: () => ({ kind: 'online' }),
}
const reasons = (over: Partial<OfferFacts>): (string | null)[] =>
  tenderOffers({ ...facts, ...over }).map(({ reason }) => reason)

describe('the tenders on offer', () => {
  it('are both there when everything works; a camera that is off only waits to be asked', () => {
    expect(tenderOffers(facts)).toEqual([
      { kind: 'face', available: true, reason: null },
      { kind: 'walletCode', available: true, reason: null },
    ])
  })

  it.each(['opening', 'lost', 'failed', 'attention'] as const)('name the device that is %s', (state) => {
    const devices = facts.devices.map((one) => ({ ...one, state }))
    expect(reasons({ devices })).toEqual(['cameraUnavailable', 'scannerUnavailable'])
    expect(reasons({ devices: [] })).toEqual(['cameraUnavailable', 'scannerUnavailable'])
  })

  it('close cash while the drawer does not work, where the shop wants that, and only where there is a drawer', () => {
    const cashOf = (withoutDrawer: 'byHand' | 'closed', ...drawer: DeviceView[]) =>
      tenderOffers({ ...facts, cash: true, withoutDrawer, devices: [...facts.devices, ...drawer] }).at(-1)
    const lost = device('CashDrawer', 'lost')
    expect(cashOf('closed', lost)).toEqual({ kind: 'cash', available: false, reason: 'drawerUnavailable' })
    expect(cashOf('byHand', lost)).toMatchObject({ available: true })
    expect(cashOf('closed', device('CashDrawer', 'ready'))).toMatchObject({ available: true })
    expect(cashOf('closed')).toMatchObject({ available: true })
  })

  it('say when nobody is enrolled, and what the offline policy does not allow', () => {
    expect(reasons({ gallerySize: 0 })).toEqual(['galleryEmpty', null])
    expect(reasons({ mode: () => ({ kind: 'refused', reason: 'forked' }) })).toEqual([
      'offlineLimit',
      'hubNeeded',
    ])
    expect(reasons({ mode: () => ({ kind: 'deferred' }) })).toEqual([null, null])
  })

  it('are as many as the lane is configured for, each with its own reason', () => {
    const all = { points: true, coupon: true, cash: true, card: 'lost', walletFace: ['alipay'] } as const
    const offers = tenderOffers({ ...facts, ...all })
    expect(offers.map(({ kind }) => kind)).toEqual([
      'face',
      'walletCode',
      'walletFace',
      'card',
      'points',
      'coupon',
      'cash',
    ])
    expect(offers.find(({ kind }) => kind === 'card')).toMatchObject({ reason: 'terminalUnavailable' })
    const offline = { ...all, mode: () => ({ kind: 'refused', reason: 'tenderNeedsHub' }) as const }
    expect(tenderOffers({ ...facts, ...offline }).filter(({ available }) => available)).toMatchObject([
      { kind: 'cash' },
    ])
  })
})
