import { Failure } from '../contract/failure.ts'
import type { FiscalMark } from '../contract/fiscal.ts'
import type { Key } from '../contract/values.ts'
import type { CheckoutInput, CheckoutState } from '../domain/checkout/state.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { Selling } from './selling.ts'
import type { LaneVending } from './vending.ts'

export interface CompletingDeps {
  readonly selling: Selling
  readonly vending: LaneVending | null
  readonly clock: ClockPort
  readonly log: LogPort
  readonly state: () => CheckoutState
  readonly dispatch: (input: CheckoutInput) => void
  readonly storeFailed: (failure: Failure) => void
  /** Nothing is done any more once it is aborted. */
  readonly closing: AbortSignal
}

/** From paid to written down to given out. */
export interface Completing {
  /** Paid but not yet written: the shopper waits a moment, the money does not change. */
  complete(saleId: Key): void
  dispense(saleId: Key): void
  vendProgressed(saleId: Key): void
}

const retryCommitMs = 2_000

export function createCompleting(deps: CompletingDeps): Completing {
  const { selling, vending, clock, log, dispatch, closing } = deps

  function complete(saleId: Key): void {
    const state = deps.state()
    if (state.kind !== 'approved' || state.sale.saleId !== saleId) return
    const sealing = selling.seal(state.sale)
    if (sealing === null) return write(saleId, null)
    sealing.then(
      (mark) => {
        if (!closing.aborted) write(saleId, mark)
      },
      (thrown: unknown) => {
        writeLater(saleId, thrown)
      },
    )
  }

  function write(saleId: Key, mark: FiscalMark | null): void {
    const state = deps.state()
    if (state.kind !== 'approved' || state.sale.saleId !== saleId) return
    try {
      dispatch({ type: 'saleCommitted', completed: selling.complete(state.sale, mark) })
    } catch (thrown) {
      writeLater(saleId, thrown)
    }
  }

  function writeLater(saleId: Key, thrown: unknown): void {
    if (!(thrown instanceof Failure)) throw thrown
    log.error({ failure: thrown.toJSON() }, 'a paid sale could not be written yet')
    clock.after(retryCommitMs, () => {
      if (!closing.aborted) complete(saleId)
    })
  }

  /** What the disk does not keep now is found out and given back later, without the shopper. */
  async function giveOut(saleId: Key): Promise<void> {
    await vending?.run(saleId).catch(failed)
    try {
      if (!closing.aborted) vendNews(saleId, 'vendFinished')
    } catch (thrown) {
      failed(thrown)
    }
  }

  function failed(thrown: unknown): void {
    if (!(thrown instanceof Failure)) throw thrown
    deps.storeFailed(thrown)
  }

  function vendNews(saleId: Key, type: 'vendProgressed' | 'vendFinished'): void {
    const vend = vending?.view(saleId) ?? null
    if (vend !== null) dispatch({ type, saleId, vend })
  }

  return {
    complete,
    dispense: (saleId) => void giveOut(saleId),
    vendProgressed: (saleId) => {
      vendNews(saleId, 'vendProgressed')
    },
  }
}
