import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { personOf } from './bank.ts'
import { outcomeOf, type Seen, transportOf } from './script.ts'
import type { World } from './simulator.ts'
import { json } from './transport.ts'
import type { HttpCall, HttpReply } from './wallet-wire.ts'

const verifySchema = z.strictObject({
  /** Of the merchant's initialise call; WeChat's device software has no such step of the merchant's. */
  zimId: z.string().exactOptional(),
  /** Who stands in front of the camera; anybody when nobody is named. */
  person: z.string().min(1).max(64).default('somebody'),
})

/**
 * The closed device software of the wallets: it looks at the face with its own camera and hands out a token. Codes of
 * Alipay's verify: 1000 recognised, 1003 left by the user, 1004 timed out, 1005 another tender wished for.
 */
export async function device(world: World, path: string, http: HttpCall): Promise<HttpReply> {
  const wallet =
    path === '/device/alipay/verify' ? 'alipay' : path === '/device/wechat/verify' ? 'wechat' : null
  if (wallet === null || http.method !== 'POST') return json(404, { error: 'There is no such device.' })
  const asked = verifySchema.safeParse(bodyOf(http))
  if (!asked.success) return json(400, { error: z.prettifyError(asked.error) })
  const { zimId = null, person } = asked.data
  const payer = personOf(wallet, person)
  const seen: Seen = { wallet, operation: 'verify', outTradeNo: null, payer, amountMinor: null }
  const actions = world.script.take(seen) ?? world.drawFaults(seen)
  const delay = transportOf(actions, 'delay')
  if (delay !== null) await sleep(delay.ms)
  const outcome = outcomeOf(actions)
  const code = outcome.kind === 'decline' ? outcome.code : '1000'
  world.requests.add({ ...seen, atMs: world.clock.now(), code, actions })
  if (code !== '1000') return json(200, { code })
  const token = world.bank.faceToken(wallet, wallet === 'alipay' ? (zimId ?? '') : null, payer)
  return token === null ? json(200, { code: '1001' }) : json(200, { code, token })
}

function bodyOf(http: HttpCall): unknown {
  try {
    return JSON.parse(http.body)
  } catch {
    return null
  }
}
