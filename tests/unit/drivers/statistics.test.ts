import { describe, expect, test } from 'vitest'
import { deviceFailure } from '../../../drivers/port/failures.ts'
import { createLifeCycle } from '../../../drivers/port/life-cycle.ts'
import { createHandClock } from './support/hand-clock.ts'

const limits = { timeoutMs: 1000 }
const nothing = (): Promise<void> => Promise.resolve()

function device() {
  const clock = createHandClock()
  const life = createLifeCycle(
    { category: 'Scale', name: 'scale', address: 'serial:/memory' },
    { claim: nothing, enable: nothing, disable: nothing, release: nothing },
    clock,
  )
  const bringUp = async (): Promise<void> => {
    await life.port.open(limits)
    await life.port.claim(limits)
    await life.port.enable(limits)
  }
  return { clock, life, port: life.port, bringUp }
}

describe('the statistics of a device', () => {
  test('begin at nothing, and can be retrieved while it is closed', () => {
    expect(device().port.retrieveStatistics()).toEqual({
      opened: 0,
      lost: 0,
      calls: 0,
      failures: 0,
      lastAnsweredMonotonicMs: null,
    })
  })

  test('count what was begun and what failed, and say when it last answered', async () => {
    const { clock, life, port, bringUp } = device()
    await bringUp()
    await clock.advance(70)
    await life.use('weigh on', limits, () => Promise.resolve(1))
    await clock.advance(30)
    const broken = (): Promise<never> => Promise.reject(deviceFailure('failure', 'weigh', 'No.'))
    await expect(life.use('weigh on', limits, broken)).rejects.toMatchObject({ code: 'device.failure' })
    expect(port.retrieveStatistics()).toEqual({
      opened: 1,
      lost: 0,
      calls: 2,
      failures: 1,
      lastAnsweredMonotonicMs: 70,
    })
  })

  test('blame the device neither for a caller who gave up nor for a refusal', async () => {
    const { life, port, bringUp } = device()
    await expect(life.use('weigh on', limits, nothing)).rejects.toMatchObject({ code: 'device.closed' })
    await bringUp()
    const call = { ...limits, signal: AbortSignal.abort() }
    await expect(life.use('weigh on', call, nothing)).rejects.toMatchObject({ code: 'device.aborted' })
    expect(port.retrieveStatistics()).toMatchObject({ calls: 1, failures: 0 })
  })

  test('count an unplug once, and go on counting after the device is opened again', async () => {
    const { life, port, bringUp } = device()
    await bringUp()
    life.lost(deviceFailure('offline', 'use', 'Gone.'))
    life.lost(deviceFailure('offline', 'use', 'Gone.'))
    await port.close()
    await bringUp()
    expect(port.retrieveStatistics()).toMatchObject({ opened: 2, lost: 1 })
  })
})
