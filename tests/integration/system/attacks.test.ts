import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareRecordings } from '../../../src-main/cli/recordings.ts'
import { developmentPin } from '../../../src-main/config/profiles.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { shopperAt, type Shopper } from './support/shopper.ts'
import { openTill, type Till } from './support/till.ts'

describe('printed photographs held before a lane', () => {
  const after = cleanUps()
  let hub: ShopHub
  let till: Till
  let account: string
  let shopper: Shopper

  beforeAll(async () => {
    await prepareRecordings(() => undefined)
    hub = await openHub(after)
    account = await hub.wallet()
    till = await openTill({ hub, faces: true, preset: { face: { timeoutMs: 5_000 } } }, after)
    shopper = shopperAt(till, hub, account)
    expect(await till.runtime.faceReady()).toBe(true)
    expect((await shopper.enrol('anna-a')).enrolment).toMatchObject({ step: 'done' })
  }, 120_000)
  afterAll(() => after.run())

  const faceOffer = () => {
    const { screen } = till.view()
    return screen.kind === 'tenderChoice' ? screen.offers.find(({ kind }) => kind === 'face') : undefined
  }

  it('close paying by face after the third, call staff, and charge nobody', async () => {
    await shopper.look('print-attack')
    expect(faceOffer()).toMatchObject({ available: true })
    await shopper.lookAgain('print-attack')
    const view = await shopper.lookAgain('print-attack')
    expect(view).toMatchObject({
      notice: { code: 'faceAttack' },
      intervention: { kind: 'presentationAttack' },
    })
    expect(faceOffer()).toEqual({ kind: 'face', available: false, reason: 'lockedOut' })
    expect(await till.runtime.host.command({ type: 'tender:choose', tender: 'face' })).toEqual({
      kind: 'refused',
      code: 'lockedOut',
    })
    expect(await hub.chargesOf(view.basket.saleId ?? '')).toEqual([])
  })

  it('do not stop a phone code at the same lane', async () => {
    const { saleId } = till.view().basket
    await till.scanner.scan(await hub.operator().issueCode(account))
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId ?? '')).toEqual([500])
    await till.nextShopper()
  })

  it('are looked into by staff, whose PIN opens paying by face again', async () => {
    const { intervention } = till.view()
    expect(intervention).toMatchObject({ kind: 'presentationAttack' })
    await till.do({
      type: 'intervention:resolve',
      interventionKey: intervention?.interventionKey ?? '',
      pin: developmentPin,
      resolution: 'approved',
    })
    expect(till.view().intervention).toBeNull()
    expect((await shopper.look('anna-b')).screen).toMatchObject({ kind: 'confirm' })
    await till.nextShopper()
  })

  it('stay in the journal, one by one, with the staff who looked', () => {
    const kinds = till.events().flatMap(({ type }) => (/attackRefused|intervention/.test(type) ? [type] : []))
    expect(kinds).toEqual([
      'face.attackRefused',
      'face.attackRefused',
      'face.attackRefused',
      'intervention.opened',
      'intervention.resolved',
    ])
  })
})
