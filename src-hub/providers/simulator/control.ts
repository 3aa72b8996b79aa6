import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { faceWalletSchema } from '../../../src-main/contract/payment.ts'
import { languageOf } from '../../pages/words.ts'
import { ownKey, refundedMinor, type Trade } from './book.ts'
import { personOf } from './bank.ts'
import { page } from './page.ts'
import { scriptSchema } from './script.ts'
import type { World } from './simulator.ts'
import { json } from './transport.ts'
import type { HttpCall, HttpReply } from './wallet-wire.ts'

/** A hundred years at once: further than any clock that went wrong. ms. */
const clockLimitMs = 100 * 365 * 86_400_000
const clockSchema = z.strictObject({ advanceMs: z.number().int().min(-clockLimitMs).max(clockLimitMs) })
const agreementSchema = z.strictObject({
  wallet: faceWalletSchema.default('alipay'),
  agreementNo: z
    .string()
    .regex(/^\w{1,64}$/)
    .exactOptional(),
  payer: z.string().min(1).max(64).exactOptional(),
  /** Largest single payment. */
  limitMinor: z.number().int().min(1).nullable().default(null),
  ended: z.boolean().default(false),
})

/**
 * What tests and people say to the simulator. Null for a path that is none of these. Changes are taken as JSON only, so
 * that no page from elsewhere can make them.
 */
export function control(world: World, path: string, http: HttpCall): HttpReply | null {
  const { bank, clock, script } = world
  switch (`${http.method} ${path}`) {
    case 'GET /':
      return page(languageOf(http.headers['accept-language']))
    case 'GET /control/log':
      return json(200, { requests: world.requests.all() })
    case 'GET /control/charges':
      bank.settleDue()
      return json(200, { charges: [...bank.book.trades.values()].map(standing) })
    case 'GET /control/clock':
      return json(200, { nowMs: clock.now() })
    case 'GET /control/script':
      return json(200, { rules: script.list() })
    case 'POST /control/script':
      return take(scriptSchema, http, ({ rules }) => {
        script.add(rules)
        return { rules: script.list() }
      })
    case 'DELETE /control/script':
      script.clear()
      world.downUntil.clear()
      return json(200, { rules: [] })
    case 'POST /control/clock':
      return take(clockSchema, http, ({ advanceMs }) => {
        clock.advance(advanceMs)
        bank.settleDue()
        return { nowMs: clock.now() }
      })
    case 'POST /control/agreements':
      return take(agreementSchema, http, (asked) => {
        const agreementNo =
          asked.agreementNo ?? `2026${randomBytes(8).readBigUInt64BE().toString().padStart(20, '0')}`
        const payer =
          asked.payer ??
          bank.book.agreements.get(ownKey(asked.wallet, agreementNo))?.payer ??
          personOf(asked.wallet, agreementNo)
        const { limitMinor, ended } = asked
        bank.sign(asked.wallet, agreementNo, { payer, limitMinor, ended })
        return { agreementNo, payer, limitMinor, ended }
      })
    default:
      return null
  }
}

/** One number's money: what was charged and what came back. */
function standing(trade: Trade) {
  const { wallet, outTradeNo, payer, attach, currency, state } = trade
  const chargedMinor = state === 'paid' || state === 'reversed' ? trade.amountMinor : 0
  const returnedMinor = state === 'reversed' ? chargedMinor : refundedMinor(trade)
  return { wallet, outTradeNo, state, currency, payer, attach, chargedMinor, returnedMinor }
}

function take<T extends z.ZodType>(
  schema: T,
  http: HttpCall,
  work: (value: z.infer<T>) => unknown,
): HttpReply {
  if (!(http.headers['content-type'] ?? '').startsWith('application/json')) {
    return json(415, { error: 'Send application/json.' })
  }
  try {
    const parsed = schema.safeParse(JSON.parse(http.body))
    if (!parsed.success) return json(400, { error: z.prettifyError(parsed.error) })
    return json(200, work(parsed.data))
  } catch {
    return json(400, { error: 'The body is not JSON.' })
  }
}
