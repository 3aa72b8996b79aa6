import { emulateScale, type EmulatedScale } from '../../../../drivers/scale/emulator/scale-emulator.ts'
import { createScale, scaleStream } from '../../../../drivers/scale/scale.ts'
import type { ScaleAccess } from '../../../../src-main/lane/weighing.ts'

export interface RealScale {
  readonly emulator: EmulatedScale
  readonly access: ScaleAccess
  /** Pulls the plug, or puts it back, and lets the lane know, as the supervisor does. */
  plug(inside: boolean): Promise<void>
  close(): Promise<void>
}

const limits = { timeoutMs: 4000 }

/** The driver at one end of a virtual port and the emulated scale at the other. */
export async function realScale(): Promise<RealScale> {
  const emulator = await emulateScale({ settleMs: 100 })
  const listeners = new Set<() => void>()
  const device = createScale({
    name: 'scale',
    stream: scaleStream(emulator.address, emulator.protocol),
    protocol: emulator.protocol,
  })
  const told = (): void => listeners.forEach((listener) => listener())
  const open = async (): Promise<void> => {
    await device.open(limits)
    await device.claim(limits)
    await device.enable(limits)
    told()
  }
  await open()
  return {
    emulator,
    access: {
      answers: () => device.enabled(),
      use: (work) => work(device.enabled() ? device : null),
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    async plug(inside) {
      if (inside) {
        await emulator.replug()
        await open()
      } else {
        await emulator.unplug()
        await device.close()
        told()
      }
    },
    async close() {
      await device.close()
      await emulator.close()
    },
  }
}
