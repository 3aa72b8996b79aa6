import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureBenchWallets } from '../../../src-main/cli/box/bench-wallets.ts'
import { openStoreInABox, type StoreInABox } from '../../../src-main/cli/box/store-in-a-box.ts'
import { whenView } from '../../../src-main/cli/demo/views.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import { cleanUps } from './support/folders.ts'

describe('the store in a box with an emulated stripe reader', () => {
  const after = cleanUps()
  let box: StoreInABox

  beforeAll(async () => {
    box = await openStoreInABox({
      dataDir: after.folder(),
      env: {},
      hubPort: 0,
      preset: { http: { port: 0 }, devices: { stripeReader: { address: 'emulated' } } },
      say: () => undefined,
    })
    after.add(() => box.close())
    const operator = await box.operator
    if (operator === null) throw new Error('The hub did not start')
    await ensureBenchWallets(operator, box.config.currency)
    await when('the reader', ({ devices }) =>
      devices.some(({ category, state }) => category === 'Msr' && state === 'ready'),
    )
  })
  afterAll(() => after.run())

  const when = (what: string, wanted: (view: LaneView) => boolean) =>
    whenView(box.runtime.host, what, wanted, 20_000)
  const swipe = (card: string) =>
    box.runtime.bench?.command({ type: 'bench:sideAction', device: 'stripeReader', action: card })

  it('knows the member whose card the bench panel swipes, and says of another that it knows none', async () => {
    expect(await swipe('member')).toEqual({ kind: 'accepted' })
    const { basket } = await when('the member', (view) => view.basket.member !== null)
    expect(basket.member).toMatchObject({ maskedName: '*娜', maskedNumber: '****3456' })
    await swipe('otherShop')
    const { notice } = await when('the word about the other card', (view) => view.notice !== null)
    expect(notice).toEqual({ code: 'memberCardUnknown', ending: '2345' })
  })
})
