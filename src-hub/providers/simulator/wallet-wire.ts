import type { Outcome, Seen } from './script.ts'

/** An HTTP request, read to its end. */
export interface HttpCall {
  readonly method: string
  /** Path and query as they came. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface HttpReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a wallet says, before it is signed. */
export interface Answer {
  readonly status: number
  readonly body: string
  /** The wallet's own code, for the request list. */
  readonly code: string
}

/** A request that was understood and whose signature holds. */
export interface WalletCall {
  readonly seen: Seen
  /** Does it, for good, and answers. */
  perform(outcome: Outcome): Answer
}

export type ReadCall =
  { readonly kind: 'call'; readonly call: WalletCall } | { readonly kind: 'refused'; readonly answer: Answer }

/** How an answer is signed: as it should be, with a signature of other bytes, with another key, or not at all. */
export type Seal = 'good' | 'bad' | 'otherKey' | 'none'

/** One wallet's protocol: what it reads, what it says and how it signs. */
export interface WalletWire {
  read(http: HttpCall): ReadCall
  seal(http: HttpCall, answer: Answer, seal: Seal): HttpReply
}
