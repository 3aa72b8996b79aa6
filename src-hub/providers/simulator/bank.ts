import { createHash } from 'node:crypto'
import type { FaceWallet } from '../../../src-main/contract/payment.ts'
import { type Agreement, type Book, emptyBook, fold, refundedMinor, type Trade, ownKey } from './book.ts'
import type { Due, Entry } from './entries.ts'
import type { LogFile } from './log-file.ts'

export type Source =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'faceToken'; readonly token: string }
  | { readonly kind: 'agreement'; readonly agreementNo: string }

export interface PayOrder {
  readonly wallet: FaceWallet
  readonly outTradeNo: string
  readonly amountMinor: number
  readonly currency: string
  readonly attach: string | null
  readonly source: Source
}

/** How this payment goes: at once, or the buyer is asked and answers after `ms`, or never. */
export type PayWish =
  | { readonly kind: 'approve' }
  | { readonly kind: 'ask'; readonly then: Due['what'] | 'never'; readonly ms: number }

export type PayVerdict =
  | { readonly kind: 'paid' | 'waiting' | 'alreadyPaid' | 'closed'; readonly trade: Trade }
  | {
      readonly kind:
        | 'differs'
        | 'codeUsed'
        | 'tokenUnknown'
        | 'tokenExpired'
        | 'agreementUnknown'
        | 'agreementEnded'
        | 'overAgreement'
    }

export type CancelVerdict =
  { readonly kind: 'closed' | 'moneyBack'; readonly trade: Trade } | { readonly kind: 'tooLate' }

export type RefundVerdict =
  | { readonly kind: 'refunded' | 'already'; readonly trade: Trade; readonly reference: string }
  | { readonly kind: 'unknownTrade' | 'notPaid' | 'tooMuch' | 'differs' }

/** A trade may be cancelled this long: Alipay's 24 hours, WeChat's 7 days. ms. */
const cancelLimitMs: Readonly<Record<FaceWallet, number>> = { alipay: 86_400_000, wechat: 7 * 86_400_000 }
/** A face token lives as long as a payment code does on a phone. ms. */
const faceTokenMs = 120_000

/** Both wallets' money. Every method has its effects in the log, on the disk, before it returns. */
export interface Bank {
  readonly book: Book
  pay(order: PayOrder, wish: PayWish): PayVerdict
  find(wallet: FaceWallet, outTradeNo: string): Trade | null
  cancel(wallet: FaceWallet, outTradeNo: string, currency: string): CancelVerdict
  refund(
    wallet: FaceWallet,
    order: { outTradeNo: string; refundNo: string; amountMinor: number },
  ): RefundVerdict
  sign(wallet: FaceWallet, agreementNo: string, agreement: Agreement): void
  beginFace(): string
  /** A token for the person in front of the wallet's own device; null for a session it never began. */
  faceToken(wallet: FaceWallet, sessionId: string | null, payer: string): string | null
  /** Lets buyers do what is due by now; answers when the next one is. */
  settleDue(): number | null
  /** The person a code, token or agreement belongs to. */
  payerOf(wallet: FaceWallet, source: Source): string | null
}

export function openBank(log: LogFile, nowMs: () => number): Bank {
  const book = emptyBook()
  for (const entry of log.entries) fold(book, entry)
  return new LoggedBank(log, book, nowMs)
}

class LoggedBank implements Bank {
  readonly book: Book
  readonly #log: LogFile
  readonly #nowMs: () => number

  constructor(log: LogFile, book: Book, nowMs: () => number) {
    this.#log = log
    this.book = book
    this.#nowMs = nowMs
  }

