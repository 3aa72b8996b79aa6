import { Failure } from '../../src-main/contract/failure.ts'
import { runCall, type CallOptions } from './call.ts'
import { systemDriverClock, type DriverClock } from './clock.ts'
import { powerStates, type DeviceCategory, type DeviceState, type PowerState } from './constants.ts'
import type { DevicePort, StatusUpdate } from './device-port.ts'
import { deviceFailure } from './failures.ts'
import { createSubscriptions } from './subscriptions.ts'

/** What a category does at each step; the order and the states are kept by the life cycle. */
export interface LifeCycleHooks {
  claim(call: CallOptions): Promise<void>
  enable(call: CallOptions): Promise<void>
  disable(call: CallOptions): Promise<void>
  release(): Promise<void>
}

export interface LifeCycle {
  readonly port: Omit<DevicePort, 'checkHealth'>
  /** Runs one use of the device: refuses in the wrong state, is `busy` meanwhile, ends on close and on loss. */
  use<T>(attempted: string, call: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Rejects with the right failure unless the device is enabled. */
  requireEnabled(attempted: string): void
  /** The device vanished or stopped answering. */
  lost(failure: Failure): void
  setPower(power: PowerState): void
  updateStatus(update: StatusUpdate): void
}

type Stage = 'closed' | 'opened' | 'claimed' | 'enabled'

export function createLifeCycle(
  identity: { readonly category: DeviceCategory; readonly name: string; readonly address: string },
  hooks: LifeCycleHooks,
  clock: DriverClock = systemDriverClock,
): LifeCycle {
  const errors = createSubscriptions<Failure>()
  const updates = createSubscriptions<StatusUpdate>()
  let stage: Stage = 'closed'
  let state: DeviceState = 'closed'
  let power: PowerState = 'unknown'
  let changing = false
  let closing = new AbortController()

  const counts = { opened: 0, lost: 0, calls: 0, failures: 0 }
  let lastAnsweredMonotonicMs: number | null = null

  const what = (verb: string): string =>
    `${verb} the ${identity.category} "${identity.name}" at ${identity.address}`

  const setPower = (next: PowerState): void => {
    if (next === power) return
    power = next
    updates.emit({ name: `power.${next}`, number: powerStates[next] })
  }

  /** Refuses before the work of a life-cycle step begins; null when the step may run. */
  const refusal = (verb: string, needs: Stage): Failure | null => {
    if (stage === 'closed' && needs !== 'closed')
      return deviceFailure('closed', what(verb), 'Open the device first.')
    if (state === 'error') {
      return deviceFailure('offline', what(verb), 'The device was lost; close it and open it again.')
    }
    if (needs === 'closed' && stage !== 'closed') {
      return deviceFailure('illegal', what(verb), 'The device is already open.')
    }
    if ((needs === 'claimed' || needs === 'enabled') && stage === 'opened') {
      return deviceFailure('notClaimed', what(verb), 'Claim the device first.')
    }
    if (needs === 'enabled' && stage !== 'enabled') {
      return deviceFailure('disabled', what(verb), 'Enable the device first.')
    }
    if (changing) return deviceFailure('busy', what(verb), 'Another call of its life cycle is still running.')
    return null
  }

  const step = async (
    verb: string,
    needs: Stage,
    already: boolean,
    call: CallOptions,
    work: (call: CallOptions) => Promise<void>,
    next: Stage,
  ): Promise<void> => {
    const refused = refusal(verb, needs)
    if (refused !== null) throw refused
    if (already) return
    const mine = closing
    changing = true
    try {
      const limited = (signal: AbortSignal): Promise<void> => work({ timeoutMs: call.timeoutMs, signal })
      await runCall(what(verb), call, mine.signal, limited, clock)
      stage = next
      if (next === 'enabled') {
        setPower('online')
        counts.opened += 1
        lastAnsweredMonotonicMs = clock.monotonicMs()
      }
      state = 'idle'
    } finally {
      if (mine === closing) changing = false
    }
  }

  const use = async <T>(
    attempted: string,
    call: CallOptions,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    requireEnabled(attempted)
    if (state === 'busy') throw deviceFailure('busy', what(attempted), 'One call at a time.')
    const mine = closing
    state = 'busy'
    counts.calls += 1
    try {
      const answer = await runCall(what(attempted), call, mine.signal, work, clock)
      lastAnsweredMonotonicMs = clock.monotonicMs()
      return answer
    } catch (thrown) {
      if (isFailureOfDevice(thrown)) counts.failures += 1
      throw thrown
    } finally {
      if (mine === closing && !mine.signal.aborted) state = 'idle'
    }
  }

  const requireEnabled = (attempted: string): void => {
    const refused = refusal(attempted, 'enabled')
    if (refused !== null) throw refused
  }

  const lost = (failure: Failure): void => {
    if (stage === 'closed' || state === 'error') return
    state = 'error'
    counts.lost += 1
    setPower('offOffline')
    closing.abort(failure)
    errors.emit(failure)
  }

  const close = async (): Promise<void> => {
    if (stage === 'closed') return
    stage = 'closed'
    state = 'closed'
    changing = false
    closing.abort(deviceFailure('closed', what('use'), 'The device was closed meanwhile.'))
    closing = new AbortController()
    await hooks.release()
    setPower('unknown')
  }

  return {
    port: {
      ...identity,
      state: () => state,
      claimed: () => stage === 'claimed' || stage === 'enabled',
      enabled: () => stage === 'enabled' && state !== 'error',
      power: () => power,
      open: (call) => step('open', 'closed', false, call, () => Promise.resolve(), 'opened'),
      claim: (call) =>
        step('claim', 'opened', stage === 'claimed' || stage === 'enabled', call, hooks.claim, 'claimed'),
      enable: (call) => step('enable', 'claimed', stage === 'enabled', call, hooks.enable, 'enabled'),
      disable: (call) => step('disable', 'claimed', stage === 'claimed', call, hooks.disable, 'claimed'),
      release: (call) =>
        step(
          'release',
          'claimed',
          false,
          call,
          async (limits) => {
            if (stage === 'enabled') await hooks.disable(limits)
            await hooks.release()
          },
          'opened',
        ),
      close,
      retrieveStatistics: () => ({ ...counts, lastAnsweredMonotonicMs }),
      onError: (listener) => errors.add(listener),
      onStatusUpdate: (listener) => updates.add(listener),
    },
    use,
    requireEnabled,
    lost,
    setPower,
    updateStatus: (update) => updates.emit(update),
  }
}

/** Given up by its caller, or closed meanwhile: nobody can tell what the device would have done. */
function isFailureOfDevice(thrown: unknown): boolean {
  return !(thrown instanceof Failure && ['device.aborted', 'device.closed'].includes(thrown.code))
}
