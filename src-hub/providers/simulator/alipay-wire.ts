import { createVerify, sign } from 'node:crypto'
import { z } from 'zod'
import { decimalOf, minorOf } from '../kit/decimal.ts'
import type { Bank, PayVerdict, PayOrder, Source } from './bank.ts'
import { refundedMinor, type Trade } from './book.ts'
import { merchant, type SimulatorKeys } from './keys.ts'
import type { Operation, Outcome } from './script.ts'
import type { Answer, HttpCall, HttpReply, ReadCall, Seal, WalletWire } from './wallet-wire.ts'

const operationOf: Readonly<Record<string, Operation>> = {
  'alipay.trade.pay': 'pay',
  'alipay.trade.query': 'query',
  'alipay.trade.cancel': 'cancel',
  'alipay.trade.refund': 'refund',
  'alipay.trade.fastpay.refund.query': 'refundQuery',
  'zoloz.authentication.customer.smilepay.initialize': 'initialise',
}

/** 64 characters of letters, digits and underscores. */
const outTradeNoSchema = z.string().regex(/^\w{1,64}$/)
const contentSchema = z.object({
  out_trade_no: outTradeNoSchema.optional(),
  total_amount: z.string().optional(),
  /** Of what is asked for; without it, China's. */
  trans_currency: z.string().optional(),
  settle_currency: z.string().optional(),
  refund_currency: z.string().optional(),
  subject: z.string().min(1).max(256).optional(),
  scene: z.string().optional(),
  auth_code: z.string().optional(),
  product_code: z.string().optional(),
  agreement_params: z.object({ agreement_no: z.string() }).optional(),
  passback_params: z.string().optional(),
  refund_amount: z.string().optional(),
  out_request_no: z.string().optional(),
})
type Content = z.infer<typeof contentSchema>

const currency = 'CNY'
/** Largest `total_amount`: 100,000,000 yuan, as the pay page says. */
const largestMinor = 10_000_000_000

export function createAlipayWire(bank: Bank, keys: SimulatorKeys): WalletWire {
  return {
    read: (http) => read(bank, keys, http),
    seal: (http, answer, seal) => sealed(keys, methodOf(http), answer, seal),
  }
}

function read(bank: Bank, keys: SimulatorKeys, http: HttpCall): ReadCall {
  const fields = fieldsOf(http)
  const operation = operationOf[fields['method'] ?? '']
  if (fields['app_id'] !== merchant.appId) return refused('40002', 'isv.invalid-app-id')
  if (operation === undefined) return refused('40002', 'isv.invalid-method')
  if (fields['sign_type'] !== 'RSA2') return refused('40002', 'isv.invalid-signature-type')
  if (!isSigned(fields, keys)) return refused('40002', 'isv.invalid-signature')
  const content = contentOf(fields['biz_content'])
  if (content === null) return refused('40002', 'isv.invalid-parameter')
  const outTradeNo = content.out_trade_no ?? null
  if (outTradeNo === null && operation !== 'initialise') return refused('40001', 'isv.missing-parameter')
  const order = operation === 'pay' ? orderOf(content) : null
  if (operation === 'pay' && order === null) return refused('40004', 'ACQ.INVALID_PARAMETER')
  if (isForeign(content)) return refused('40004', 'ACQ.CURRENCY_NOT_SUPPORT')
  if (order !== null && order.amountMinor > largestMinor) return refused('40004', 'ACQ.TOTAL_FEE_EXCEED')
  const known = () => (outTradeNo === null ? null : bank.find('alipay', outTradeNo))
  const amountMinor = order?.amountMinor ?? minorOf(content.refund_amount)
  const payer = order === null ? (known()?.payer ?? null) : bank.payerOf('alipay', order.source)
  const perform = (outcome: Outcome): Answer => {
    // What is taken already is not refused when the same order comes again.
    if (outcome.kind === 'decline' && !(operation === 'pay' && known() !== null)) return failure(outcome.code)
    const answer = performed(bank, operation, content, order, outcome)
    return outcome.kind === 'systemError' ? unknown() : answer
  }
  return {
    kind: 'call',
    call: { seen: { wallet: 'alipay', operation, outTradeNo, payer, amountMinor }, perform },
  }
}