  pay(order: PayOrder, wish: PayWish): PayVerdict {
    const known = this.find(order.wallet, order.outTradeNo)
    if (known !== null) return repeated(known, order)
    const refusal = this.#refusalOf(order)
    if (refusal !== null) return { kind: refusal }
    const { wallet, outTradeNo, amountMinor, currency, attach, source } = order
    const at = this.#nowMs()
    const opened = {
      at,
      wallet,
      outTradeNo,
      amountMinor,
      currency,
      payer: this.payerOf(wallet, source),
      reference: this.#reference(wallet),
      attach,
      codeHash: secretHash(source),
    }
    this.#write(
      wish.kind === 'approve'
        ? { kind: 'charge', ...opened }
        : { kind: 'open', ...opened, due: dueOf(wish.then, at + wish.ms) },
    )
    return { kind: wish.kind === 'approve' ? 'paid' : 'waiting', trade: this.#trade(wallet, outTradeNo) }
  }

  find(wallet: FaceWallet, outTradeNo: string): Trade | null {
    return this.book.trades.get(ownKey(wallet, outTradeNo)) ?? null
  }

  cancel(wallet: FaceWallet, outTradeNo: string, currency: string): CancelVerdict {
    const known = this.find(wallet, outTradeNo)
    const at = this.#nowMs()
    if (known === null) {
      // Closed before it was seen: a payment that is still on its way must not be charged when it comes.
      const unseen = { at, wallet, outTradeNo, amountMinor: 0, currency, payer: null }
      this.#write({ kind: 'close', ...unseen, reference: this.#reference(wallet) })
      return { kind: 'closed', trade: this.#trade(wallet, outTradeNo) }
    }
    if (known.state === 'closed') return { kind: 'closed', trade: known }
    if (known.state === 'reversed') return { kind: 'moneyBack', trade: known }
    if (at - known.openedAtMs > cancelLimitMs[wallet]) return { kind: 'tooLate' }
    const { payer, reference } = known
    const line = { at, wallet, outTradeNo, currency: known.currency, payer, reference }
    const backMinor = known.amountMinor - refundedMinor(known)
    this.#write(
      known.state === 'waiting'
        ? { kind: 'close', ...line, amountMinor: 0 }
        : { kind: 'cancel', ...line, amountMinor: backMinor },
    )
    return {
      kind: known.state === 'waiting' ? 'closed' : 'moneyBack',
      trade: this.#trade(wallet, outTradeNo),
    }
  }

