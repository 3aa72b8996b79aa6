import { createHash } from 'node:crypto'
import { unreachable } from '../../../src-main/contract/result.ts'
import { declined, done, meaningOf, pending } from '../kit/answers.ts'
import { timetableFrom } from '../kit/config-parts.ts'
import { decimalOf, minorOf } from '../kit/decimal.ts'
import type {
  MoneyBack,
  MoneyBackAnswer,
  Payer,
  PaymentProvider,
  ProviderAnswer,
  ProviderDeclaration,
  ProviderOrder,
  ProviderTimetable,
} from '../port.ts'
import { backMeanings, gatewayCodes, payMeanings, tradeMeanings, unseenCode } from './codes.ts'
import type { AlipayConfig } from './config.ts'
import type { AlipayGateway, GatewayAnswer } from './gateway.ts'

/** Alipay's guide: ask first after 5 s, then every 3 to 5 s, for about a minute, and cancel at once after the last. */
export const alipayTimetable: ProviderTimetable = {
  firstQueryMs: 5000,
  everyMs: 4000,
  patienceMs: 60_000,
  cancelNotBeforeMs: 0,
}
/** After this long the trade closes by itself, should nobody be left to cancel it. */
const closesAfter = '3m'
const currency = 'CNY'

export interface AlipayContext {
  readonly config: AlipayConfig
  readonly gateway: AlipayGateway
}

/** Codes on a phone and tokens of Alipay's own face device. */
export function createAlipay(context: AlipayContext): PaymentProvider {
  return providerOf(context, 'alipay', { deferrable: false, needsLiveToken: true })
}

/** Debit agreements shoppers signed with Alipay: charged from the number alone, so also later. */
export function createAlipayAgreement(context: AlipayContext): PaymentProvider {
  return providerOf(context, 'alipay-agreement', { deferrable: true, needsLiveToken: false })
}

function providerOf(
  context: AlipayContext,
  name: string,
  how: Pick<ProviderDeclaration, 'deferrable' | 'needsLiveToken'>,
): PaymentProvider {
  const { config } = context
  const wallet: Wallet = { ...context, timetable: timetableFrom(alipayTimetable, config.timetable) }
  return {
    name,
    ledger: 'outside',
    declares: {
      ...how,
      capture: 'immediate',
      partialRefund: true,
      takesBench: config.sandbox,
      partialApproval: false,
    },
    timetable: wallet.timetable,
    authorise: (_tx, order) => authorise(wallet, order),
    query: (_tx, order) => query(wallet, order),
    cancel: (_tx, order) =>
      order.amountMinor < order.chargedMinor ? refund(wallet, order) : cancel(wallet, order),
    refund: (_tx, order) => refund(wallet, order),
  }
}

interface Wallet extends AlipayContext {
  readonly timetable: ProviderTimetable
}

async function authorise(wallet: Wallet, order: ProviderOrder): Promise<ProviderAnswer> {
  const { gateway, config, timetable } = wallet
  if (order.currency !== currency) return declined('currencyNotHeld')
  const source = sourceOf(order.payer)
  if (source === null) return declined('codeExpired')
  const answer = await gateway.call(
    'alipay.trade.pay',
    {
      out_trade_no: numberOf(order.providerKey),
      total_amount: decimalOf(order.amountMinor),
      subject: config.subject,
      terminal_id: order.laneId,
      timeout_express: closesAfter,
      passback_params: order.providerKey,
      ...(config.storeId === undefined ? {} : { store_id: config.storeId }),
      ...source,
    },
    order.signal,
  )
  if (!answer.ok) return pending(timetable, answer.error.reason)
  if (answer.value.code === gatewayCodes.success) return approvedOr(wallet, order, answer.value)
  if (answer.value.code === gatewayCodes.waiting) return pending(timetable, gatewayCodes.waiting)
  const { subCode } = answer.value
  const meaning = meaningOf(payMeanings, subCode)
  switch (meaning?.kind) {
    case 'declined':
      return declined(meaning.reason, subCode ?? answer.value.code)
    case 'paidBefore':
      return (await query(wallet, order)) ?? pending(timetable, subCode ?? undefined)
    case 'unknown':
    case undefined:
      return pending(timetable, subCode ?? answer.value.code)
    default:
      return unreachable(meaning)
  }
}

/** Who pays, in the words of `alipay.trade.pay`; null when the code or token is gone. */
function sourceOf(payer: Payer): object | null {
  switch (payer.kind) {
    case 'code':
      return payer.code === null ? null : { scene: 'bar_code', auth_code: payer.code }
    case 'faceToken':
      return payer.token === null ? null : { scene: 'security_code', auth_code: payer.token }
    case 'agreement':
      return { product_code: 'GENERAL_WITHHOLDING', agreement_params: { agreement_no: payer.agreementNo } }
    case 'account':
    case 'points':
    case 'coupon':
      throw new Error(`Alipay does not charge ${payer.kind}`)
    default:
      return unreachable(payer)
  }
}

