import type { DeclineReason, Instrument, JournalledInstrument } from '../../src-main/contract/payment.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import type { Payer, PaymentProvider, ProviderRegistry } from '../providers/port.ts'
import { findAccount } from '../providers/wallet/accounts.ts'
import { liveAgreement } from '../providers/wallet/agreements.ts'
import { owes } from '../recovery/recoveries.ts'
import type { Queryable } from '../store/database.ts'
import type { Order } from './attempts.ts'

/** A payer as the attempt keeps it: without anything that is worth money. */
export type KeptPayer =
  | Extract<Payer, { kind: 'account' | 'points' | 'agreement' }>
  | { readonly kind: 'code'; readonly wallet: Extract<Payer, { kind: 'code' }>['wallet'] }
  | { readonly kind: 'faceToken'; readonly wallet: Extract<Payer, { kind: 'faceToken' }>['wallet'] }
  | { readonly kind: 'coupon' }

/** The code or token of a request; it lives as long as the call that brought it. */
export type LiveSecret = string | null

export function secretOf(instrument: Instrument): LiveSecret {
  if (instrument.kind === 'walletCode') return instrument.code
  return instrument.kind === 'walletFace' ? instrument.token : null
}

/** What a provider is told; null when it takes the code's hash and only the journal, which has none, brought the order. */
export function payerOf(kept: KeptPayer, codeHash: Buffer | null, live: LiveSecret): Payer | null {
  switch (kept.kind) {
    case 'account':
    case 'points':
    case 'agreement':
      return kept
    case 'code':
      if (codeHash === null && kept.wallet === 'own') return null
      return { ...kept, codeHash: codeHash ?? Buffer.alloc(0), code: live }
    case 'faceToken':
      return { ...kept, token: live }
    case 'coupon':
      return codeHash === null ? null : { ...kept, codeHash }
    default:
      return unreachable(kept)
  }
}

/** Whether a provider that never saw the key may still be asked to charge it. */
export function mayCharge(payer: Payer): boolean {
  if (payer.kind === 'faceToken') return payer.token !== null
  return payer.kind !== 'code' || payer.wallet === 'own' || payer.code !== null
}

export type Route =
  | { readonly kind: 'charge'; readonly provider: PaymentProvider; readonly payer: KeptPayer }
  | { readonly kind: 'refused'; readonly reason: DeclineReason; readonly nativeCode?: string }

/**
 * Who charges this order and whom. A face is charged through the account's signed debit agreement where it has one,
 * else from its balance; not while the account owes for goods, unless these goods have left the store already.
 */
export async function routeOf(database: Queryable, registry: ProviderRegistry, order: Order): Promise<Route> {
  const found = await payerFor(database, order)
  if (found.kind === 'refused') return found
  const provider = registry.providerFor(asked(found.payer))
  if (provider === null) return refused('other', 'noProvider')
  if (order.bench && !provider.declares.takesBench) return refused('benchNotAllowed')
  if (order.mode === 'deferred' && !provider.declares.deferrable) return refused('offlineLimit')
  return { kind: 'charge', provider, payer: found.payer }
}

type Found = Extract<Route, { kind: 'refused' }> | { readonly kind: 'payer'; readonly payer: KeptPayer }

async function payerFor(database: Queryable, order: Order): Promise<Found> {
  const { instrument } = order
  switch (instrument.kind) {
    case 'face':
      return facePayer(database, order, instrument)
    case 'points':
      return { kind: 'payer', payer: { kind: 'points', accountId: instrument.accountId } }
    case 'walletCode':
      if (order.codeHash === null && (instrument.wallet ?? 'own') === 'own') return refused('codeInvalid')
      return { kind: 'payer', payer: { kind: 'code', wallet: instrument.wallet ?? 'own' } }
    case 'walletFace':
      return { kind: 'payer', payer: { kind: 'faceToken', wallet: instrument.wallet } }
    case 'coupon':
      return order.codeHash === null ? refused('codeInvalid') : { kind: 'payer', payer: { kind: 'coupon' } }
    case 'cash':
    case 'card':
      return refused('other', 'settledAtTheLane')
    default:
      return unreachable(instrument)
  }
}

async function facePayer(
  database: Queryable,
  order: Order,
  { accountId }: Extract<JournalledInstrument, { kind: 'face' }>,
): Promise<Found> {
  if (order.mode === 'online' && (await owes(database, accountId))) return refused('accountBlocked', 'owes')
  const agreement = await liveAgreement(database, accountId)
  if (agreement === null) return { kind: 'payer', payer: { kind: 'account', accountId } }
  const account = await findAccount(database, accountId)
  if (account === null) return refused('accountUnknown')
  if (account.blocked) return refused('accountBlocked')
  if (order.amountMinor > agreement.paymentLimitMinor) return refused('amountOverLimit', 'agreementLimit')
  const { provider, agreementNo } = agreement
  return { kind: 'payer', payer: { kind: 'agreement', accountId, provider, agreementNo } }
}

/** The payer as the registry is asked with it: routing never needs the secret. */
function asked(kept: KeptPayer): Payer {
  const payer = payerOf(kept, Buffer.alloc(0), null)
  if (payer === null) throw new Error('A payer with a hash is complete')
  return payer
}

function refused(reason: DeclineReason, nativeCode?: string): Extract<Route, { kind: 'refused' }> {
  return { kind: 'refused', reason, ...(nativeCode === undefined ? {} : { nativeCode }) }
}
