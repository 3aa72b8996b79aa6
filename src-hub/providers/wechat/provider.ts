import { createHash } from 'node:crypto'
import { unreachable } from '../../../src-main/contract/result.ts'
import { declined, done, meaningOf, pending } from '../kit/answers.ts'
import { timetableFrom } from '../kit/config-parts.ts'
import type {
  MoneyBack,
  MoneyBackAnswer,
  Payer,
  PaymentProvider,
  ProviderAnswer,
  ProviderOrder,
  ProviderTimetable,
} from '../port.ts'
import type { WechatClient } from './client.ts'
import {
  payMeanings,
  refundMeanings,
  refundStates,
  reverseMeanings,
  tradeMeanings,
  unseenCodes,
} from './codes.ts'
import type { WechatConfig } from './config.ts'

/**
 * WeChat Pay's guide: a query 5 s after an unclear answer, then every 5 to 10 s, up to 45 s in all; a reverse not
 * before 15 s after the payment, within 7 days, repeated until it succeeds.
 */
export const wechatTimetable: ProviderTimetable = {
  firstQueryMs: 5000,
  everyMs: 5000,
  patienceMs: 45_000,
  cancelNotBeforeMs: 15_000,
}
const currency = 'CNY'

interface Wallet {
  readonly config: WechatConfig
  readonly client: WechatClient
  readonly timetable: ProviderTimetable
}

/** Codes on a phone and face codes of WeChat's own device: both pay by `codepay`. */
export function createWechat(config: WechatConfig, client: WechatClient): PaymentProvider {
  const wallet: Wallet = { config, client, timetable: timetableFrom(wechatTimetable, config.timetable) }
  return {
    name: 'wechat',
    ledger: 'outside',
    declares: {
      deferrable: false,
      capture: 'immediate',
      partialRefund: true,
      needsLiveToken: true,
      takesBench: config.sandbox,
      partialApproval: false,
    },
    timetable: wallet.timetable,
    authorise: (_tx, order) => authorise(wallet, order),
    query: (_tx, order) => query(wallet, order),
    cancel: (_tx, order) =>
      order.amountMinor < order.chargedMinor ? refund(wallet, order) : reverse(wallet, order),
    refund: (_tx, order) => refund(wallet, order),
  }
}

async function authorise(wallet: Wallet, order: ProviderOrder): Promise<ProviderAnswer> {
  const { client, config, timetable } = wallet
  if (order.currency !== currency) return declined('currencyNotHeld')
  const code = codeOf(order.payer)
  if (code === null) return declined('codeExpired')
  const answer = await client.call(
    'POST',
    '/v3/pay/transactions/codepay',
    {
      appid: config.appId,
      mchid: config.mchId,
      description: config.description,
      out_trade_no: numberOf(order.providerKey),
      attach: order.providerKey,
      payer: { auth_code: code },
      amount: { total: order.amountMinor, currency },
      scene_info: { device_id: order.laneId, store_info: { id: config.storeId } },
    },
    order.signal,
  )
  if (!answer.ok) return pending(timetable, answer.error.reason)
  const { code: refusal, fields } = answer.value
  if (refusal === null) return tradeAnswer(wallet, order, fields)
  const meaning = meaningOf(payMeanings, refusal)
  switch (meaning?.kind) {
    case 'declined':
      return declined(meaning.reason, refusal)
    case 'paidBefore':
      return (await query(wallet, order)) ?? pending(timetable, refusal)
    case 'unknown':
    case undefined:
      return pending(timetable, refusal)
    default:
      return unreachable(meaning)
  }
}

/** Null when the code or token is gone. */
function codeOf(payer: Payer): string | null {
  switch (payer.kind) {
    case 'code':
      return payer.code
    case 'faceToken':
      return payer.token
    case 'agreement':
    case 'account':
    case 'points':
    case 'coupon':
      throw new Error(`WeChat Pay does not charge ${payer.kind}`)
    default:
      return unreachable(payer)
  }
}

async function query(wallet: Wallet, order: ProviderOrder): Promise<ProviderAnswer | null> {
  const { client, config, timetable } = wallet
  const number = encodeURIComponent(numberOf(order.providerKey))
  const target = `/v3/pay/transactions/out-trade-no/${number}?mchid=${config.mchId}`
  const answer = await client.call('GET', target, null, order.signal)
  if (!answer.ok) return pending(timetable, answer.error.reason)
  const { code, fields } = answer.value
  if (unseenCodes.has(code)) return null
  return code === null ? tradeAnswer(wallet, order, fields) : pending(timetable, code)
}

