import { afterEach, describe, expect, test } from 'vitest'
import type { Failure } from '../../src-main/contract/failure.ts'
import type { DevicePort, StatusUpdate } from '../port/device-port.ts'
import { deviceFailure } from '../port/failures.ts'
import { answerOf, bringUp, limits, reach, stages, until, type DeviceRig, type Stage } from './rig.ts'

const operations = ['open', 'claim', 'enable', 'disable', 'release', 'close', 'use'] as const
type Operation = (typeof operations)[number]

/** What each operation answers in each state: `ok` or the failure's code. */
const matrix: Record<Stage, Record<Operation, string>> = {
  closed: {
    open: 'ok', claim: 'device.closed', enable: 'device.closed', disable: 'device.closed',
    release: 'device.closed', close: 'ok', use: 'device.closed',
  },
  opened: {
    open: 'device.illegal', claim: 'ok', enable: 'device.notClaimed', disable: 'device.notClaimed',
    release: 'device.notClaimed', close: 'ok', use: 'device.notClaimed',
  },
  claimed: {
    open: 'device.illegal', claim: 'ok', enable: 'ok', disable: 'ok',
    release: 'ok', close: 'ok', use: 'device.disabled',
  },
  enabled: {
    open: 'device.illegal', claim: 'ok', enable: 'ok', disable: 'ok',
    release: 'ok', close: 'ok', use: 'ok',
  },
  lost: {
    open: 'device.offline', claim: 'device.offline', enable: 'device.offline', disable: 'device.offline',
    release: 'device.offline', close: 'ok', use: 'device.offline',
  },
} // prettier-ignore

/** The rules of `DevicePort`, which every driver keeps over every wire. */
export function lifeCycleSuite<P extends DevicePort>(
  make: () => Promise<DeviceRig<P>>,
  use: (device: P) => Promise<unknown>,
): void {
  const rigs: DeviceRig<P>[] = []
  const rigged = async (): Promise<DeviceRig<P>> => {
    const rig = await make()
    rigs.push(rig)
    return rig
  }
  afterEach(async () => {
    for (const rig of rigs.splice(0)) {
      await rig.device.close()
      await rig.close()
    }
  })

  const perform = (device: P, operation: Operation): Promise<unknown> => {
    if (operation === 'use') return use(device)
    return operation === 'close' ? device.close() : device[operation](limits)
  }

  describe.each(stages)('in state %s', (stage) => {
    test('every operation answers on purpose', async () => {
      for (const operation of operations) {
        const rig = await rigged()
        await reach(rig, stage)
        expect({ operation, answer: await answerOf(() => perform(rig.device, operation)) }).toEqual({
          operation,
          answer: matrix[stage][operation],
        })
        await rig.device.close()
        await rigs.pop()?.close()
      }
    })
  })

  test('the states of a whole life are told as UnifiedPOS names them', async () => {
    const { device } = await rigged()
    expect([device.state(), device.claimed(), device.enabled(), device.power()]).toEqual([
      'closed',
      false,
      false,
      'unknown',
    ])
    await bringUp(device)
    expect([device.state(), device.claimed(), device.enabled(), device.power()]).toEqual([
      'idle',
      true,
      true,
      'online',
    ])
    await device.disable(limits)
    expect([device.state(), device.claimed(), device.enabled()]).toEqual(['idle', true, false])
    await device.release(limits)
    expect([device.state(), device.claimed()]).toEqual(['idle', false])
    await device.close()
    await device.close()
    expect(device.state()).toBe('closed')
  })

  test('an unplug is told once as an error and as power lost, and after a replug the device opens again', async () => {
    const rig = await rigged()
    const { device } = rig
    const errors: Failure[] = []
    const updates: StatusUpdate[] = []
    device.onError((failure) => errors.push(failure))
    device.onStatusUpdate((update) => updates.push(update))
    await bringUp(device)
    await rig.unplug()
    await device.checkHealth('external', limits).catch(() => undefined)
    await until(() => device.state() === 'error')
    expect(errors.map(({ code, nativeCode }) => [code, nativeCode])).toEqual([['device.offline', '108']])
    expect(updates.at(-1)).toEqual({ name: 'power.offOffline', number: 2004 })
    await device.close()
    await rig.replug()
    await bringUp(device)
    expect(device.enabled()).toBe(true)
    expect(errors).toHaveLength(1)
  })

  test('a subscription ends when it is told to', async () => {
    const { device } = await rigged()
    const updates: StatusUpdate[] = []
    const unsubscribe = device.onStatusUpdate((update) => updates.push(update))
    unsubscribe()
    unsubscribe()
    await bringUp(device)
    expect(updates).toEqual([])
  })

  test('claiming what is not there says that it does not exist', async () => {
    const rig = await rigged()
    await rig.unplug()
    await rig.device.open(limits)
    expect(await answerOf(() => rig.device.claim(limits))).toBe('device.noExist')
  })

  test('a claim given up by its caller leaves the device claimable', async () => {
    const { device } = await rigged()
    await device.open(limits)
    expect(await answerOf(() => device.claim({ ...limits, signal: AbortSignal.abort() }))).toBe(
      'device.aborted',
    )
    await device.claim(limits)
    await device.enable(limits)
    expect(device.enabled()).toBe(true)
  })

  test('two drivers never share a device', async () => {
    const rig = await rigged()
    await bringUp(rig.device)
    const rival = rig.rival()
    await rival.open(limits)
    const answer = await answerOf(async () => {
      await rival.claim({ timeoutMs: 1500 })
      // Over TCP the second connection is accepted and dropped at once.
      await until(() => rival.state() === 'error')
      throw deviceFailure('claimed', 'share the device', 'The second connection was dropped.')
    })
    await rival.close()
    expect(answer).toBe('device.claimed')
    expect(await answerOf(() => use(rig.device))).toBe('ok')
  })
}
