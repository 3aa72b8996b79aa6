import type {
  DispenseOutcome,
  VendingControllerPort,
} from '../../drivers/vending-controller/vending-controller-port.ts'
import type { LaneEvent } from '../contract/events.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { ReturnedLine } from '../contract/returns.ts'
import type { Key } from '../contract/values.ts'
import type { VendOutcome } from '../contract/vending.ts'
import { notDropped, type VendJob } from '../domain/vending/settlement.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { LaneStorePort, LaneTransaction, VendJobRecord } from '../ports/store.ts'

/** The lane's vending machine, the same object whatever is unplugged and plugged in again. */
export interface MachineAccess {
  /** Null while no machine answers. */
  use<T>(work: (port: VendingControllerPort | null) => Promise<T>): Promise<T>
}

/** Gives back what did not drop, through the returns of the lane. */
export interface VendRefunds {
  /** `ordered`: asked for and followed until it has an end. `later`: not yet possible, ask again; nothing was sent. */
  giveBack(saleId: Key, lines: readonly ReturnedLine[]): Promise<'ordered' | 'later'>
}

export interface VendRunDeps {
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly log: LogPort
  readonly machine: MachineAccess
  readonly refunds: VendRefunds
  /** How long a machine that went away in the middle is waited for before its answer counts as unknown, ms. */
  readonly patienceMs?: number
}

export interface VendRuns {
  /** Keeps what is to be given out; in the transaction that completes the sale, so that none is paid and forgotten. */
  plan(tx: LaneTransaction, saleId: Key, jobs: readonly VendJob[]): void
  /** Gives out what was planned, one after the other, and gives the money back for what did not drop. */
  run(saleId: Key): Promise<readonly VendJobRecord[]>
  /**
   * After a restart, and from time to time: nobody waits at the machine any more, so what was not asked for is not given
   * out; what was asked for is asked about; what did not drop is given back. Never concurrent.
   */
  followUp(): Promise<void>
  close(): void
}

const defaultPatienceMs = 30_000
const askAgainMs = 1000
const dispenseLimitMs = 20_000
const askLimitMs = 5000

export function createVendRuns(deps: VendRunDeps): VendRuns {
  const { store, clock, machine, refunds, patienceMs = defaultPatienceMs } = deps
  const closing = new AbortController()
  /** Sales that somebody waits for at the machine. */
  const running = new Set<Key>()
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

  /** Asks about a job until somebody answers or the patience ends. It is never sent again. */
  async function findOut(job: VendJobRecord): Promise<VendJobRecord> {
    const { signal } = closing
    const untilMs = clock.monotonicMs() + patienceMs
    while (!signal.aborted) {
      const answer = await withMachine(async (port) => ({
        outcome: await port.outcomeOf(job.vendKey, { timeoutMs: askLimitMs, signal }),
      }))
      if (signal.aborted) break
      // Never heard of: it was lost before the machine had it, and it will not come any more.
      if (answer !== null)
        return answer.outcome === null ? settle(job, 'notAsked') : settleBy(job, answer.outcome)
      if (clock.monotonicMs() >= untilMs) return settle(job, 'unknown')
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

  /** The money of what did not drop; then the sale is done with. */
  async function close(saleId: Key): Promise<void> {
    const jobs = store.vendJobsOfSale(saleId)
    const settled = jobs.flatMap(({ lineId, outcome }) => (outcome === null ? [] : [{ lineId, outcome }]))
    if (settled.length < jobs.length) return
    if (isUndecided(saleId)) return
    const returned = returnsOf(saleId).flatMap(({ order }) => order.lines)
    const missing = notDropped(settled, returned)
    if (missing.length > 0 && (await refunds.giveBack(saleId, missing)) === 'later') return
    if (closing.signal.aborted || isUndecided(saleId)) return
    store.transact((tx) => {
      const updatedAtMs = clock.nowMs()
      jobs.forEach((job) => tx.putVendJob({ ...job, state: 'closed', updatedAtMs }))
    })
  }

  async function settleWithoutShopper(saleId: Key): Promise<void> {
    for (const job of store.vendJobsOfSale(saleId)) {
      if (closing.signal.aborted) return
      if (job.state === 'planned') settle(job, 'notAsked')
      if (job.state === 'asked') await findOut(job)
    }
    if (!closing.signal.aborted) await close(saleId)
  }

  async function followOpen(): Promise<void> {
    for (const saleId of store.openVendSales()) {
      if (!running.has(saleId)) await settleWithoutShopper(saleId)
    }
  }

  return {
    plan(tx, saleId, jobs) {
      const updatedAtMs = clock.nowMs()
      jobs.forEach((job, index) => {
        tx.putVendJob({ ...job, saleId, place: index + 1, state: 'planned', outcome: null, updatedAtMs })
      })
    },
    async run(saleId) {
      running.add(saleId)
      try {
        for (const job of store.vendJobsOfSale(saleId)) {
          if (closing.signal.aborted) break
          if (job.state === 'planned') await giveOut(job)
        }
        if (!closing.signal.aborted) await close(saleId)
      } finally {
        running.delete(saleId)
      }
      return store.vendJobsOfSale(saleId)
    },
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
