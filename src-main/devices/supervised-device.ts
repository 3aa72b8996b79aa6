import type { DevicePort, HealthReport } from '../../drivers/port/device-port.ts'
import { createSubscriptions, type Unsubscribe } from '../../drivers/port/subscriptions.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import { reopenDelayMs } from './back-off.ts'
import { createBreaker, defaultBreakerPolicy } from './breaker.ts'
import type { DeviceHealth, DeviceStateName, DeviceStatus } from './device-status.ts'
import { createHealthHistory } from './health-history.ts'

export interface SupervisionDeps {
  readonly clock: Pick<ClockPort, 'nowMs' | 'monotonicMs' | 'after'>
  readonly random: Pick<RandomPort, 'unit'>
  readonly log: LogPort
}

/** What is supervised: a way to make the driver anew, and what is known about it before it exists. */
export interface SupervisedDriver<P extends DevicePort> {
  readonly category: P['category']
  readonly name: string
  readonly address: string
  /** A closed driver, which is opened again after each loss; throws a `Failure` when the configuration cannot work. */
  create(): P
}

/** One device of the lane, the same object whatever is unplugged and plugged in again. */
export interface DeviceAccess<P extends DevicePort> {
  /** The open and enabled driver; null while there is none. */
  port(): P | null
  answers(): boolean
  /** Waits for a running heartbeat and keeps further ones away while `work` uses the driver. */
  use<T>(work: (port: P | null) => Promise<T>): Promise<T>
  onChange(listener: (status: DeviceStatus) => void): Unsubscribe
  /** Calls `attach` each time the driver is enabled, at once when it is, and ends what it returns when it is lost. */
  follow(attach: (port: P) => readonly Unsubscribe[]): Unsubscribe
}

export interface SupervisedDevice<P extends DevicePort> extends DeviceAccess<P> {
  status(): DeviceStatus
  health(): DeviceHealth
  /** Something was plugged in or out: a device that is away is tried at once, one that is there is looked at. */
  nudge(): void
  close(): Promise<void>
}

const openLimitMs = 5000
const heartbeatMs = 3000
/** A printer that has stopped keeps our questions in its receive buffer: ask it only at every tenth beat. */
const beatsPerQuestionInTrouble = 10
const heartbeatLimitMs = 4500
/** No retry helps: somebody must change the configuration or the machine. */
const hopeless = new Set(['device.badAddress', 'device.noService', 'device.illegal', 'device.package'])

/**
 * Keeps one device open: opens it, watches it, and after a loss opens it again with back-off, for ever. A device that
 * fails changes its status and nothing else; no failure leaves this function.
 */
