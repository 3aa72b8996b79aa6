import { afterEach, describe, expect, test } from 'vitest'
import type { ScalePort } from '../scale/scale-port.ts'
import { deviceConformance } from './conformance.ts'
import { answerOf, bringUp, limits, type DeviceRig } from './rig.ts'

/** A rig whose plate can be loaded. */
export interface ScaleRig extends DeviceRig<ScalePort> {
  /** Puts so much on the plate in all, in grams; `moving` until told otherwise. */
  put(grams: number, how?: 'resting' | 'moving'): void
}

const shortly = { timeoutMs: 400 }
/** In whole divisions of any scale for a shop. */
const apple = 250
const basket = 100

/**
 * The promises of `ScalePort`, as tests, with those of every device. `make` gives a scale with a resting weight on its
 * plate, more than its zero may drift by (500 g).
 */
export function scaleConformance(make: () => Promise<ScaleRig>): void {
  deviceConformance<ScalePort>({
    make,
    operations: {
      readWeight: (device, call) => device.readWeight(call),
      readLiveWeight: (device, call) => device.readLiveWeight(call),
      zeroScale: (device, call) => device.zeroScale(call),
      takeTare: (device, call) => device.takeTare(call),
      setTareWeight: (device, call) => device.setTareWeight(0, call),
    },
    waiting: ['readWeight', 'readLiveWeight'],
  })

  describe('a weight', () => {
    const rigs: ScaleRig[] = []
    const started = async (): Promise<ScaleRig> => {
      const rig = await make()
      rigs.push(rig)
      await bringUp(rig.device)
      return rig
    }
    afterEach(async () => {
      for (const rig of rigs.splice(0)) {
        await rig.device.close()
        await rig.close()
      }
    })

    test('that rests is sold by', async () => {
      const { device, put } = await started()
      put(apple)
      expect(await device.readWeight(limits)).toEqual({ grams: apple, net: false })
    })

    test('that moves is shown and never sold by', async () => {
      const { device, put } = await started()
      put(apple, 'moving')
      const { status, grams } = await device.readLiveWeight(limits)
      expect([status, [null, apple]]).toEqual(['unstable', expect.arrayContaining([grams])])
      expect(await answerOf(() => device.readWeight(shortly))).toBe('device.timeout')
      put(apple)
      expect((await device.readWeight(limits)).grams).toBe(apple)
    })

    test('of nothing is waited out', async () => {
      const { device, put } = await started()
      put(0)
      expect((await device.readLiveWeight(limits)).status).toBe('zero')
      expect(await answerOf(() => device.readWeight(shortly))).toBe('device.timeout')
    })

    test('in a container is net of its tare, weighed or known', async () => {
      const { device, put } = await started()
      put(basket)
      expect(await device.takeTare(limits)).toBe(true)
      put(basket + apple)
      expect(await device.readWeight(limits)).toEqual({ grams: apple, net: true })
      expect(await device.setTareWeight(50, limits)).toBe(true)
      expect(await device.readWeight(limits)).toEqual({ grams: basket + apple - 50, net: true })
      expect(await device.setTareWeight(0, limits)).toBe(true)
      expect(await device.readWeight(limits)).toEqual({ grams: basket + apple, net: false })
    })

    test('in whole divisions of the scale, within what it carries', async () => {
      const { device, put } = await started()
      const { maxGrams, divisionGrams } = device.range
      put(apple)
      const { grams } = await device.readWeight(limits)
      expect([grams % divisionGrams, grams <= maxGrams]).toEqual([0, true])
    })
  })
}
