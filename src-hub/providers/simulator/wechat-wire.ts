import { createVerify, randomBytes, sign } from 'node:crypto'
import { z } from 'zod'
import type { Bank, PayOrder, PayVerdict, Source } from './bank.ts'
import { refundedMinor, type Refund, type Trade } from './book.ts'
import { merchant, type SimulatorKeys } from './keys.ts'
import type { Operation, Outcome } from './script.ts'
import type { Answer, HttpCall, HttpReply, ReadCall, Seal, WalletWire } from './wallet-wire.ts'

/** 32 characters of letters, digits and `_-|*@`. */
const outTradeNoSchema = z.string().regex(/^[\w\-|*@]{1,32}$/)
const amount = z.number().int().min(1)
const paySchema = z.object({
  appid: z.literal(merchant.wechatAppId),
  mchid: z.literal(merchant.mchId),
  description: z.string().min(1).max(127),
  out_trade_no: outTradeNoSchema,
  attach: z.string().max(128).optional(),
  payer: z.object({ auth_code: z.string().min(1).max(512) }),
  amount: z.object({ total: amount, currency: z.literal('CNY').default('CNY') }),
  scene_info: z.object({ device_ip: z.string().optional() }).loose(),
})
const reverseSchema = z.object({ appid: z.literal(merchant.wechatAppId), mchid: z.literal(merchant.mchId) })
const refundSchema = z.object({
  out_trade_no: outTradeNoSchema,
  out_refund_no: z.string().regex(/^[\w\-|*@]{1,64}$/),
  amount: z.object({ refund: amount, total: amount, currency: z.literal('CNY') }),
})

/** A signature is good for five minutes on either side of the clock. ms. */
const windowMs = 300_000
/** A payment is not reversed sooner. ms. */
const reverseNotBeforeMs = 15_000

export function createWechatWire(bank: Bank, keys: SimulatorKeys, nowMs: () => number): WalletWire {
  return {
    read: (http) => read(bank, keys, nowMs, http),
    seal: (_http, answer, seal) => sealed(keys, nowMs(), answer, seal),
  }
}

interface Route {
  readonly operation: Operation
  readonly outTradeNo: string | null
  readonly amountMinor: number | null
  readonly source: Source | null
  perform(outcome: Outcome): Answer
}

function read(bank: Bank, keys: SimulatorKeys, nowMs: () => number, http: HttpCall): ReadCall {
  if (!isSigned(http, keys, nowMs())) return refused(failure('SIGN_ERROR', 401))
  const route = routeOf(bank, nowMs, http)
  if (route === null) return refused(failure('PARAM_ERROR', 400))
  const { operation, outTradeNo, amountMinor, source } = route
  const known = () => (outTradeNo === null ? null : bank.find('wechat', outTradeNo))
  const payer = source === null ? (known()?.payer ?? null) : bank.payerOf('wechat', source)
  const perform = (outcome: Outcome): Answer => {
    // What is taken already is not refused when the same order comes again.
    if (outcome.kind === 'decline' && !(operation === 'pay' && known() !== null))
      return failure(outcome.code, statusOf(outcome.code))
    const answer = route.perform(outcome)
    return outcome.kind === 'systemError' ? failure('SYSTEM_ERROR', 500) : answer
  }
  return {
    kind: 'call',
    call: { seen: { wallet: 'wechat', operation, outTradeNo, payer, amountMinor }, perform },
  }
}

function routeOf(bank: Bank, nowMs: () => number, { method, target, body }: HttpCall): Route | null {
  const { pathname, searchParams } = new URL(target, 'http://simulator')
  const route = `${method} ${pathname}`
  if (route === 'POST /v3/pay/transactions/codepay') return payRoute(bank, body)
  if (route === 'POST /v3/refund/domestic/refunds') return refundRoute(bank, body)
  const refundQuery = /^GET \/v3\/refund\/domestic\/refunds\/([^/]+)$/.exec(route)
  if (refundQuery) return refundQueryRoute(bank, decoded(refundQuery[1]))
  const trade = /^(GET|POST) \/v3\/pay\/transactions\/out-trade-no\/([^/]+?)(\/reverse)?$/.exec(route)
  const outTradeNo = decoded(trade?.[2])
  if (!outTradeNoSchema.safeParse(outTradeNo).success) return null
  if (trade?.[1] === 'GET' && trade[3] === undefined && searchParams.get('mchid') === merchant.mchId) {
    return plain('query', outTradeNo, null, () => query(bank.find('wechat', outTradeNo)))
  }
  if (trade?.[1] === 'POST' && trade[3] !== undefined && parsed(reverseSchema, body) !== null) {
    return plain('cancel', outTradeNo, null, () => reverse(bank, outTradeNo, nowMs()))
  }
  return null
}

