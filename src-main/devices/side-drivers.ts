import { createByteStream } from '../../drivers/byte-stream/open-stream.ts'
import { createLights } from '../../drivers/lights/lights.ts'
import type { LightColour, LightsPort } from '../../drivers/lights/lights-port.ts'
import { pnsLights } from '../../drivers/lights/pns-lights.ts'
import { relayLights } from '../../drivers/lights/relay-lights.ts'
import { createLineDisplay } from '../../drivers/line-display/line-display.ts'
import type { LineDisplayPort } from '../../drivers/line-display/line-display-port.ts'
import type { LineDisplayModelId } from '../../drivers/line-display/models.ts'
import type { MsrPort } from '../../drivers/msr/msr-port.ts'
import {
  createStripeReader,
  type StripeReaderOptions,
  type StripeReaderProtocol,
} from '../../drivers/msr/stripe-reader.ts'
import type { DriverClock } from '../../drivers/port/clock.ts'
import { createScale, scaleStream, type ScaleProtocolId } from '../../drivers/scale/scale.ts'
import type { ScalePort } from '../../drivers/scale/scale-port.ts'
import {
  createSmartCardReader,
  type SmartCardReaderOptions,
} from '../../drivers/smart-card-rw/pcsc-reader.ts'
import type { SmartCardRWPort } from '../../drivers/smart-card-rw/smart-card-rw-port.ts'
import { alarmChannel } from '../../drivers/tone-indicator/alarm-channel.ts'
import { relayChannel } from '../../drivers/tone-indicator/relay-channel.ts'
import { createToneIndicator } from '../../drivers/tone-indicator/tone-indicator.ts'
import type { ToneIndicatorPort } from '../../drivers/tone-indicator/tone-indicator-port.ts'
import { createMotorBoard } from '../../drivers/vending-controller/motor-board-controller.ts'
import { createQibixxVendSession } from '../../drivers/vending-controller/qibixx-vend-session.ts'
import type { VendSessionPort } from '../../drivers/vending-controller/vend-session-port.ts'
import type { VendingControllerPort } from '../../drivers/vending-controller/vending-controller-port.ts'
import type { SupervisedDriver } from './supervised-device.ts'

export interface ScaleConfig {
  readonly address: string
  readonly model: ScaleProtocolId
  readonly maxGrams?: number
  readonly divisionGrams?: number
}

export function scaleDriver(config: ScaleConfig, clock: DriverClock): SupervisedDriver<ScalePort> {
  const { address, model, maxGrams, divisionGrams } = config
  return {
    category: 'Scale',
    name: 'scale',
    address,
    create: () =>
      createScale({
        name: 'scale',
        stream: scaleStream(address, model),
        protocol: model,
        maxGrams,
        divisionGrams,
        clock,
      }),
  }
}

export interface StripeReaderConfig extends Pick<
  StripeReaderOptions,
  'address' | 'layout' | 'memberPrefixes'
> {
  readonly model?: StripeReaderProtocol
}

/** The stripe reader at `hid:…`. */
export function stripeReaderDriver(
  { model, ...config }: StripeReaderConfig,
  clock: DriverClock,
): SupervisedDriver<MsrPort> {
  return {
    category: 'Msr',
    name: 'stripeReader',
    address: config.address,
    create: () => createStripeReader({ ...config, protocol: model, name: 'stripeReader', clock }),
  }
}

/** The smart card readers at `pcsc:`. */
export function cardReaderDriver(
  { address, member }: Pick<SmartCardReaderOptions, 'address' | 'member'>,
  clock: DriverClock,
): SupervisedDriver<SmartCardRWPort> {
  return {
    category: 'SmartCardRW',
    name: 'cardReader',
    address,
    create: () => createSmartCardReader({ name: 'cardReader', address, member, clock }),
  }
}

export function lineDisplayDriver(
  { address, model }: { readonly address: string; readonly model: LineDisplayModelId },
  clock: DriverClock,
): SupervisedDriver<LineDisplayPort> {
  return {
    category: 'LineDisplay',
    name: 'lineDisplay',
    address,
    create: () => createLineDisplay({ name: 'lineDisplay', stream: createByteStream(address), model, clock }),
  }
}

export interface LightsConfig {
  readonly address: string
  readonly model: 'lcus' | 'pns'
  readonly colours: readonly (LightColour | 'alarm')[]
}

export function lightsDriver(config: LightsConfig, clock: DriverClock): SupervisedDriver<LightsPort> {
  const { address, model, colours } = config
  return {
    category: 'Lights',
    name: 'lights',
    address,
    create: () =>
      createLights({
        name: 'lights',
        stream: createByteStream(address),
        // A tower has its buzzer in its foot, not on a tier.
        wire: model === 'lcus' ? relayLights(colours) : pnsLights(colours.filter((use) => use !== 'alarm')),
        clock,
      }),
  }
}

/** The beeper: the alarm of the status lamp, or a relay of a board of its own. */
export function toneIndicatorDriver(
  { address, relay = 1 }: { readonly address: string; readonly relay?: number },
  lights: SupervisedDriver<LightsPort> | null,
  clock: DriverClock,
): SupervisedDriver<ToneIndicatorPort> {
  return {
    category: 'ToneIndicator',
    name: 'toneIndicator',
    address,
    create: () =>
      createToneIndicator({
        name: 'toneIndicator',
        channel:
          address === 'lights' && lights !== null
            ? alarmChannel(lights.create())
            : relayChannel(createByteStream(address), relay),
        clock,
      }),
  }
}

export function motorBoardDriver(
  { address }: { readonly address: string },
  clock: DriverClock,
): SupervisedDriver<VendingControllerPort> {
  return {
    category: 'VendingController',
    name: 'vending',
    address,
    create: () => createMotorBoard({ name: 'vending', stream: createByteStream(address), clock }),
  }
}

/** `decimals`: how many digits of the shop's currency are minor units, which is how the bridge writes amounts. */
export function vendSessionDriver(
  { address, decimals }: { readonly address: string; readonly decimals: number },
  clock: DriverClock,
): SupervisedDriver<VendSessionPort> {
  return {
    category: 'VendingController',
    name: 'vending',
    address,
    create: () =>
      createQibixxVendSession({ name: 'vending', stream: createByteStream(address), decimals, clock }),
  }
}
