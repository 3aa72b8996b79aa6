import type { Instrument } from '../../../src-main/contract/payment.ts'
import { createPayments, type AttemptNews, type Payments } from '../../../src-main/payments/attempts.ts'
import { defaultTimetable } from '../../../src-main/payments/timetable.ts'
import { createHandClock, type HandClock } from '../lane/support/hand-clock.ts'
import { hear } from '../lane/support/hear.ts'
import { ScriptedHub } from '../lane/support/scripted-hub.ts'
import { fillable, keptLog, openStore, temporaryFolder, type FillableStore } from '../lane/support/stores.ts'

export const saleId = 'a'.repeat(32)
export const attemptKey = 'c'.repeat(32)
export const code = '991234567890123456'

export const face: Instrument = {
  kind: 'face',
  accountId: '2'.repeat(32),
  evidence: {
    subjectKey: '1'.repeat(32),
    secondFactor: false,
    modelPackId: 'pack',
  },
}

/** Payments of one lane over restarts: the data folder, the hub and the clock stay. */
export interface PayingLane {
  readonly dataDir: string
  readonly clock: HandClock
  readonly hub: ScriptedHub
  readonly log: ReturnType<typeof keptLog>
  readonly news: AttemptNews[]
  readonly listener: (news: AttemptNews) => void
  store: FillableStore
  payments: Payments
  begin(instrument?: Instrument, mode?: 'online' | 'deferred'): void
  /** As after a power cut: what was open is asked about again. */
  restart(): void
  state(): string | undefined
  /** The replicator brings everything to the hub, then the outcomes are fetched. */
  drain(): Promise<void>
}

export function payingLane(mayDefer: () => boolean = () => false): PayingLane {
  const clock = createHandClock()
  const hub = new ScriptedHub(clock)
  const log = keptLog()
  const dataDir = temporaryFolder()
  const news: AttemptNews[] = []
  const listener = (item: AttemptNews): void => void news.push(item)
  const open = (): Pick<PayingLane, 'store' | 'payments'> & { close: () => void } => {
    const real = openStore(dataDir, clock)
    const store = fillable(real)
    const payments = createPayments({
      store,
      hub,
      terminal: null,
      clock,
      log,
      timetable: defaultTimetable,
      bench: false,
      mayDefer,
    })
    return { store, payments, close: () => real.close() }
  }
  let opened = open()
  const lane: PayingLane = {
    dataDir,
    clock,
    hub,
    log,
    news,
    listener,
    store: opened.store,
    payments: opened.payments,
    begin(instrument = face, mode = 'online') {
      const amount = { amountMinor: 1_200, currency: 'CNY' }
      lane.payments.begin({ attemptKey, saleId, amount, mode, instrument }, listener)
    },
    restart() {
      lane.payments.close()
      opened.close()
      opened = open()
      lane.store = opened.store
      lane.payments = opened.payments
      const record = lane.store.attempt(attemptKey)
      if (record && ['intended', 'unknown'].includes(record.state)) lane.payments.resume(record, listener)
    },
    state: () => lane.store.attempt(attemptKey)?.state,
    async drain() {
      const entries = lane.store.journal.pending({ maxEntries: 1_000, maxBytes: 10_000_000 })
      hub.take(entries)
      if (!hub.down) hear(hub, lane.store, clock)
      void lane.payments.followUp()
      await clock.advance(60_000)
    },
  }
  return lane
}
