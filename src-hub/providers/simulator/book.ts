import type { FaceWallet } from '../../../src-main/contract/payment.ts'
import { unreachable } from '../../../src-main/contract/result.ts'
import type { Due, Entry, EntryOf } from './entries.ts'

export interface Trade {
  readonly wallet: FaceWallet
  readonly outTradeNo: string
  readonly amountMinor: number
  readonly currency: string
  readonly payer: string | null
  readonly reference: string
  readonly attach: string | null
  readonly openedAtMs: number
  /** `closed`: never paid. `reversed`: paid and taken back whole. */
  readonly state: 'waiting' | 'paid' | 'closed' | 'reversed'
  readonly due: Due | null
  readonly refunds: readonly Refund[]
}

export interface Refund {
  readonly refundNo: string
  readonly amountMinor: number
  readonly reference: string
}

export interface Agreement {
  readonly payer: string
  readonly limitMinor: number | null
  readonly ended: boolean
}

interface FaceToken {
  readonly payer: string
  readonly expiresAtMs: number
}

/** What the two wallets know: nothing but a fold of the log, so that a restart comes back with what was logged. */
export interface Book {
  readonly trades: Map<string, Trade>
  /** Which trade used a code up, by the code's hash. */
  readonly usedCodes: Map<string, string>
  /** By `ownKey`: a wallet knows only what it made itself. */
  readonly agreements: Map<string, Agreement>
  readonly faceSessions: Set<string>
  /** By `ownKey` of the token's hash. */
  readonly faceTokens: Map<string, FaceToken>
  /** Entries folded so far: numbers the references. */
  count: number
}

export function emptyBook(): Book {
  return {
    trades: new Map(),
    usedCodes: new Map(),
    agreements: new Map(),
    faceSessions: new Set(),
    faceTokens: new Map(),
    count: 0,
  }
}

/** A number, token or agreement of this wallet: to the other one it is nothing. */
export function ownKey(wallet: FaceWallet, name: string): string {
  return `${wallet} ${name}`
}

export function refundedMinor(trade: Trade): number {
  return trade.refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
}

export function fold(book: Book, entry: Entry): void {
  book.count += 1
  switch (entry.kind) {
    case 'open':
      return begin(book, entry, 'waiting', entry.due)
    case 'charge':
      return begin(book, entry, 'paid', null)
    case 'close':
      return close(book, entry)
    case 'cancel':
      return change(book, entry, (trade) => ({ ...trade, state: 'reversed' }))
    case 'refund': {
      const { refundNo, amountMinor, reference } = entry
      const added = { refundNo, amountMinor, reference }
      return change(book, entry, (trade) => ({ ...trade, refunds: [...trade.refunds, added] }))
    }
    case 'agreement': {
      const { wallet, agreementNo, payer, limitMinor, ended } = entry
      book.agreements.set(ownKey(wallet, agreementNo), { payer, limitMinor, ended })
      return
    }
    case 'faceSession':
      book.faceSessions.add(entry.sessionId)
      return
    case 'faceToken': {
      const { wallet, tokenHash, payer, expiresAtMs } = entry
      book.faceTokens.set(ownKey(wallet, tokenHash), { payer, expiresAtMs })
      return
    }
    default:
      return unreachable(entry)
  }
}

function begin(
  book: Book,
  entry: EntryOf<'open'> | EntryOf<'charge'>,
  state: 'waiting' | 'paid',
  due: Due | null,
): void {
  const { wallet, outTradeNo, amountMinor, currency, payer, reference, attach, at, codeHash } = entry
  const key = ownKey(wallet, outTradeNo)
  const openedAtMs = book.trades.get(key)?.openedAtMs ?? at
  const named = { wallet, outTradeNo, amountMinor, currency, payer, reference, attach, openedAtMs }
  book.trades.set(key, { ...named, state, due, refunds: [] })
  if (codeHash !== null) book.usedCodes.set(codeHash, key)
}

function close(book: Book, entry: EntryOf<'close'>): void {
  const { wallet, outTradeNo, amountMinor, currency, payer, reference, at } = entry
  const key = ownKey(wallet, outTradeNo)
  const known = book.trades.get(key)
  const unseen = { wallet, outTradeNo, amountMinor, currency, payer, reference, attach: null, openedAtMs: at }
  book.trades.set(key, { ...(known ?? { ...unseen, refunds: [] }), state: 'closed', due: null })
}

function change(
  book: Book,
  entry: { wallet: FaceWallet; outTradeNo: string },
  by: (trade: Trade) => Trade,
): void {
  const key = ownKey(entry.wallet, entry.outTradeNo)
  const trade = book.trades.get(key)
  if (trade === undefined) throw new Error(`The log moves money of a trade it never opened: ${key}`)
  book.trades.set(key, by(trade))
}
