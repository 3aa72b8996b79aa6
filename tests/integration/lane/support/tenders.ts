import { settings, staffPin, type World } from './world.ts'

export const coupon = 'FC0123456789AB'
export const wechatCode = `10${'5'.repeat(16)}`

/** A lane that takes every tender of the shop, but for devices that a test adds itself. */
export const manyTenders = {
  tenders: { points: true, coupon: true, card: true, walletFace: ['alipay'] },
  cash: { enabled: true },
  offline: { ...settings.offline },
} as const

export async function payCash(w: World, tenderedMinor: number, pin = staffPin): Promise<string> {
  await w.do({ type: 'tender:choose', tender: 'cash' })
  const { saleId } = w.view().basket
  const result = await w.do({ type: 'cash:take', pin, saleId: saleId ?? '', tenderedMinor })
  return result.kind === 'accepted' ? 'accepted' : result.code
}

/** A part of the sale by a coupon that holds this much. */
export async function payCoupon(w: World, holdsMinor: number): Promise<void> {
  w.hub.holdsMinor = holdsMinor
  await w.scan(coupon)
  w.hub.holdsMinor = Infinity
}

/** Everything open finds its end: the hub is back, and staff settles what it is called for. */
export async function calmDown(w: World): Promise<void> {
  Object.assign(w.hub, { down: false, fates: [], holdsMinor: Infinity })
  w.hubState = 'online'
  w.store.commitsLeft = null
  w.store.full = false
  for (let round = 0; round < 4; round += 1) {
    await w.clock.advance(100_000)
    // A look has a limit of its own.
    if (w.capture.isOn()) await w.look({ kind: 'timeout', unclear: false })
    w.hub.take(w.store.journal.pending({ maxEntries: 10_000, maxBytes: 100_000_000 }))
    void w.payments.followUp()
    await w.clock.advance(30_000)
    if (w.view().intervention !== null) await w.staff('refused')
    if (w.screen() === 'tenderChoice') await w.do({ type: 'checkout:cancel' })
  }
}