/** What is no percent-encoding is nobody's number. */
function decoded(part = ''): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

function plain(
  operation: Operation,
  outTradeNo: string,
  amountMinor: number | null,
  perform: () => Answer,
): Route {
  return { operation, outTradeNo, amountMinor, source: null, perform }
}

function payRoute(bank: Bank, body: string): Route | null {
  const content = parsed(paySchema, body)
  if (content === null) return null
  const { out_trade_no: outTradeNo, attach = null, payer, amount: asked } = content
  // A face code comes from the wallet's own device; a code on a phone is 18 digits that begin with 10 to 15.
  const source: Source = /^1[0-5]\d{16}$/.test(payer.auth_code)
    ? { kind: 'code', code: payer.auth_code }
    : { kind: 'faceToken', token: payer.auth_code }
  const order: PayOrder = {
    wallet: 'wechat',
    outTradeNo,
    amountMinor: asked.total,
    currency: asked.currency,
    attach,
    source,
  }
  const perform = (outcome: Outcome) => pay(bank, order, outcome)
  return { operation: 'pay', outTradeNo, amountMinor: asked.total, source, perform }
}

function pay(bank: Bank, order: PayOrder, outcome: Outcome): Answer {
  const asks = outcome.kind === 'waitBuyer'
  const verdict = bank.pay(
    order,
    asks ? { kind: 'ask', then: outcome.then, ms: outcome.ms } : { kind: 'approve' },
  )
  if (verdict.kind === 'paid') return ok(transactionOf(verdict.trade))
  if (verdict.kind === 'waiting') return ok({ trade_state: 'USERPAYING' }, 'USERPAYING')
  const code = refusals[verdict.kind]
  return failure(code, statusOf(code))
}

/** What a payment that is not taken is answered. */
const refusals: Readonly<Record<Exclude<PayVerdict['kind'], 'paid' | 'waiting'>, string>> = {
  alreadyPaid: 'ORDER_PAID',
  closed: 'ORDER_CLOSED',
  differs: 'OUT_TRADE_NO_USED',
  codeUsed: 'AUTH_CODE_INVALID',
  tokenUnknown: 'AUTH_CODE_INVALID',
  tokenExpired: 'AUTH_CODE_EXPIRE',
  agreementUnknown: 'CONTRACT_NOT_EXIST',
  agreementEnded: 'CONTRACT_NOT_EXIST',
  overAgreement: 'RULE_LIMIT',
}

function query(trade: Trade | null): Answer {
  return trade === null ? failure('ORDER_NOT_EXIST', 404) : ok(transactionOf(trade))
}

function transactionOf(trade: Trade) {
  const states = { waiting: 'USERPAYING', paid: 'SUCCESS', closed: 'CLOSED', reversed: 'REVOKED' }
  const state = trade.state === 'paid' && trade.refunds.length > 0 ? 'REFUND' : states[trade.state]
  const paid = trade.state === 'paid' || trade.state === 'reversed'
  return {
    appid: merchant.wechatAppId,
    mchid: merchant.mchId,
    out_trade_no: trade.outTradeNo,
    trade_type: 'MICROPAY',
    trade_state: state,
    trade_state_desc: state,
    ...(trade.attach === null ? {} : { attach: trade.attach }),
    ...(paid ? { transaction_id: trade.reference, bank_type: 'OTHERS' } : {}),
    ...(paid && trade.payer !== null ? { payer: { openid: trade.payer } } : {}),
    amount: {
      total: trade.amountMinor,
      ...(paid ? { payer_total: trade.amountMinor } : {}),
      currency: trade.currency,
    },
  }
}

function reverse(bank: Bank, outTradeNo: string, nowMs: number): Answer {
  const known = bank.find('wechat', outTradeNo)
  const open = known?.state === 'waiting' || known?.state === 'paid'
  if (open && nowMs - known.openedAtMs < reverseNotBeforeMs) return failure('INVALID_REQUEST', 400)
  const verdict = bank.cancel('wechat', outTradeNo, 'CNY')
  if (verdict.kind === 'tooLate') return failure('TRADE_OVERDUE', 403)
  return ok({ appid: merchant.wechatAppId, mchid: merchant.mchId, out_trade_no: outTradeNo })
}

