import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createSimulatedWalletFace } from '../../../src-main/bench/wallet-face.ts'
import type { WalletFaceSessionResponse } from '../../../src-main/contract/hubApi.ts'
import type { FaceWallet } from '../../../src-main/contract/payment.ts'
import { ok } from '../../../src-main/contract/result.ts'
import { joinedLane, moment, newKey, type TestLane, useHubs } from './harness.ts'
import { type Shop, useShops } from './wallets.ts'

const hubs = useHubs()
const openShop = useShops(hubs)
const wallets = ['alipay', 'wechat'] as const

/** The wallet's own device at this lane. */
function deviceOf(shop: Shop, lane: TestLane, wallet: FaceWallet) {
  return createSimulatedWalletFace({
    wallet,
    simulatorUrl: shop.simulator.url,
    beginSession: async (deviceInfo) => {
      const { json } = await lane.call('walletFaceSession', { wallet: 'alipay', deviceInfo })
      return ok(json as WalletFaceSessionResponse)
    },
  })
}

function orderWith(wallet: FaceWallet, token: string, attemptKey = newKey()) {
  const instrument = { kind: 'walletFace' as const, wallet, token }
  const saleId = newKey()
  return {
    attemptKey,
    saleId,
    amountMinor: 500,
    currency: 'CNY',
    instrument,
    bench: true,
    attemptedAt: moment(),
  }
}

/** A line out of the middle of the key that signs for the merchant. */
async function privateKeyOf({ simulator }: Shop): Promise<string> {
  const pem = await readFile(path.join(simulator.keysDir, 'alipay-app-private-key.pem'), 'utf8')
  return pem.split('\n')[5] ?? ''
}

const look = { signal: new AbortController().signal, timeoutMs: 10_000 }

describe('a face that the wallet’s own device looks at', () => {
  it.each(wallets)('pays with %s by its token, once', async (wallet) => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    const seen = await deviceOf(shop, lane, wallet).look(look)
    expect(seen).toMatchObject({ kind: 'seen' })
    const token = seen.kind === 'seen' ? seen.token : ''
    const order = orderWith(wallet, token)
    expect((await lane.call('authorise', order)).json.outcome).toMatchObject({ kind: 'approved' })
    expect(await shop.books(order.attemptKey)).toEqual({ charges: 1, chargedMinor: 500, backMinor: 0 })

    const again = await lane.call('authorise', orderWith(wallet, token))
    expect(again.json.outcome).toMatchObject({ kind: 'declined', reason: 'codeInvalid' })
  })

  it.each(wallets)('does not pay with %s by a token that has grown old', async (wallet) => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    const seen = await deviceOf(shop, lane, wallet).look(look)
    await shop.pass(121_000)
    const order = orderWith(wallet, seen.kind === 'seen' ? seen.token : '')
    expect((await lane.call('authorise', order)).json.outcome.kind).toBe('declined')
    expect(await shop.books(order.attemptKey)).toMatchObject({ charges: 0 })
  })

  it.each([
    ['1003', 'left'],
    ['1004', 'timeout'],
    ['1005', 'otherTender'],
    ['2006', 'unavailable'],
  ])('is told with the device’s code %s as "%s"', async (code, refusal) => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    await shop.script({ match: { operation: 'verify' }, do: [{ kind: 'decline', code }], times: 1 })
    expect(await deviceOf(shop, lane, 'alipay').look(look)).toEqual({
      kind: 'refused',
      refusal,
      nativeCode: code,
    })
  })

  it('is looked for no longer when the shopper leaves, and one look is one at a time', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    await shop.script({
      match: { operation: 'verify' },
      do: [{ kind: 'delay', ms: 5000, where: 'reply' }],
      times: 1,
    })
    const device = deviceOf(shop, lane, 'wechat')
    const leaving = new AbortController()
    const first = device.look({ ...look, signal: leaving.signal })
    expect(await device.look(look)).toMatchObject({ kind: 'refused', refusal: 'unavailable' })
    leaving.abort()
    expect(await first).toMatchObject({ kind: 'refused', refusal: 'left' })
  })

  it('is not asked for where the gateway does not answer', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    await shop.script({ match: { operation: 'initialise' }, do: [{ kind: 'loseReply' }], times: 1 })
    expect(await deviceOf(shop, lane, 'alipay').look(look)).toMatchObject({
      kind: 'refused',
      refusal: 'unavailable',
    })
  })

  it('leaves no token, code or key in the hub’s log, whatever happens on the line', async () => {
    let log = ''
    const stream = { write: (line: string) => void (log += line) }
    const shop = await openShop({ log: pino({ level: 'trace' }, stream) })
    const lane = await joinedLane(shop.hub)
    const secrets: string[] = ['PRIVATE KEY', await privateKeyOf(shop)]
    const garbage = { kind: 'garbage' as const, form: 'badSignature' as const }
    for (const action of [{ kind: 'loseReply' as const }, garbage, { kind: 'systemError' as const }]) {
      for (const wallet of wallets) {
        await shop.script({ match: { operation: 'pay' }, do: [action], times: 1 })
        const seen = await deviceOf(shop, lane, wallet).look(look)
        const token = seen.kind === 'seen' ? seen.token : ''
        secrets.push(token)
        await lane.call('authorise', orderWith(wallet, token))
      }
    }
    await shop.pass(6000)
    expect(secrets).toHaveLength(8)
    expect(log).not.toBe('')
    for (const secret of secrets) expect(log).not.toContain(secret)
  })

  it('is not asked for at a hub without that wallet', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { json } = await lane.call('walletFaceSession', { wallet: 'alipay', deviceInfo: '{}' })
    expect(json).toEqual({ kind: 'refused', nativeCode: 'notConfigured' })
  })
})
