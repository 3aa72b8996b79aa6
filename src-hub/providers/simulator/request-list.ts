import type { FaceWallet } from '../../../src-main/contract/payment.ts'
import type { Action, Operation } from './script.ts'

/** One request as people and tests look at it: no code, no token, no signature. */
export interface ListedRequest {
  readonly atMs: number
  readonly wallet: FaceWallet
  /** Null: the signature or the form did not hold. */
  readonly operation: Operation | null
  readonly outTradeNo?: string | null
  readonly payer?: string | null
  readonly amountMinor?: number | null
  /** What was answered; null when nothing was. */
  readonly code: string | null
  readonly actions: readonly Action[]
}

const kept = 500

/** The last requests, oldest first; lost with the process, unlike the log. */
export interface RequestList {
  add(request: ListedRequest): void
  all(): readonly ListedRequest[]
}

export function createRequestList(): RequestList {
  const list: ListedRequest[] = []
  return {
    add(request) {
      list.push(request)
      if (list.length > kept) list.shift()
    },
    all: () => [...list],
  }
}