async function query(wallet: Wallet, order: ProviderOrder): Promise<ProviderAnswer | null> {
  const { gateway, timetable } = wallet
  const answer = await gateway.call(
    'alipay.trade.query',
    { out_trade_no: numberOf(order.providerKey) },
    order.signal,
  )
  if (!answer.ok) return pending(timetable, answer.error.reason)
  const { code, subCode, fields } = answer.value
  if (subCode === unseenCode) return null
  if (code !== gatewayCodes.success) return pending(timetable, subCode ?? code)
  const status = textOf(fields['trade_status'])
  const meaning = meaningOf(tradeMeanings, status)
  switch (meaning) {
    case 'paid':
      return approvedOr(wallet, order, answer.value)
    case 'closed':
      return declined('attemptCancelled', status)
    case 'waiting':
    case null:
      return pending(timetable, status)
    default:
      return unreachable(meaning)
  }
}

/** Approved is believed only of this very order: its number and its whole amount. */
function approvedOr({ timetable }: Wallet, order: ProviderOrder, { fields }: GatewayAnswer): ProviderAnswer {
  const ours = isAbout(fields, numberOf(order.providerKey))
  if (!ours || minorOf(fields['total_amount']) !== order.amountMinor) return pending(timetable, 'otherOrder')
  const tradeNo = textOf(fields['trade_no'])
  return {
    kind: 'approved',
    approvedMinor: order.amountMinor,
    accountId: null,
    approvalCode: tradeNo.slice(-6),
    providerReference: tradeNo,
    maskedAccount: textOf(fields['buyer_logon_id']),
  }
}

/** Closes what is unpaid or unseen and gives back what was paid, within 24 hours. */
async function cancel({ gateway, timetable }: Wallet, order: MoneyBack): Promise<MoneyBackAnswer> {
  const number = numberOf(order.chargeKey)
  const answer = await gateway.call('alipay.trade.cancel', { out_trade_no: number }, order.signal)
  if (!answer.ok) return pending(timetable, answer.error.reason)
  const { code, subCode, fields } = answer.value
  if (code !== gatewayCodes.success) return backAnswer(timetable, subCode ?? code)
  if (!isAbout(fields, number)) return pending(timetable, 'otherOrder')
  return fields['retry_flag'] === 'N'
    ? done(textOf(fields['trade_no']) || number)
    : pending(timetable, 'retry')
}

/** One request number pays back once; a repetition is confirmed by asking for it. */
async function refund(wallet: Wallet, order: MoneyBack): Promise<MoneyBackAnswer> {
  const { gateway, timetable } = wallet
  const requestNo = numberOf(order.providerKey)
  const answer = await gateway.call(
    'alipay.trade.refund',
    {
      out_trade_no: numberOf(order.chargeKey),
      refund_amount: decimalOf(order.amountMinor),
      out_request_no: requestNo,
    },
    order.signal,
  )
  if (!answer.ok) return pending(timetable, answer.error.reason)
  const { code, subCode, fields } = answer.value
  if (code !== gatewayCodes.success) return backAnswer(timetable, subCode ?? code)
  if (!isAbout(fields, numberOf(order.chargeKey))) return pending(timetable, 'otherOrder')
  return fields['fund_change'] === 'Y' ? done(requestNo) : confirmRefund(wallet, order, requestNo)
}

async function confirmRefund(
  { gateway, timetable }: Wallet,
  order: MoneyBack,
  requestNo: string,
): Promise<MoneyBackAnswer> {
  const answer = await gateway.call(
    'alipay.trade.fastpay.refund.query',
    { out_trade_no: numberOf(order.chargeKey), out_request_no: requestNo },
    order.signal,
  )
  if (!answer.ok) return pending(timetable, answer.error.reason)
  const { fields } = answer.value
  const ours = isAbout(fields, numberOf(order.chargeKey)) && textOf(fields['out_request_no']) === requestNo
  const same = ours && minorOf(fields['refund_amount']) === order.amountMinor
  return same && fields['refund_status'] === 'REFUND_SUCCESS'
    ? done(requestNo)
    : pending(timetable, 'refundProcessing')
}

function backAnswer(timetable: ProviderTimetable, nativeCode: string): MoneyBackAnswer {
  return meaningOf(backMeanings, nativeCode) === 'refused'
    ? { kind: 'refused', nativeCode }
    : pending(timetable, nativeCode)
}

/** Alipay's numbers are at most 64 letters, digits and underscores; a longer key goes as its SHA-256. */
export function numberOf(providerKey: string): string {
  const plain = providerKey.replaceAll('-', '_')
  return /^\w{1,64}$/.test(plain) ? plain : createHash('sha256').update(providerKey).digest('hex')
}

/** An old answer that a relay or cache gives out again is signed too. */
function isAbout(fields: Readonly<Record<string, unknown>>, number: string): boolean {
  return textOf(fields['out_trade_no']) === number
}

/** What a wallet says is kept for years: no longer than any of its own fields. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 128) : ''
}
