import { describe, expect, test } from 'vitest'
import { Failure } from '../../../src-main/contract/failure.ts'
import { runCall } from '../../../drivers/port/call.ts'
import { deviceErrors, type DeviceErrorName } from '../../../drivers/port/constants.ts'
import { deviceFailure } from '../../../drivers/port/failures.ts'
import { createSubscriptions } from '../../../drivers/port/subscriptions.ts'
import { createHandClock } from './support/hand-clock.ts'

const forever = (): Promise<never> => new Promise(() => undefined)

describe('the limits of a call', () => {
  test('a call that gets no answer times out when its time is over, not before', async () => {
    const clock = createHandClock()
    let settled: unknown = null
    runCall('ask', { timeoutMs: 500 }, new AbortController().signal, forever, clock).catch(
      (thrown: unknown) => {
        settled = thrown
      },
    )
    await clock.advance(499)
    expect(settled).toBeNull()
    await clock.advance(1)
    expect(settled).toMatchObject({ code: 'device.timeout', nativeCode: '112', remedy: 'retry' })
  })

  test('the work is told to stop by one signal, whatever the reason was', async () => {
    const clock = createHandClock()
    const closing = new AbortController()
    const closed = deviceFailure('closed', 'ask', 'closed meanwhile')
    let told: unknown = null
    const call = runCall(
      'ask',
      { timeoutMs: 500 },
      closing.signal,
      (signal) => {
        signal.addEventListener('abort', () => {
          told = signal.reason
        })
        return forever()
      },
      clock,
    )
    closing.abort(closed)
    await expect(call).rejects.toBe(closed)
    expect(told).toBe(closed)
    expect(clock.pending()).toBe(0)
  })

  test('a caller that gave up before is not kept waiting, and nothing is begun', async () => {
    let begun = false
    const call = runCall(
      'ask',
      { timeoutMs: 500, signal: AbortSignal.abort() },
      new AbortController().signal,
      () => {
        begun = true
        return forever()
      },
    )
    await expect(call).rejects.toMatchObject({ code: 'device.aborted' })
    expect(begun).toBe(false)
  })

  test('an answer leaves no timer behind', async () => {
    const clock = createHandClock()
    const call = runCall(
      'ask',
      { timeoutMs: 500 },
      new AbortController().signal,
      () => Promise.resolve(7),
      clock,
    )
    expect(await call).toBe(7)
    expect(clock.pending()).toBe(0)
  })
})

test.each(Object.entries(deviceErrors) as [DeviceErrorName, number][])(
  'a failure %s carries its UnifiedPOS number %i',
  (name, number) => {
    const failure = deviceFailure(name, 'try', 'a sentence')
    expect(failure).toBeInstanceOf(Failure)
    expect(failure.toJSON()).toMatchObject({ code: `device.${name}`, nativeCode: String(number) })
  },
)

test('a listener added or removed while an event is delivered counts from the next event on', () => {
  const events = createSubscriptions<number>()
  const heard: string[] = []
  const stop = events.add((value) => {
    heard.push(`first ${value}`)
    if (value === 1) events.add((later) => heard.push(`second ${later}`))
    if (value === 2) stop()
  })
  events.emit(1)
  events.emit(2)
  events.emit(3)
  expect(heard).toEqual(['first 1', 'first 2', 'second 2', 'second 3'])
  expect(events.size()).toBe(1)
})
