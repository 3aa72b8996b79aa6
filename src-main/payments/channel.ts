import type { FailureData } from '../contract/failure.ts'
import type { CardPrompt } from '../contract/laneView.ts'
import type { CardInstrument, Instrument, PaymentMode, PaymentOutcome } from '../contract/payment.ts'
import { ok, type Result } from '../contract/result.ts'
import type { Key, Money } from '../contract/values.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { HubPort } from '../ports/hub.ts'

export interface AttemptRequest {
  readonly attemptKey: Key
  /** Of a debt: its recovery's key. */
  readonly saleId: Key
  readonly amount: Money
  readonly mode: PaymentMode
  readonly instrument: Instrument | { readonly kind: 'card' }
  /** An attempt of the same sale whose outcome is unknown. */
  readonly linkedTo?: Key
  readonly recoveryKey?: Key
}

export interface ChannelAnswer {
  readonly outcome: PaymentOutcome
  /** What only the answer tells: the card. */
  readonly card: CardInstrument | null
}

export interface ChannelCall {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly onPrompt: (prompt: CardPrompt) => void
}

type Answer = Promise<Result<ChannelAnswer, FailureData>>

/**
 * Where an attempt is settled. Each call may be repeated: one key is charged at most once. An error says only that there
 * is no answer. `cancel` makes sure that the key is not and will not be charged, and takes back what was.
 */
export interface PaymentChannel {
  authorise(request: AttemptRequest, call: ChannelCall): Answer
  query(attemptKey: Key, call: ChannelCall): Answer
  cancel(attemptKey: Key, call: ChannelCall): Answer
}

export function hubChannel(hub: HubPort, clock: ClockPort, bench: boolean): PaymentChannel {
  const answered = async (asked: ReturnType<HubPort['query']>): Answer => {
    const answer = await asked
    return answer.ok ? ok({ outcome: answer.value.outcome, card: null }) : answer
  }
  return {
    authorise({ attemptKey, saleId, amount, instrument, linkedTo, recoveryKey }, call) {
      if (instrument.kind === 'card') throw new Error('A card is asked at its terminal, not at the hub')
      const request = {
        attemptKey,
        saleId,
        amountMinor: amount.amountMinor,
        currency: amount.currency,
        instrument,
        bench,
        attemptedAt: clock.moment(),
        ...(linkedTo === undefined ? {} : { linkedTo }),
        ...(recoveryKey === undefined ? {} : { recoveryKey }),
      }
      return answered(hub.authorise(request, call))
    },
    query: (attemptKey, call) => answered(hub.query(attemptKey, call)),
    cancel: (attemptKey, call) => answered(hub.cancel(attemptKey, call)),
  }
}
