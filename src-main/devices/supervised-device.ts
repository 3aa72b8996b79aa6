import type { DevicePort, HealthReport } from '../../drivers/port/device-port.ts'
import { createSubscriptions, type Unsubscribe } from '../../drivers/port/subscriptions.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import { reopenDelayMs } from './back-off.ts'
import type { DeviceStateName, DeviceStatus } from './device-status.ts'

export interface SupervisionDeps {
  readonly clock: Pick<ClockPort, 'nowMs' | 'after'>
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

export interface SupervisedDevice<P extends DevicePort> {
  status(): DeviceStatus
  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe
  /** The open and enabled driver; null while there is none. */
  port(): P | null
  /** Waits for a running heartbeat and keeps further ones away while `work` uses the driver. */
  use<T>(work: (port: P | null) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const openLimitMs = 5000
const heartbeatMs = 3000
/** A printer that has stopped keeps our questions in its receive buffer: ask it only at every tenth beat. */
const beatsPerQuestionInTrouble = 10
const heartbeatLimitMs = 4500
/** No retry helps: somebody must change the configuration or the machine. */
const hopeless = new Set(['device.badAddress', 'device.noService', 'device.illegal'])

/**
 * Keeps one device open: opens it, watches it, and after a loss opens it again with back-off, for ever. A device that
 * fails changes its status and nothing else; no failure leaves this function.
 */
export function superviseDevice<P extends DevicePort>(
  driver: SupervisedDriver<P>,
  deps: SupervisionDeps,
  onEnabled: (port: P) => readonly Unsubscribe[],
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
  }
  /** Made once: a printer that was unplugged in the middle of a paper must remember it. */
  let made: P | null = null
  let current: P | null = null
  let subscriptions: readonly Unsubscribe[] = []
  let attempt = 0
  let closed = false
  let cancelTimer = (): void => undefined
  let users = 0
  let beats = 0
  let working: Promise<void> = Promise.resolve()

  const set = (state: DeviceStateName, detailCode: string | null): void => {
    if (closed || (status.state === state && status.detailCode === detailCode)) return
    status = { ...status, state, detailCode, sinceMs: clock.nowMs() }
    log[state === 'ready' || state === 'opening' ? 'info' : 'warn']({ ...facts, state, detailCode }, 'device')
    changes.emit(status)
  }

  const healthSeen = ({ healthy, detailCode }: HealthReport): void => {
    set(healthy ? 'ready' : 'attention', detailCode === 'ok' ? null : detailCode)
  }

  const drop = async (port: P | null): Promise<void> => {
    if (port === current) current = null
    subscriptions.forEach((unsubscribe) => unsubscribe())
    subscriptions = []
    try {
      await port?.close()
    } catch (thrown) {
      log.warn({ ...facts, failure: failureData(thrown) }, 'device did not close cleanly')
    }
  }

  const lose = async (port: P | null, failure: Failure): Promise<void> => {
    if (closed || (port !== null && port !== current)) return
    cancelTimer()
    const state = hopeless.has(failure.code) ? 'failed' : 'lost'
    set(state, failure.code)
    await drop(port)
    if (closed || failure.code === 'device.badAddress') return
    cancelTimer = clock.after(reopenDelayMs(attempt, random), () => start(open()))
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
        ...onEnabled(opened),
      ]
      attempt = 0
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
      await lose(port, asFailure(thrown))
    }
  }

  /** What fails in the background is a status or a bug; a bug is logged, the lane goes on. */
  const start = (work: Promise<void>): void => {
    work.catch((thrown: unknown) => {
      log.error({ ...facts, failure: failureData(thrown) }, 'device supervision')
    })
  }

  start(open())
  return {
    status: () => status,
    onStatus: (listener) => changes.add(listener),
    port: () => (current?.enabled() === true ? current : null),
    async use(work) {
      users += 1
      try {
        await working
        return await work(current?.enabled() === true ? current : null)
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