function tradeAnswer(
  { timetable }: Wallet,
  order: ProviderOrder,
  fields: Readonly<Record<string, unknown>>,
): ProviderAnswer {
  const state = textOf(fields['trade_state'])
  const meaning = meaningOf(tradeMeanings, state)
  switch (meaning) {
    case 'paid':
      return approvedOr(timetable, order, fields)
    case 'closed':
      return declined('attemptCancelled', state)
    case 'failed':
      return declined('other', state)
    case 'waiting':
    case null:
      return pending(timetable, state)
    default:
      return unreachable(meaning)
  }
}

/** Approved is believed only of this very order: its number and its whole amount. */
function approvedOr(
  timetable: ProviderTimetable,
  order: ProviderOrder,
  fields: Readonly<Record<string, unknown>>,
): ProviderAnswer {
  const ours = isAbout(fields, numberOf(order.providerKey))
  if (!ours || partOf(fields['amount'], 'total') !== order.amountMinor)
    return pending(timetable, 'otherOrder')
  const transactionId = textOf(fields['transaction_id'])
  return {
    kind: 'approved',
    approvedMinor: order.amountMinor,
    accountId: null,
    approvalCode: transactionId.slice(-6),
    providerReference: transactionId,
    maskedAccount: `****${textOf(partOf(fields['payer'], 'openid')).slice(-4)}`,
  }
}

async function reverse({ client, config, timetable }: Wallet, order: MoneyBack): Promise<MoneyBackAnswer> {
  const number = numberOf(order.chargeKey)
  const target = `/v3/pay/transactions/out-trade-no/${encodeURIComponent(number)}/reverse`
  const content = { appid: config.appId, mchid: config.mchId }
  const answer = await client.call('POST', target, content, order.signal)
  if (!answer.ok) return pending(timetable, answer.error.reason)
  const { code, fields } = answer.value
  if (code === null && !isAbout(fields, number)) return pending(timetable, 'otherOrder')
  // 15 s after the payment it is still unseen: our connection is long closed, so nothing of it can arrive any more.
  if (code === null || unseenCodes.has(code)) return done(number)
  return meaningOf(reverseMeanings, code) === 'refused'
    ? { kind: 'refused', nativeCode: code }
    : pending(timetable, code)
}

/** One refund number pays back once; its repetition answers what became of it. */
async function refund({ client, timetable }: Wallet, order: MoneyBack): Promise<MoneyBackAnswer> {
  const answer = await client.call(
    'POST',
    '/v3/refund/domestic/refunds',
    {
      out_trade_no: numberOf(order.chargeKey),
      out_refund_no: numberOf(order.providerKey),
      amount: { refund: order.amountMinor, total: order.chargedMinor, currency },
    },
    order.signal,
  )
  if (!answer.ok) return pending(timetable, answer.error.reason)
  const { code, fields } = answer.value
  if (code !== null) {
    return meaningOf(refundMeanings, code) === 'refused'
      ? { kind: 'refused', nativeCode: code }
      : pending(timetable, code)
  }
  if (textOf(fields['out_refund_no']) !== numberOf(order.providerKey)) return pending(timetable, 'otherOrder')
  const status = textOf(fields['status'])
  const meaning = meaningOf(refundStates, status)
  switch (meaning) {
    case 'done':
      return done(textOf(fields['refund_id']))
    case 'refused':
      return { kind: 'refused', nativeCode: status }
    case 'unknown':
    case null:
      return pending(timetable, status)
    default:
      return unreachable(meaning)
  }
}

/** At most 32 characters: 192 bits of the key's SHA-256 in base64url, which WeChat Pay takes as they are. */
export function numberOf(providerKey: string): string {
  return createHash('sha256').update(providerKey).digest('base64url').slice(0, 32)
}

/** An old answer that a relay or cache gives out again is signed too. */
function isAbout(fields: Readonly<Record<string, unknown>>, number: string): boolean {
  return textOf(fields['out_trade_no']) === number
}

function partOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

/** What a wallet says is kept for years: no longer than any of its own fields. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 128) : ''
}
