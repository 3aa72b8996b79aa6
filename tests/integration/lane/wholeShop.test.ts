import fc from 'fast-check'
import { describe, it } from 'vitest'
import { type OrderFate } from '../returns/support.ts'
import { callFates } from './support/scripted-hub.ts'
import { ScriptedTerminal } from './support/scripted-terminal.ts'
import { expectShopAgrees } from './support/shopBooks.ts'
import { revive, shopDeeds, shopVisits, slowFiscal, sync, type Shop } from './support/shopDeeds.ts'
import { ShopHub } from './support/shopHub.ts'
import { calmDown, manyTenders } from './support/tenders.ts'
import { enrolled, settings, world, type World } from './support/world.ts'

const orderFates: readonly OrderFate[] = ['fine', 'lost', 'cut', 'unreachable', 'foreign']
const parts = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...shopVisits) },
  { weight: 5, arbitrary: fc.constantFrom(...Object.keys(shopDeeds)).map((deed) => [deed]) },
)
const story = fc.record({
  // Coins of every size, five Rappen, whole kronor.
  currency: fc.constantFrom('CNY', 'CHF', 'SEK'),
  prices: fc.constantFrom('inclusive' as const, 'exclusive' as const),
  signed: fc.boolean(),
  deeds: fc.array(parts, { minLength: 2, maxLength: 14 }).map((list) => list.flat()),
  fates: fc.array(fc.constantFrom(...callFates), { maxLength: 5 }),
  orderFates: fc.array(fc.constantFrom(...orderFates), { maxLength: 3 }),
})
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never

async function open({ currency, prices, signed, fates, orderFates: ofOrders }: Story): Promise<Shop> {
  const terminal = new ScriptedTerminal()
  const signing = { delayMs: 100, out: false }
  const opened: { w?: World } = {}
  const clock = () => {
    if (opened.w === undefined) throw new Error('Nothing is signed before the lane has started')
    return opened.w.clock
  }
  let hub: ShopHub | null = null
  const w = await world(
    {
      ...manyTenders,
      tenders: { ...manyTenders.tenders, walletFace: [] },
      currency,
      tax: { ...settings.tax, prices },
    },
    terminal,
    [],
    signed ? slowFiscal(clock, signing) : undefined,
    null,
    { hub: (ofWorld) => (hub = new ShopHub(ofWorld)) },
  )
  opened.w = w
  if (hub === null) throw new Error('The world has another hub')
  const shop: Shop = { w, hub, terminal, subjectKey: enrolled(w), signing, dead: false }
  // Both are used up; a counterexample must still show them.
  Object.assign(shop.hub, { fates: [...fates], orderFates: [...ofOrders] })
  return shop
}

/** Everything around the lane works again, and staff finishes what is open. */
async function close(shop: Shop): Promise<void> {
  const { w, hub, terminal, signing } = shop
  w.store.afterCommit = () => undefined
  Object.assign(hub, { declines: null, orderFates: [] })
  Object.assign(terminal, { fates: [], silent: 0, refusals: 0 })
  Object.assign(signing, { out: false, delayMs: 100 })
  await w.do({ type: 'staff:close' })
  await calmDown(w)
  // Each takes up one return, the card at hand.
  for (let turn = 0; turn < 8; turn += 1) {
    void w.returns.resume()
    await w.clock.advance(15_000)
  }
  for (let turn = 0; turn < 2; turn += 1) {
    sync(shop)
    void w.payments.followUp()
    void w.returns.followUp()
    await w.clock.advance(60_000)
  }
}

describe('a shop to which anything happens in any order', () => {
  it(
    'has taken money for what went out and for nothing else, and gave back no more than it took',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(story, async (told) => {
          const shop = await open(told)
          for (const name of told.deeds) {
            await shopDeeds[name]?.(shop)
            await shop.w.clock.settle()
            await revive(shop)
            shop.w.view()
          }
          await close(shop)
          expectShopAgrees(shop)
          shop.w.lane.close()
        }),
        { numRuns: 40 },
      )
    },
  )
})