function performed(
  bank: Bank,
  operation: Operation,
  content: Content,
  order: PayOrder | null,
  outcome: Outcome,
): Answer {
  const outTradeNo = content.out_trade_no ?? ''
  switch (operation) {
    case 'pay':
      return order === null ? failure('ACQ.INVALID_PARAMETER') : pay(bank, order, outcome)
    case 'query':
      return query(bank.find('alipay', outTradeNo))
    case 'cancel':
      return cancel(bank, outTradeNo)
    case 'refund':
      return refund(bank, outTradeNo, content)
    case 'refundQuery':
      return refundQuery(bank.find('alipay', outTradeNo), content.out_request_no)
    case 'initialise':
      return initialise(bank)
    case 'verify':
      return failure('ACQ.INVALID_PARAMETER')
  }
}

function pay(bank: Bank, order: PayOrder, outcome: Outcome): Answer {
  const verdict = bank.pay(order, wishOf(outcome))
  if (verdict.kind === 'paid') return success(detailsOf(verdict.trade))
  if (verdict.kind === 'waiting') {
    return answer('10003', { msg: 'order success pay inprocess', ...numbersOf(verdict.trade) })
  }
  return failure(refusals[verdict.kind])
}

/** What `alipay.trade.pay` says of a payment that is not taken. */
const refusals: Readonly<Record<Exclude<PayVerdict['kind'], 'paid' | 'waiting'>, string>> = {
  alreadyPaid: 'ACQ.TRADE_HAS_SUCCESS',
  closed: 'ACQ.TRADE_HAS_CLOSE',
  differs: 'ACQ.CONTEXT_INCONSISTENT',
  codeUsed: 'ACQ.PAYMENT_AUTH_CODE_INVALID',
  tokenUnknown: 'ACQ.PAYMENT_AUTH_CODE_INVALID',
  tokenExpired: 'ACQ.PAYMENT_AUTH_CODE_INVALID',
  agreementUnknown: 'ACQ.AGREEMENT_NOT_EXIST',
  agreementEnded: 'ACQ.AGREEMENT_INVALID',
  overAgreement: 'ACQ.BEYOND_PER_RECEIPT_RESTRICTION',
}

function wishOf(outcome: Outcome) {
  if (outcome.kind !== 'waitBuyer') return { kind: 'approve' as const }
  return { kind: 'ask' as const, then: outcome.then, ms: outcome.ms }
}

function query(trade: Trade | null): Answer {
  if (trade === null) return failure('ACQ.TRADE_NOT_EXIST')
  return success({ ...detailsOf(trade), trade_status: statusOf(trade) })
}

function statusOf(trade: Trade): string {
  const states = {
    waiting: 'WAIT_BUYER_PAY',
    paid: 'TRADE_SUCCESS',
    closed: 'TRADE_CLOSED',
    reversed: 'TRADE_CLOSED',
  }
  return trade.state === 'paid' && refundedMinor(trade) === trade.amountMinor
    ? 'TRADE_CLOSED'
    : states[trade.state]
}

function cancel(bank: Bank, outTradeNo: string): Answer {
  const verdict = bank.cancel('alipay', outTradeNo, currency)
  if (verdict.kind === 'tooLate') return failure('ACQ.TRADE_CANCEL_TIME_OUT')
  const action = verdict.kind === 'closed' ? 'close' : 'refund'
  return success({ ...numbersOf(verdict.trade), retry_flag: 'N', action })
}

function refund(bank: Bank, outTradeNo: string, content: Content): Answer {
  const amountMinor = minorOf(content.refund_amount)
  if (amountMinor === null || amountMinor === 0) return failure('ACQ.INVALID_PARAMETER')
  const refundNo = content.out_request_no ?? outTradeNo
  const verdict = bank.refund('alipay', { outTradeNo, refundNo, amountMinor })
  switch (verdict.kind) {
    case 'unknownTrade':
      return failure('ACQ.TRADE_NOT_EXIST')
    case 'notPaid':
      return failure('ACQ.TRADE_STATUS_ERROR')
    case 'tooMuch':
      return failure('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')
    case 'differs':
      return failure('ACQ.DISCORDANT_REPEAT_REQUEST')
    case 'refunded':
    case 'already':
      return success({
        ...numbersOf(verdict.trade),
        fund_change: verdict.kind === 'refunded' ? 'Y' : 'N',
        // The sum of all refunds of the trade, as the wallet tells it.
        refund_fee: decimalOf(refundedMinor(verdict.trade)),
      })
  }
}

function refundQuery(trade: Trade | null, refundNo: string | undefined): Answer {
  if (trade === null) return failure('ACQ.TRADE_NOT_EXIST')
  const found = trade.refunds.find((known) => known.refundNo === refundNo)
  // A refund that never happened: success, and no refund in it.
  if (found === undefined) return success({})
  return success({
    ...numbersOf(trade),
    out_request_no: found.refundNo,
    total_amount: decimalOf(trade.amountMinor),
    refund_amount: decimalOf(found.amountMinor),
    refund_status: 'REFUND_SUCCESS',
  })
}

