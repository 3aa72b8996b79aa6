import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Failure } from '../../src-main/contract/failure.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { runCall, type CallOptions } from '../port/call.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { createSubscriptions, type Unsubscribe } from '../port/subscriptions.ts'
import type { FromService, ToService } from './messages.ts'

export interface IsolatedServiceOptions {
  /** What the service is, for failures: `the USB printer usb:04b8:0202`. */
  readonly what: string
  /** A module that exports `startService` (`StartService`). */
  readonly module: URL
  /** Handed to `startService`; must survive a structured clone. */
  readonly options: unknown
  /** How long its process may say nothing, in ms, before it is ended. Default 5000. */
  readonly hangMs?: number
  readonly clock?: DriverClock
}

/**
 * Native code in a process of its own. When that process crashes or hangs, calls reject with `device.offline` and
 * `onExit` tells; the lane goes on. Nothing is restarted from here: a driver is lost, and the supervisor opens it again
 * with back-off, which starts a new process.
 */
export interface IsolatedService {
  readonly pid: number
  call(method: string, argument: unknown, call: CallOptions): Promise<unknown>
  onEvent(listener: (event: unknown) => void): Unsubscribe
  /** Once: the failure, or null after `close`. Told at once to who comes after the end. */
  onExit(listener: (failure: Failure | null) => void): Unsubscribe
  /** Idempotent; outstanding calls reject with `device.closed`. Settles when the process is gone, hung or not. */
  close(): Promise<void>
}

const defaultHangMs = 5000
const beatsPerHang = 5
const stopLimitMs = 1000

/** Starts the service. Rejects with the failure of its `startService`, or `device.noService` when its process dies. */
export async function startIsolatedService(
  { what, module, options, hangMs = defaultHangMs, clock = systemDriverClock }: IsolatedServiceOptions,
  call: CallOptions,
): Promise<IsolatedService> {
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const events = createSubscriptions<unknown>()
  const exits = createSubscriptions<Failure | null>()
  const waiting = new Map<number, { resolve(value: unknown): void; reject(failure: Failure): void }>()
  const gone = new AbortController()
  const started = Promise.withResolvers<true>()
  let ended: { readonly failure: Failure | null } | null = null
  let closing = false
  let lastId = 0
  let heardMs = clock.monotonicMs()
  let cancelBeat = (): void => undefined
  let hung = false
  let begun = false

  const send = (message: ToService): void => {
    // A process that has just died takes nothing; its exit is on the way to us.
    if (child.connected) child.send(message, () => undefined)
  }

  const end = (failure: Failure): void => {
    if (ended !== null) return
    cancelBeat()
    ended = { failure: closing ? null : failure }
    gone.abort(closing ? deviceFailure('closed', `use ${what}`, 'It was closed meanwhile.') : failure)
    started.reject(failure)
    exits.emit(ended.failure)
  }

  const beat = (): void => {
    if (clock.monotonicMs() - heardMs > hangMs) {
      hung = true
      child.kill('SIGKILL')
      return
    }
    send({ kind: 'ping' })
    cancelBeat = clock.after(hangMs / beatsPerHang, beat)
  }

  const hear = (message: FromService): void => {
    heardMs = clock.monotonicMs()
    switch (message.kind) {
      case 'started':
        begun = true
        return started.resolve(true)
      case 'notStarted':
        return started.reject(new Failure(message.failure))
      case 'answer':
        return waiting.get(message.id)?.resolve(message.value)
      case 'refusal':
        return waiting.get(message.id)?.reject(new Failure(message.failure))
      case 'event':
        return events.emit(message.event)
      case 'pong':
        return
      default:
        return unreachable(message)
    }
  }

  child.on('message', hear)
  child.on('error', (error) => end(deviceFailure('noService', `start ${what}`, `${error.message}.`)))
  child.on('exit', (code, signal) => {
    const how = hung ? `said nothing for ${hangMs} ms` : word(code, signal)
    end(exitFailure(what, how, begun))
  })

  const service: IsolatedService = {
    pid: child.pid ?? 0,
    call: (method, argument, limits) =>
      runCall(`${method} by ${what}`, limits, gone.signal, (signal) => {
        const id = ++lastId
        const answer = Promise.withResolvers<unknown>()
        const giveUp = (): void => send({ kind: 'abort', id })
        waiting.set(id, answer)
        signal.addEventListener('abort', giveUp)
        send({ kind: 'call', id, method, argument })
        return answer.promise.finally(() => {
          waiting.delete(id)
          signal.removeEventListener('abort', giveUp)
        })
      }),
    onEvent: (listener) => events.add(listener),
    onExit(listener) {
      if (ended !== null) listener(ended.failure)
      return exits.add(listener)
    },
    async close() {
      closing = true
      await stopped(child, () => send({ kind: 'stop' }), clock)
      end(exitFailure(what, 'was closed', begun))
    },
  }

  try {
    const start = (): Promise<true> => {
      send({ kind: 'start', module: module.href, options })
      return started.promise
    }
    await runCall(`start ${what}`, call, gone.signal, start, clock)
  } catch (thrown) {
    await service.close()
    throw thrown
  }
  beat()
  return service
}

/** Asks the process to end and ends it when it does not. */
async function stopped(child: ChildProcess, ask: () => void, clock: DriverClock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const cancel = clock.after(stopLimitMs, () => child.kill('SIGKILL'))
  ask()
  await exited
  cancel()
}

function exitFailure(what: string, how: string, started: boolean): Failure {
  return started
    ? deviceFailure(
        'offline',
        `use ${what}`,
        `The process of ${what} ${how}. Opening the device again starts a new one.`,
      )
    : deviceFailure(
        'noService',
        `start ${what}`,
        `The process of ${what} ${how} before it was ready. Check that its packages are installed for this machine.`,
      )
}

function word(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with code ${code ?? 'unknown'}` : `was ended by ${signal}`
}