  refund(
    wallet: FaceWallet,
    { outTradeNo, refundNo, amountMinor }: { outTradeNo: string; refundNo: string; amountMinor: number },
  ): RefundVerdict {
    const trade = this.find(wallet, outTradeNo)
    if (trade === null) return { kind: 'unknownTrade' }
    const earlier = trade.refunds.find((refund) => refund.refundNo === refundNo)
    if (earlier !== undefined)
      return earlier.amountMinor === amountMinor
        ? { kind: 'already', trade, reference: earlier.reference }
        : { kind: 'differs' }
    if (trade.state !== 'paid') return { kind: 'notPaid' }
    if (refundedMinor(trade) + amountMinor > trade.amountMinor) return { kind: 'tooMuch' }
    const { currency, payer } = trade
    const reference = this.#reference(wallet)
    this.#write({
      kind: 'refund',
      at: this.#nowMs(),
      wallet,
      outTradeNo,
      amountMinor,
      currency,
      payer,
      reference,
      refundNo,
    })
    return { kind: 'refunded', trade: this.#trade(wallet, outTradeNo), reference }
  }

  sign(wallet: FaceWallet, agreementNo: string, { payer, limitMinor, ended }: Agreement): void {
    this.#write({ kind: 'agreement', at: this.#nowMs(), wallet, agreementNo, payer, limitMinor, ended })
  }

  beginFace(): string {
    const sessionId = `zim${digits(`session ${this.book.count}`, 24)}`
    this.#write({ kind: 'faceSession', at: this.#nowMs(), sessionId })
    return sessionId
  }

  faceToken(wallet: FaceWallet, sessionId: string | null, payer: string): string | null {
    if (sessionId !== null && !this.book.faceSessions.has(sessionId)) return null
    const at = this.#nowMs()
    const token = `fp${digits(`token ${wallet} ${payer} ${this.book.count} ${at}`, 32)}`
    const tokenHash = hashOf(token)
    this.#write({ kind: 'faceToken', at, wallet, tokenHash, payer, expiresAtMs: at + faceTokenMs })
    return token
  }

  settleDue(): number | null {
    const now = this.#nowMs()
    let next: number | null = null
    for (const trade of this.book.trades.values()) {
      if (trade.state !== 'waiting' || trade.due === null) continue
      if (trade.due.atMs > now) next = Math.min(next ?? Number.POSITIVE_INFINITY, trade.due.atMs)
      else this.#settle(trade, trade.due)
    }
    return next
  }

  payerOf(wallet: FaceWallet, source: Source): string | null {
    switch (source.kind) {
      case 'code':
        return personOf(wallet, source.code)
      case 'faceToken':
        return this.book.faceTokens.get(ownKey(wallet, hashOf(source.token)))?.payer ?? null
      case 'agreement':
        return this.book.agreements.get(ownKey(wallet, source.agreementNo))?.payer ?? null
    }
  }

  #settle({ wallet, outTradeNo, amountMinor, currency, payer, reference, attach }: Trade, due: Due): void {
    const line = { at: due.atMs, wallet, outTradeNo, currency, payer, reference }
    this.#write(
      due.what === 'pay'
        ? { kind: 'charge', ...line, amountMinor, attach, codeHash: null }
        : { kind: 'close', ...line, amountMinor: 0 },
    )
  }

  #refusalOf({ wallet, source, amountMinor }: PayOrder) {
    if (source.kind === 'agreement') {
      const agreement = this.book.agreements.get(ownKey(wallet, source.agreementNo))
      if (agreement === undefined) return 'agreementUnknown'
      if (agreement.ended) return 'agreementEnded'
      return agreement.limitMinor !== null && amountMinor > agreement.limitMinor ? 'overAgreement' : null
    }
    const hash = secretHash(source)
    if (hash !== null && this.book.usedCodes.has(hash)) return 'codeUsed'
    if (source.kind === 'code') return null
    const token = this.book.faceTokens.get(ownKey(wallet, hashOf(source.token)))
    if (token === undefined) return 'tokenUnknown'
    return token.expiresAtMs <= this.#nowMs() ? 'tokenExpired' : null
  }

  #trade(wallet: FaceWallet, outTradeNo: string): Trade {
    const trade = this.find(wallet, outTradeNo)
    if (trade === null) throw new Error(`The trade ${outTradeNo} was written and is not there`)
    return trade
  }

  #write(entry: Entry): void {
    this.#log.append([entry])
    fold(this.book, entry)
  }

  #reference(wallet: FaceWallet): string {
    const day = new Date(this.#nowMs()).toISOString().slice(0, 10).replaceAll('-', '')
    const number = String(this.book.count).padStart(wallet === 'alipay' ? 14 : 10, '0')
    return wallet === 'alipay' ? `${day}220014${number}` : `42000000${day}${number}`
  }
}

function dueOf(then: Due['what'] | 'never', atMs: number): Due | null {
  return then === 'never' ? null : { atMs, what: then }
}

/** One number is one order for ever. */
function repeated(trade: Trade, order: PayOrder): PayVerdict {
  if (trade.state === 'closed') return { kind: 'closed', trade }
  if (trade.amountMinor !== order.amountMinor || trade.currency !== order.currency) return { kind: 'differs' }
  if (trade.state === 'reversed') return { kind: 'closed', trade }
  return { kind: trade.state === 'paid' ? 'alreadyPaid' : 'waiting', trade }
}

/** Whose code it is: the same code is always the same person's. */
export function personOf(wallet: FaceWallet, code: string): string {
  return wallet === 'alipay' ? `2088${digits(code, 12)}` : `oSim${digits(code, 24)}`
}

function secretHash(source: Source): string | null {
  if (source.kind === 'agreement') return null
  return hashOf(source.kind === 'code' ? source.code : source.token)
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function digits(seed: string, length: number): string {
  return BigInt(`0x${hashOf(seed)}`)
    .toString()
    .slice(-length)
    .padStart(length, '0')
}