function refundRoute(bank: Bank, body: string): Route | null {
  const content = parsed(refundSchema, body)
  if (content === null) return null
  const { out_trade_no: outTradeNo, out_refund_no: refundNo, amount: asked } = content
  return plain('refund', outTradeNo, asked.refund, () => {
    const known = bank.find('wechat', outTradeNo)
    if (known !== null && known.amountMinor !== asked.total) return failure('INVALID_REQUEST', 400)
    // A refund's number is the merchant's, not the trade's: it stands for one refund.
    if ((refundedUnder(bank, refundNo) ?? known) !== known) return failure('INVALID_REQUEST', 400)
    const verdict = bank.refund('wechat', { outTradeNo, refundNo, amountMinor: asked.refund })
    switch (verdict.kind) {
      case 'unknownTrade':
        return failure('RESOURCE_NOT_EXISTS', 404)
      case 'notPaid':
      case 'tooMuch':
      case 'differs':
        return failure('INVALID_REQUEST', 400)
      case 'refunded':
      case 'already':
        return ok(
          refundOf(verdict.trade, { refundNo, amountMinor: asked.refund, reference: verdict.reference }),
        )
    }
  })
}

function refundQueryRoute(bank: Bank, refundNo: string): Route {
  const trade = refundedUnder(bank, refundNo)
  const found = trade?.refunds.find((refund) => refund.refundNo === refundNo)
  return plain('refundQuery', trade?.outTradeNo ?? '', null, () =>
    trade === null || found === undefined ? failure('RESOURCE_NOT_EXISTS', 404) : ok(refundOf(trade, found)),
  )
}

/** The trade that gave back under this number. */
function refundedUnder(bank: Bank, refundNo: string): Trade | null {
  const isOfIt = ({ wallet, refunds }: Trade) =>
    wallet === 'wechat' && refunds.some((refund) => refund.refundNo === refundNo)
  return [...bank.book.trades.values()].find(isOfIt) ?? null
}

function refundOf(trade: Trade, { refundNo, amountMinor, reference }: Refund) {
  return {
    refund_id: reference,
    out_refund_no: refundNo,
    transaction_id: trade.reference,
    out_trade_no: trade.outTradeNo,
    channel: 'ORIGINAL',
    status: 'SUCCESS',
    amount: {
      total: trade.amountMinor,
      refund: amountMinor,
      payer_total: trade.amountMinor,
      settlement_refund: refundedMinor(trade),
      currency: trade.currency,
    },
  }
}

/** `WECHATPAY2-SHA256-RSA2048`: method, path with query, timestamp, nonce and body, each with its line end. */
function isSigned({ method, target, headers, body }: HttpCall, keys: SimulatorKeys, nowMs: number): boolean {
  const [scheme, list = ''] = (headers['authorization'] ?? '').split(/ (.*)/s)
  if (scheme !== 'WECHATPAY2-SHA256-RSA2048') return false
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(list)?.[1] ?? ''
  if (field('mchid') !== merchant.mchId || field('serial_no') !== merchant.merchantSerial) return false
  const atMs = Number(field('timestamp')) * 1000
  if (!(Math.abs(nowMs - atMs) <= windowMs)) return false
  const text = `${method}\n${target}\n${field('timestamp')}\n${field('nonce_str')}\n${body}\n`
  return createVerify('RSA-SHA256').update(text).verify(keys.wechatMerchant, field('signature'), 'base64')
}

function sealed(keys: SimulatorKeys, nowMs: number, { status, body }: Answer, seal: Seal): HttpReply {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'request-id': randomBytes(16).toString('hex'),
  }
  if (seal === 'none') return { status, headers, body }
  const timestamp = String(Math.floor(nowMs / 1000))
  const nonce = randomBytes(16).toString('hex')
  const text = `${timestamp}\n${nonce}\n${seal === 'bad' ? `${body} ` : body}\n`
  const key = seal === 'otherKey' ? keys.stranger : keys.wechatPlatform
  return {
    status,
    body,
    headers: {
      ...headers,
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': merchant.platformSerial,
      'wechatpay-signature': sign('RSA-SHA256', Buffer.from(text), key).toString('base64'),
    },
  }
}

/** HTTP status of an error code; 403 is what most business refusals come with. */
const statuses: Readonly<Record<string, number>> = {
  PARAM_ERROR: 400,
  INVALID_REQUEST: 400,
  AUTH_CODE_INVALID: 400,
  AUTH_CODE_EXPIRE: 400,
  SIGN_ERROR: 401,
  ORDER_NOT_EXIST: 404,
  RESOURCE_NOT_EXISTS: 404,
  FREQUENCY_LIMITED: 429,
  SYSTEM_ERROR: 500,
  BANK_ERROR: 500,
}

function statusOf(code: string): number {
  return statuses[code] ?? 403
}

function parsed<T extends z.ZodType>(schema: T, body: string): z.infer<T> | null {
  try {
    return schema.safeParse(JSON.parse(body)).data ?? null
  } catch {
    return null
  }
}

function ok(body: object, code = 'SUCCESS'): Answer {
  return { status: 200, body: JSON.stringify(body), code }
}

function failure(code: string, status: number): Answer {
  return { status, body: JSON.stringify({ code, message: code }), code }
}

function refused(answer: Answer): ReadCall {
  return { kind: 'refused', answer }
}