export function superviseDevice<P extends DevicePort>(
  driver: SupervisedDriver<P>,
  deps: SupervisionDeps,
): SupervisedDevice<P> {
  const { clock, random, log } = deps
  const { category, name, address } = driver
  const changes = createSubscriptions<DeviceStatus>()
  const facts = { category, device: name, address }
  let status: DeviceStatus = {
    category,
    name,
    address,
    state: 'opening',
    detailCode: null,
    sinceMs: clock.nowMs(),
    breaker: 'closed',
  }
  const breaker = createBreaker(defaultBreakerPolicy)
  const history = createHealthHistory()
  let lastHealthyAtMs: number | null = null
  let enabledMonotonicMs = 0
  /** A way to end the wait before the next attempt; null while there is none, or nothing may end it. */
  let hurry: (() => void) | null = null
  /** Made once: a printer that was unplugged in the middle of a paper must remember it. */
  let made: P | null = null
  let current: P | null = null
  let subscriptions: readonly Unsubscribe[] = []
  const followers = new Map<(port: P) => readonly Unsubscribe[], readonly Unsubscribe[]>()
  let attempt = 0
  let closed = false
  let cancelTimer = (): void => undefined
  let users = 0
  let beats = 0
  let working: Promise<void> = Promise.resolve()

  const set = (state: DeviceStateName, detailCode: string | null): void => {
    const same = status.state === state && status.detailCode === detailCode
    if (closed || (same && status.breaker === breaker.state())) return
    const atMs = clock.nowMs()
    status = {
      ...status,
      state,
      detailCode,
      sinceMs: same ? status.sinceMs : atMs,
      breaker: breaker.state(),
    }
    if (!same) history.add({ atMs, state, detailCode })
    const said = { ...facts, state, detailCode, breaker: status.breaker }
    log[state === 'ready' || state === 'opening' ? 'info' : 'warn'](said, 'device')
    changes.emit(status)
  }

  const healthSeen = ({ healthy, detailCode }: HealthReport): void => {
    if (healthy) lastHealthyAtMs = clock.nowMs()
    breaker.steady(enabledMonotonicMs, clock.monotonicMs())
    set(healthy ? 'ready' : 'attention', detailCode === 'ok' ? null : detailCode)
  }

  const drop = async (port: P | null): Promise<void> => {
    if (port === current) current = null
    subscriptions.forEach((unsubscribe) => unsubscribe())
    subscriptions = []
    followers.forEach((ends, attach) => {
      ends.forEach((unsubscribe) => unsubscribe())
      followers.set(attach, [])
    })
    try {
      await port?.close()
    } catch (thrown) {
      log.warn({ ...facts, failure: failureData(thrown) }, 'device did not close cleanly')
    }
  }

  const lose = async (port: P | null, failure: Failure): Promise<void> => {
    if (closed || (port !== null && port !== current)) return
    cancelTimer()
    // What is not there has not failed: it is looked for with the same patience for ever.
    const restMs = failure.code === 'device.noExist' ? null : breaker.lost(clock.monotonicMs())
    set(hopeless.has(failure.code) ? 'failed' : 'lost', failure.code)
    await drop(port)
    if (closed || failure.code === 'device.badAddress') return
    const again = (): void => {
      hurry = null
      cancelTimer()
      if (restMs !== null) breaker.tries()
      start(open())
    }
    cancelTimer = clock.after(restMs ?? reopenDelayMs(attempt, random), again)
    hurry = restMs === null ? again : null
    attempt += 1
  }

  const open = async (): Promise<void> => {
    let port: P | null = null
    try {
      made ??= driver.create()
      port = made
      current = port
      if (status.state !== 'lost' && status.state !== 'failed') set('opening', null)
      const limits = { timeoutMs: openLimitMs }
      await port.open(limits)
      await port.claim(limits)
      await port.enable(limits)
      if (closed) {
        await drop(port)
        return
      }
      const opened = port
      subscriptions = [
        opened.onError((failure) => start(lose(opened, failure))),
        opened.onStatusUpdate(() => start(look(opened, 'internal'))),
      ]
      followers.forEach((_ends, attach) => followers.set(attach, attach(opened)))
      attempt = 0
      enabledMonotonicMs = clock.monotonicMs()
      await look(opened, 'internal')
      scheduleHeartbeat()
    } catch (thrown) {
      await lose(port, asFailure(thrown))
    }
  }

  const look = async (port: P, level: 'internal' | 'external'): Promise<void> => {
    const report = await port.checkHealth(level, { timeoutMs: heartbeatLimitMs })
    if (port === current && port.enabled()) healthSeen(report)
  }

  const scheduleHeartbeat = (): void => {
    cancelTimer = clock.after(heartbeatMs, () => {
      working = beat()
    })
  }

  const beat = async (): Promise<void> => {
    const port = current
    if (closed || port === null) return
    try {
      beats += 1
      const quiet = status.state === 'attention' && beats % beatsPerQuestionInTrouble !== 0
      if (users === 0) await look(port, quiet ? 'internal' : 'external')
      if (port === current && !closed) scheduleHeartbeat()
    } catch (thrown) {
      const failure = asFailure(thrown)
      // Somebody uses it at this moment: it is there.
      if (failure.code !== 'device.busy') return lose(port, failure)
      if (port === current && !closed) scheduleHeartbeat()
    }
  }

  /** What fails in the background is a status or a bug; a bug is logged, the lane goes on. */
  const start = (work: Promise<void>): void => {
    work.catch((thrown: unknown) => {
      log.error({ ...facts, failure: failureData(thrown) }, 'device supervision')
    })
  }

  const enabledPort = (): P | null => (current?.enabled() === true ? current : null)

  start(open())
  return {
    status: () => status,
    health: () => ({
      ...status,
      lastHealthyAtMs,
      history: history.changes(),
      statistics: made?.retrieveStatistics() ?? null,
    }),
    onChange: (listener) => changes.add(listener),
    nudge() {
      hurry?.()
      if (current !== null) start(look(current, 'internal'))
    },
    port: enabledPort,
    answers: () => enabledPort() !== null,
    follow(attach) {
      const port = enabledPort()
      followers.set(attach, port === null ? [] : attach(port))
      return () => {
        followers.get(attach)?.forEach((unsubscribe) => unsubscribe())
        followers.delete(attach)
      }
    },
    async use(work) {
      users += 1
      try {
        await working
        return await work(enabledPort())
      } finally {
        users -= 1
      }
    },
    async close() {
      closed = true
      cancelTimer()
      await drop(current)
      await working
    },
  }
}

function asFailure(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure(failureData(thrown))
}