function initialise(bank: Bank): Answer {
  const zimId = bank.beginFace()
  return success({
    result: JSON.stringify({ type: 'zimInit', zimId, zimInitClientData: `{"zimId":"${zimId}"}` }),
  })
}

function numbersOf(trade: Trade) {
  return { out_trade_no: trade.outTradeNo, trade_no: trade.reference }
}

function detailsOf(trade: Trade) {
  const amount = decimalOf(trade.amountMinor)
  return {
    ...numbersOf(trade),
    buyer_user_id: trade.payer ?? '',
    buyer_logon_id: `159****${(trade.payer ?? '0000').slice(-4)}`,
    total_amount: amount,
    receipt_amount: amount,
    buyer_pay_amount: amount,
    ...(trade.attach === null ? {} : { passback_params: trade.attach }),
  }
}

function orderOf(content: Content): PayOrder | null {
  const amountMinor = minorOf(content.total_amount)
  const source = sourceOf(content)
  if (content.out_trade_no === undefined || amountMinor === null || amountMinor === 0) return null
  if (content.subject === undefined || source === null) return null
  const attach = content.passback_params ?? null
  return { wallet: 'alipay', outTradeNo: content.out_trade_no, amountMinor, currency, attach, source }
}

function sourceOf({ scene, auth_code, product_code, agreement_params }: Content): Source | null {
  if (product_code === 'GENERAL_WITHHOLDING') {
    return agreement_params === undefined
      ? null
      : { kind: 'agreement', agreementNo: agreement_params.agreement_no }
  }
  if (auth_code === undefined) return null
  if (scene === 'security_code') return { kind: 'faceToken', token: auth_code }
  return scene === 'bar_code' && /^(?:2[5-9]|30)\d{14,22}$/.test(auth_code)
    ? { kind: 'code', code: auth_code }
    : null
}

function isForeign({ trans_currency, settle_currency, refund_currency }: Content): boolean {
  return [trans_currency, settle_currency, refund_currency].some((asked = currency) => asked !== currency)
}

function contentOf(text: string | undefined): Content | null {
  try {
    return contentSchema.safeParse(JSON.parse(text ?? '{}')).data ?? null
  } catch {
    return null
  }
}

function fieldsOf({ target, body }: HttpCall): Record<string, string> {
  const { searchParams } = new URL(target, 'http://simulator')
  return Object.fromEntries([...searchParams, ...new URLSearchParams(body)])
}

function methodOf(http: HttpCall): string {
  return fieldsOf(http)['method'] ?? 'error'
}

/** RSA2: SHA256withRSA over every field but `sign`, sorted by name, joined as `name=value&…`. */
function isSigned({ sign: signature = '', ...fields }: Record<string, string>, keys: SimulatorKeys): boolean {
  const text = Object.keys(fields)
    .filter((name) => fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&')
  return createVerify('RSA-SHA256').update(text).verify(keys.alipayApp, signature, 'base64')
}

function sealed(keys: SimulatorKeys, method: string, { status, body }: Answer, seal: Seal): HttpReply {
  const key = seal === 'otherKey' ? keys.stranger : keys.alipay
  const signed = seal === 'bad' ? `${body} ` : body
  const signature = sign('RSA-SHA256', Buffer.from(signed), key).toString('base64')
  const ending = seal === 'none' ? '' : `,"sign":${JSON.stringify(signature)}`
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8' },
    body: `{"${method.replaceAll('.', '_')}_response":${body}${ending}}`,
  }
}

function answer(code: string, more: object): Answer {
  return { status: 200, body: JSON.stringify({ code, ...more }), code }
}

function success(more: object): Answer {
  return answer('10000', { msg: 'Success', ...more })
}

function failure(subCode: string): Answer {
  const body = { msg: 'Business Failed', sub_code: subCode, sub_msg: subCode }
  return { ...answer('40004', body), code: subCode }
}

function unknown(): Answer {
  const body = { msg: 'Service Currently Unavailable', sub_code: 'aop.ACQ.SYSTEM_ERROR', sub_msg: 'unknown' }
  return { ...answer('20000', body), code: '20000' }
}

function refused(code: string, subCode: string): ReadCall {
  const body = { msg: 'Invalid Arguments', sub_code: subCode, sub_msg: subCode }
  return { kind: 'refused', answer: { ...answer(code, body), code: subCode } }
}
