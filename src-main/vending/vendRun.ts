import type {
  DispenseOutcome,
  VendingControllerPort,
} from '../../drivers/vending-controller/vending-controller-port.ts'
import type { LaneEvent } from '../contract/events.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { Key } from '../contract/values.ts'
import type { VendOutcome } from '../contract/vending.ts'
import { notDropped } from '../domain/vending/settlement.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { LaneStorePort, VendJobRecord } from '../ports/store.ts'
import type { MachineAccess, VendRefunds, VendRuns } from '../ports/vending.ts'

export interface VendRunDeps {
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly log: LogPort
  readonly machine: MachineAccess
  readonly refunds: VendRefunds
  /** Something about a sale was kept that its shopper should see. */
  readonly changed?: (saleId: Key) => void
  /** How long a machine that went away in the middle is waited for while the shopper may be there, ms. */
  readonly patienceMs?: number
  /** How long a machine that does not come back is asked before what it did counts as unknown for good, ms. */
  readonly giveUpMs?: number
}

const defaultPatienceMs = 30_000
const defaultGiveUpMs = 3_600_000
const askAgainMs = 1000
const dispenseLimitMs = 20_000
const askLimitMs = 5000

export function createVendRuns(deps: VendRunDeps): VendRuns {
  const { store, clock, machine, refunds, changed = () => undefined } = deps
  const { patienceMs = defaultPatienceMs, giveUpMs = defaultGiveUpMs } = deps
  const closing = new AbortController()
  /** What is being done about a sale right now: one thing at a time, so that nothing is given back twice. */
  const turns = new Map<Key, Promise<void>>()
  let following: Promise<void> | null = null

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, () => resolve())
    })

  function keep(job: VendJobRecord, change: Partial<VendJobRecord>, event: LaneEvent | null): VendJobRecord {
    const kept = { ...job, ...change, updatedAtMs: clock.nowMs() }
    store.transact((tx) => {
      if (event !== null) tx.append({ kind: 'sale', id: job.saleId }, event)
      tx.putVendJob(kept)
    })
    changed(job.saleId)
    return kept
  }

  function ask(job: VendJobRecord): VendJobRecord {
    const { vendKey, saleId, lineId, slot } = job
    return keep(job, { state: 'asked' }, { type: 'vend.asked', vendKey, saleId, lineId, slot })
  }

  function settle(job: VendJobRecord, outcome: VendOutcome, reason?: string): VendJobRecord {
    const { vendKey, saleId, lineId, slot } = job
    return keep(
      job,
      { state: 'settled', outcome },
      {
        type: 'vend.settled',
        vendKey,
        saleId,
        lineId,
        slot,
        outcome,
        ...(reason === undefined ? {} : { reason }),
      },
    )
  }

  const settleBy = (job: VendJobRecord, outcome: DispenseOutcome): VendJobRecord =>
    settle(job, outcome.kind, outcome.kind === 'refused' ? outcome.reason.slice(0, 64) : undefined)

  /** Null when no machine answered; what fails here fails before or beside the motor. */
  async function withMachine<T>(work: (port: VendingControllerPort) => Promise<T>): Promise<T | null> {
    try {
      return await machine.use(async (port) => (port === null ? null : await work(port)))
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      return null
    }
  }

  /** Asks about a job until somebody answers or the patience ends: then it stays `asked`. It is never sent again. */
  async function findOut(job: VendJobRecord, patience = patienceMs): Promise<VendJobRecord> {
    const { signal } = closing
    const untilMs = clock.monotonicMs() + patience
    while (!signal.aborted) {
      const answer = await withMachine(async (port) => ({
        outcome: await port.outcomeOf(job.vendKey, { timeoutMs: askLimitMs, signal }),
      }))
      if (signal.aborted) break
      // Never heard of: it was lost before the machine had it, and it will not come any more.
      if (answer !== null)
        return answer.outcome === null ? settle(job, 'notAsked') : settleBy(job, answer.outcome)
      if (clock.nowMs() - job.updatedAtMs >= giveUpMs) return settle(job, 'unknown')
      if (clock.monotonicMs() >= untilMs) return job
      await pause(askAgainMs)
    }
    return job
  }

  async function giveOut(planned: VendJobRecord): Promise<VendJobRecord> {
    const { signal } = closing
    const job = ask(planned)
    const outcome = await withMachine((port) =>
      port.dispense({ key: job.vendKey, slot: job.slot }, { timeoutMs: dispenseLimitMs, signal }),
    )
    if (signal.aborted) return job
    // A machine that is away, or refused the call, has nothing of it: `dispense` fails only before the wire.
    if (outcome === null) return settle(job, 'notAsked')
    return outcome.kind === 'unknown' ? findOut(job) : settleBy(job, outcome)
  }

  const returnsOf = (saleId: Key) => store.returnsOfSale(saleId).filter(({ state }) => state !== 'refused')
  /** A return that nobody has answered may still be refused: then it is asked for anew. */
  const isUndecided = (saleId: Key): boolean => returnsOf(saleId).some(({ state }) => state === 'ordered')

  /** The money of what did not drop, as far as that is known; when all of it is, the sale is done with. */
  async function close(saleId: Key): Promise<void> {
    const jobs = store.vendJobsOfSale(saleId)
    const settled = jobs.flatMap(({ lineId, outcome }) => (outcome === null ? [] : [{ lineId, outcome }]))
    if (isUndecided(saleId)) return
    const returned = returnsOf(saleId).flatMap(({ order }) => order.lines)
    const missing = notDropped(settled, returned)
    if (missing.length > 0 && (await refunds.giveBack(saleId, missing)) === 'later') return
    if (closing.signal.aborted || isUndecided(saleId) || settled.length < jobs.length) return
    store.transact((tx) => {
      const updatedAtMs = clock.nowMs()
      jobs.forEach((job) => tx.putVendJob({ ...job, state: 'closed', updatedAtMs }))
    })
    changed(saleId)
  }

  async function settleWithoutShopper(saleId: Key, patience: number): Promise<void> {
    for (const job of store.vendJobsOfSale(saleId)) {
      if (closing.signal.aborted) return
      if (job.state === 'planned') settle(job, 'notAsked')
      if (job.state === 'asked') await findOut(job, patience)
    }
    if (!closing.signal.aborted) await close(saleId)
  }

  async function followOpen(): Promise<void> {
    for (const saleId of store.openVendSales()) {
      // Somebody waits for it at the machine.
      if (!turns.has(saleId)) await inTurn(saleId, () => settleWithoutShopper(saleId, 0))
    }
  }

  async function inTurn(saleId: Key, work: () => Promise<void>): Promise<readonly VendJobRecord[]> {
    const turn = (turns.get(saleId) ?? Promise.resolve()).then(work, work)
    turns.set(saleId, turn)
    try {
      await turn
    } finally {
      if (turns.get(saleId) === turn) turns.delete(saleId)
    }
    return closing.signal.aborted ? [] : store.vendJobsOfSale(saleId)
  }

  return {
    plan(tx, saleId, jobs) {
      const updatedAtMs = clock.nowMs()
      jobs.forEach((job, index) => {
        tx.putVendJob({ ...job, saleId, place: index + 1, state: 'planned', outcome: null, updatedAtMs })
      })
    },
    run: (saleId) =>
      inTurn(saleId, async () => {
        for (const job of store.vendJobsOfSale(saleId)) {
          if (closing.signal.aborted) return
          if (job.state === 'planned') await giveOut(job)
        }
        if (!closing.signal.aborted) await close(saleId)
      }),
    settle: (saleId) => inTurn(saleId, () => settleWithoutShopper(saleId, patienceMs)),
    followUp() {
      following ??= followOpen()
        .catch((thrown: unknown) => {
          deps.log.error({ failure: failureData(thrown) }, 'vending sales could not be settled yet')
        })
        .finally(() => {
          following = null
        })
      return following
    },
    close() {
      closing.abort()
    },
  }
}
