import type { FailureData } from '../contract/failure.ts'
import type {
  AppendResponse,
  OutcomeResponse,
  RefundRequest,
  ResolveCodeResponse,
  WalletFaceSessionResponse,
} from '../contract/hubApi.ts'
import type { FeedRequest, FeedResponse } from '../contract/feed.ts'
import type { LookUpMemberRequest, LookUpMemberResponse } from '../contract/membership.ts'
import type { AuthoriseRequest } from '../contract/payment.ts'
import type { FindSaleRequest, FindSaleResponse, ReturnOrder, ReturnResponse } from '../contract/returns.ts'
import type { Result } from '../contract/result.ts'
import type { Key } from '../contract/values.ts'
import type { BatchEntry } from '../domain/journal/batch.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs: number
}

/**
 * The merchant hub as the lane sees it. Failure codes: `hub.unreachable` (nothing is known to have arrived),
 * `hub.noAnswer` (it may have arrived), `hub.refused` (signature, session or join), `hub.nonsense` (an answer that is not
 * the contract's). For money, only `hub.unreachable` before the bytes left means "not sent".
 */
export interface HubPort {
  /** Is it there? For the lane's own picture of the line; nothing about money follows from it. */
  hello(options: CallOptions): Promise<Result<{ readonly hubEpoch: Key }, FailureData>>
  /** One epoch's entries in the order of its journal, the last one signed. */
  append(entries: readonly BatchEntry[], options: CallOptions): Promise<Result<AppendResponse, FailureData>>
  authorise(request: AuthoriseRequest, options: CallOptions): Promise<Result<OutcomeResponse, FailureData>>
  query(attemptKey: Key, options: CallOptions): Promise<Result<OutcomeResponse, FailureData>>
  cancel(attemptKey: Key, options: CallOptions): Promise<Result<OutcomeResponse, FailureData>>
  refund(request: RefundRequest, options: CallOptions): Promise<Result<OutcomeResponse, FailureData>>
  resolveCode(code: string, options: CallOptions): Promise<Result<ResolveCodeResponse, FailureData>>
  /** How many points an identity holds; one point is one minor unit. */
  points(
    request: { readonly accountId: Key; readonly currency: string },
    options: CallOptions,
  ): Promise<Result<{ readonly balanceMinor: number }, FailureData>>
  /** Whose member card was shown. */
  lookUpMember(
    request: LookUpMemberRequest,
    options: CallOptions,
  ): Promise<Result<LookUpMemberResponse, FailureData>>
  /** Asks Alipay to begin a look at a face by its own device. */
  walletFaceSession(
    deviceInfo: string,
    options: CallOptions,
  ): Promise<Result<WalletFaceSessionResponse, FailureData>>
  /** The sale a receipt belongs to, with everything that came back of it. */
  findSale(request: FindSaleRequest, options: CallOptions): Promise<Result<FindSaleResponse, FailureData>>
  /** Asks for a return; the same order may be asked for again at any time and is done once. */
  orderReturn(order: ReturnOrder, options: CallOptions): Promise<Result<ReturnResponse, FailureData>>
  /** What is new for this lane; the hub may hold the call for `waitMs`, so `timeoutMs` must be longer. */
  feed(request: FeedRequest, options: CallOptions): Promise<Result<FeedResponse, FailureData>>
  /** Address for shoppers' phones as the hub last told it; null before the first session. */
  publicUrl(): string | null
  close(): void
}
