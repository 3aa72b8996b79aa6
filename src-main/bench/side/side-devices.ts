import type { EmulatedTower } from '../../../drivers/lights/emulator/tower-emulator.ts'
import { emulateTower } from '../../../drivers/lights/emulator/tower-emulator.ts'
import type { EmulatedLineDisplay } from '../../../drivers/line-display/emulator/line-display-emulator.ts'
import { emulateLineDisplay } from '../../../drivers/line-display/emulator/line-display-emulator.ts'
import type { EmulatedMsr } from '../../../drivers/msr/emulator/msr-emulator.ts'
import { emulateMsr } from '../../../drivers/msr/emulator/msr-emulator.ts'
import type { EmulatedRelayBoard } from '../../../drivers/relay-board/emulator/relay-board-emulator.ts'
import { emulateRelayBoard } from '../../../drivers/relay-board/emulator/relay-board-emulator.ts'
import type { EmulatedScale } from '../../../drivers/scale/emulator/scale-emulator.ts'
import { emulateScale } from '../../../drivers/scale/emulator/scale-emulator.ts'
import type { EmulatedCardReader } from '../../../drivers/smart-card-rw/emulator/card-reader-emulator.ts'
import { emulateCardReader } from '../../../drivers/smart-card-rw/emulator/card-reader-emulator.ts'
import type { EmulatedMotorBoard } from '../../../drivers/vending-controller/emulator/motor-board-emulator.ts'
import { emulateMotorBoard } from '../../../drivers/vending-controller/emulator/motor-board-emulator.ts'
import type { EmulatedQibixx } from '../../../drivers/vending-controller/emulator/qibixx-emulator.ts'
import { emulateQibixx } from '../../../drivers/vending-controller/emulator/qibixx-emulator.ts'
import type { LaneConfig } from '../../config/load.ts'
import { emulated } from '../../config/doc.ts'
import { failureData } from '../../contract/failure.ts'

/** The emulators of devices without which a lane still sells; null where a real one, or none, is configured. */
export interface EmulatedSideDevices {
  readonly scale: EmulatedScale | null
  readonly lineDisplay: EmulatedLineDisplay | null
  readonly lights: EmulatedRelayBoard | EmulatedTower | null
  readonly toneIndicator: EmulatedRelayBoard | null
  readonly stripeReader: EmulatedMsr | null
  readonly cardReader: EmulatedCardReader | null
  readonly vending: EmulatedMotorBoard | EmulatedQibixx | null
  /** Why one of them could not be had here, in words. */
  readonly problems: readonly string[]
}

export const noSideDevices: EmulatedSideDevices = {
  scale: null,
  lineDisplay: null,
  lights: null,
  toneIndicator: null,
  stripeReader: null,
  cardReader: null,
  vending: null,
  problems: [],
}

/** A vending machine is filled as configured; `memory` is where it keeps what fell: it outlives the lane. */
export async function startSideDevices(
  devices: LaneConfig['devices'],
  machine: { readonly memory: string; readonly slots: LaneConfig['vending']['slots'] },
): Promise<EmulatedSideDevices> {
  const { scale, lineDisplay, lights, toneIndicator, stripeReader, cardReader, vending } = devices
  const problems: string[] = []
  const wanted = (device: { readonly address: string } | null): boolean => device?.address === emulated
  return {
    scale: scale !== null && wanted(scale) ? await emulateScale({ ...scale, protocol: scale.model }) : null,
    lineDisplay:
      lineDisplay !== null && wanted(lineDisplay)
        ? await emulateLineDisplay({ model: lineDisplay.model })
        : null,
    lights:
      lights !== null && wanted(lights)
        ? await (lights.model === 'pns'
            ? emulateTower()
            : emulateRelayBoard({ relays: lights.colours.length }))
        : null,
    toneIndicator: wanted(toneIndicator) ? await emulateRelayBoard() : null,
    stripeReader:
      stripeReader !== null && wanted(stripeReader)
        ? // A path says nothing of its reports: the driver takes them for a keyboard's unless the mode is given.
          await emulateMsr({ protocol: stripeReader.model ?? 'keyboard', layout: stripeReader.layout })
        : null,
    // It needs a service of the operating system; a lane without it starts all the same.
    cardReader: wanted(cardReader)
      ? await emulateCardReader().catch((thrown: unknown) => {
          problems.push(`card reader: not emulated here. ${failureData(thrown).message}`)
          return null
        })
      : null,
    vending:
      vending !== null && wanted(vending)
        ? await (vending.model === 'qibixx'
            ? emulateQibixx()
            : emulateMotorBoard({ folder: machine.memory, stock: stockOf(machine.slots) }))
        : null,
    problems,
  }
}

/** Undefined where no slot is configured: the emulator has some of its own. */
function stockOf(slots: LaneConfig['vending']['slots']): Record<string, number> | undefined {
  if (slots.length === 0) return undefined
  return Object.fromEntries(slots.map(({ slot, capacity }) => [slot, capacity]))
}

export async function closeSideDevices(devices: EmulatedSideDevices): Promise<void> {
  const { scale, lineDisplay, lights, toneIndicator, stripeReader, cardReader, vending } = devices
  const all = [scale, lineDisplay, lights, toneIndicator, stripeReader, cardReader, vending]
  await Promise.all(all.filter((device) => device !== null).map((device) => device.close()))
}
