import { unreachable } from '../../src-main/contract/result.ts'
import { createInputDevice, type InputDecoder } from '../byte-stream/input-device.ts'
import { createHidStream } from '../hid/hid-stream.ts'
import { bootKeyboard, keyboardReport } from '../hid/keyboard.ts'
import type { KeyboardLayoutId } from '../hid/keyboard-layouts.ts'
import type { ReportDescriptor } from '../hid/report-descriptor.ts'
import type { HidSystem } from '../hid/sysfs.ts'
import type { DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { createSubscriptions } from '../port/subscriptions.ts'
import { createHidSwipeDecoder, magTekReport, swipeReport } from './hid-swipe.ts'
import { createKeyboardSwipeDecoder } from './keyboard-swipe.ts'
import type { MsrPort, RefusedSwipe, SwipeEvent } from './msr-port.ts'
import type { SwipeFrame } from './swipe.ts'

export type StripeReaderProtocol = 'hid' | 'keyboard'

export interface StripeReaderOptions {
  readonly name: string
  /** `hid:serial=SN`, `hid:port=1-1.4`, `hid:/dev/hidraw0`, or a stream that carries such reports. */
  readonly address: string
  /** What the device itself says when left out; a keyboard where it says nothing. */
  readonly protocol?: StripeReaderProtocol | undefined
  /** What its keys mean, for a keyboard; default `us`, which readers are delivered with. */
  readonly layout?: KeyboardLayoutId | undefined
  /** What the numbers of this shop's cards begin with; default: any card that is no payment card. */
  readonly memberPrefixes?: readonly string[] | undefined
  /** Default true. */
  readonly autoDisable?: boolean | undefined
  readonly clock?: DriverClock | undefined
  readonly system?: HidSystem | undefined
}

/**
 * A magnetic stripe reader for loyalty cards, in HID mode or as the keyboard that it plays. A payment card's track ends
 * in the decoder: recognised, overwritten, refused; no event, status, failure or log of this driver has a digit of it.
 */
export function createStripeReader(options: StripeReaderOptions): MsrPort {
  const stream = createHidStream(options.address, options.system)
  const swipes = createSubscriptions<SwipeEvent>()
  const refused = createSubscriptions<RefusedSwipe>()
  const device = createInputDevice<SwipeFrame, 'Msr'>({
    category: 'Msr',
    name: options.name,
    stream,
    autoDisable: options.autoDisable,
    clock: options.clock,
    decoder: () => decoderFor(stream.descriptor(), options),
    isData: ({ kind }) => kind === 'swipe',
    deliver(frame, atMonotonicMs) {
      if (frame.kind === 'refused') return refused.emit({ reason: frame.reason, atMonotonicMs })
      swipes.emit({ memberNumber: frame.memberNumber, track: frame.track, atMonotonicMs })
    },
  })
  return {
    ...device,
    onData: (listener) => swipes.add(listener),
    onRefused: (listener) => refused.add(listener),
  }
}

function decoderFor(
  descriptor: ReportDescriptor | null,
  options: StripeReaderOptions,
): InputDecoder<SwipeFrame> {
  const { layout = 'us', memberPrefixes = [] } = options
  const ownReport = descriptor === null ? null : swipeReport(descriptor)
  const protocol = options.protocol ?? (ownReport === null ? 'keyboard' : 'hid')
  switch (protocol) {
    case 'hid': {
      const where = descriptor === null ? magTekReport : ownReport
      if (where !== null) return createHidSwipeDecoder(where, descriptor ?? magTekReport, { memberPrefixes })
      break
    }
    case 'keyboard': {
      const where = descriptor === null ? bootKeyboard : keyboardReport(descriptor)
      if (where === null) break
      return createKeyboardSwipeDecoder(where, descriptor ?? bootKeyboard, { layout, memberPrefixes })
    }
    default:
      return unreachable(protocol)
  }
  throw deviceFailure(
    'illegal',
    `read the reports of ${options.address}`,
    `${options.address} is no stripe reader in ${protocol} mode: it sends other reports. Check the address and the mode the reader is set to.`,
  )
}
