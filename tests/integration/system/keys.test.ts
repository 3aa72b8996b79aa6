import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareRecordings } from '../../../src-main/cli/recordings.ts'
import { faceKeysStatus } from '../../../src-main/store/keys/status.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { shopperAt, type Shopper } from './support/shopper.ts'
import { openTill, type Till } from './support/till.ts'

/** One person enrols once; what follows happens to the keys that their face lies under. */
describe('somebody who enrolled before the face keys were replaced', () => {
  const after = cleanUps()
  const random = createRandom()
  let hub: ShopHub
  let account: string
  let till: Till
  let shopper: Shopper

  async function start(): Promise<void> {
    till = await openTill(
      { hub, faces: true, ...(till ? { dataDir: till.dataDir, devices: till } : {}) },
      after,
    )
    shopper = shopperAt(till, hub, account)
    expect(await till.runtime.faceReady()).toBe(true)
  }

  /** What `facelane keys rotate` does; `complete` false is one that was killed right after it began. */
  async function rotate(complete: boolean): Promise<void> {
    await till.close()
    const { dataDir, config } = till
    const clock = createClock(random.key())
    const { store } = openLaneStore({ dataDir, laneId: config.laneId, clock, random, rotateFaceKeys: true })
    if (complete) await store.reissueReferences()
    store.close()
  }

  beforeAll(async () => {
    await prepareRecordings(() => undefined)
    hub = await openHub(after)
    account = await hub.wallet()
    await start()
    const { enrolment } = await shopper.enrol('anna-a')
    expect(enrolment).toEqual(expect.objectContaining({ step: 'done' }))
  }, 120_000)
  afterAll(() => after.run())

  it.each([
    ['and every reference was re-issued', true, { current: 1, toReissue: 0, lost: 0 }],
    ['and the rotation was cut short', false, { current: 0, toReissue: 1, lost: 0 }],
  ])('still pays with their face %s; a stranger still does not', async (_what, complete, references) => {
    await rotate(complete)
    expect(faceKeysStatus(till.dataDir).references).toEqual(references)
    await start()
    expect((await shopper.look('anna-b')).screen).toMatchObject({ kind: 'confirm' })
    const { saleId } = await shopper.confirm()
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId)).toEqual([500])
    await till.nextShopper()
    expect((await shopper.look('bruno')).notice).toMatchObject({ code: 'faceNotFound' })
    await till.nextShopper()
  })
})
