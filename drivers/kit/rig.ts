import { Failure } from '../../src-main/contract/failure.ts'
import type { DevicePort } from '../port/device-port.ts'

/** One driver at one device, an emulator or a real one, and what can be done to the device. */
export interface DeviceRig<P extends DevicePort> {
  readonly device: P
  /** Another driver for the same address. */
  rival(): P
  unplug(): Promise<void>
  replug(): Promise<void>
  /** The device goes on being there and says nothing more; left out where it cannot be made to. */
  mute?(): void
  /** Listeners the driver has at what it stands on (`countListeners`); left out where nobody can count them. */
  listeners?(): number
  close(): Promise<void>
}

/** How far a device has come in its life; `lost` is an enabled one that was unplugged. */
export type Stage = 'closed' | 'opened' | 'claimed' | 'enabled' | 'lost'
export const stages: readonly Stage[] = ['closed', 'opened', 'claimed', 'enabled', 'lost']

export const limits = { timeoutMs: 4000 }

export async function bringUp(device: DevicePort): Promise<void> {
  await device.open(limits)
  await device.claim(limits)
  await device.enable(limits)
}

/** Brings a device that is closed to `stage`. */
export async function reach<P extends DevicePort>(rig: DeviceRig<P>, stage: Stage): Promise<void> {
  const { device } = rig
  if (stage === 'closed') return
  await device.open(limits)
  if (stage === 'opened') return
  await device.claim(limits)
  if (stage === 'claimed') return
  await device.enable(limits)
  if (stage === 'enabled') return
  await rig.unplug()
  await noticeLoss(device)
}

/** An unplug may go unnoticed until the device is looked at. */
export async function noticeLoss(device: DevicePort): Promise<void> {
  while (device.state() !== 'error') {
    await device.checkHealth('external', limits).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** `ok`, or the code of the failure it rejected with; what is no `Failure` is a bug of the driver and thrown. */
export async function answerOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'ok'
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.code
    throw thrown
  }
}

/** Settles when `look` is true; the test's own time limit ends it otherwise. */
export async function until(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 5))
}
