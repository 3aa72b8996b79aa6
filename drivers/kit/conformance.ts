import { afterEach, describe, expect, test } from 'vitest'
import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'
import { lifeCycleSuite } from './life-cycle.ts'
import { leftBehind, resourcesNow } from './resources.ts'
import { answerOf, bringUp, limits, noticeLoss, reach, stages, type DeviceRig, type Stage } from './rig.ts'

/** One thing the category can do. Names are those of the port's functions. */
export type Operation<P extends DevicePort> = (device: P, call: CallOptions) => Promise<unknown>

export interface DeviceSubject<P extends DevicePort> {
  make(): Promise<DeviceRig<P>>
  /** Everything the category can do to a device that must be enabled; each works when nothing is wrong. */
  readonly operations: Readonly<Record<string, Operation<P>>>
  /** Of these, what waits for the device's answer: these are given up, timed out, closed and unplugged in the middle. */
  readonly waiting: readonly string[]
}

/** What a use of the device answers in each state. */
const answers: Readonly<Record<Stage, string>> = {
  closed: 'device.closed',
  opened: 'device.notClaimed',
  claimed: 'device.disabled',
  enabled: 'ok',
  lost: 'device.offline',
}

const rounds = 5

/**
 * The promises of `DevicePort`, as tests: life cycle, every operation in every state, calls that are cut short, and
 * nothing left behind. Call it from a vitest file inside a `describe`; each test makes a rig of its own and closes it.
 */
export function deviceConformance<P extends DevicePort>(subject: DeviceSubject<P>): void {
  const { operations, waiting } = subject
  const names = Object.keys(operations)
  const rigs: DeviceRig<P>[] = []
  const rigged = async (): Promise<DeviceRig<P>> => {
    const rig = await subject.make()
    rigs.push(rig)
    return rig
  }
  afterEach(async () => {
    for (const rig of rigs.splice(0)) {
      await rig.device.close()
      await rig.close()
    }
  })
  const run = (name: string, device: P, call: CallOptions): Promise<unknown> =>
    operations[name]?.(device, call) ?? Promise.reject(new Error(`The subject has no operation "${name}"`))
  const [first = ''] = names

  lifeCycleSuite(subject.make, (device) => run(first, device, limits))

  describe.each(names)('%s', (name) => {
    test.each(stages)('in state %s answers as the port promises', async (stage) => {
      const rig = await rigged()
      await reach(rig, stage)
      expect(await answerOf(() => run(name, rig.device, limits))).toBe(answers[stage])
    })
  })

  /** A call to a device that has gone silent, and what `cut` made of it: `ok` is an outcome of the category's own. */
  const cutShort = async (
    name: string,
    call: CallOptions,
    cut: (rig: DeviceRig<P>) => Promise<void> | void,
  ): Promise<string> => {
    const rig = await rigged()
    await bringUp(rig.device)
    rig.mute?.()
    const answer = answerOf(() => run(name, rig.device, call))
    // The device must have been asked before anything is cut.
    await new Promise((resolve) => setTimeout(resolve, 30))
    await cut(rig)
    return answer
  }

  describe.each(waiting)('%s without an answer', (name) => {
    test('ends when its caller gives up', async () => {
      const given = new AbortController()
      const call = { timeoutMs: 60_000, signal: given.signal }
      expect(['ok', 'device.aborted']).toContain(await cutShort(name, call, () => given.abort()))
    })

    test('ends when its time is over', async () => {
      const answer = await cutShort(name, { timeoutMs: 200 }, () => undefined)
      expect(['ok', 'device.timeout', 'device.offline']).toContain(answer)
    })

    test('ends when the device is closed', async () => {
      const answer = await cutShort(name, { timeoutMs: 60_000 }, ({ device }) => device.close())
      expect(['ok', 'device.closed']).toContain(answer)
    })

    test('ends when the device is unplugged', async () => {
      const answer = await cutShort(name, { timeoutMs: 60_000 }, async (rig) => {
        await rig.unplug()
        // Who is busy cannot be asked; what the operating system knows is enough.
        await rig.device.checkHealth('internal', limits)
      })
      expect(['ok', 'device.offline']).toContain(answer)
    })
  })

  test(`opened, used and closed ${rounds} times leaves no listener, timer or handle behind`, async () => {
    const rig = await rigged()
    const round = async (): Promise<void> => {
      await bringUp(rig.device)
      for (const name of names) await run(name, rig.device, limits)
      await rig.device.close()
    }
    await nothingLeft(rig, round)
  })

  test(`unplugged, closed and plugged in again ${rounds} times leaves no listener, timer or handle behind`, async () => {
    const rig = await rigged()
    const round = async (): Promise<void> => {
      await bringUp(rig.device)
      await rig.unplug()
      await noticeLoss(rig.device)
      await rig.device.close()
      await rig.replug()
    }
    await nothingLeft(rig, round)
  })
}

async function nothingLeft<P extends DevicePort>(
  rig: DeviceRig<P>,
  round: () => Promise<void>,
): Promise<void> {
  // The first round may load code and start what stays for good.
  await round()
  const before = resourcesNow()
  for (let i = 0; i < rounds; i++) await round()
  let left = leftBehind(before, resourcesNow())
  for (let i = 0; i < 100 && left.length > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    left = leftBehind(before, resourcesNow())
  }
  expect({ left, listeners: rig.listeners?.() ?? 0 }).toEqual({ left: [], listeners: 0 })
}
