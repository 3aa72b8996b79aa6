import { unreachable } from '../../src-main/contract/result.ts'
import { createHidStream } from '../hid/hid-stream.ts'
import { bootKeyboard, keyboardReport, usages } from '../hid/keyboard.ts'
import type { KeyboardLayoutId } from '../hid/keyboard-layouts.ts'
import type { ReportDescriptor } from '../hid/report-descriptor.ts'
import type { HidSystem } from '../hid/sysfs.ts'
import type { DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { commonPosReport, createHidPosDecoder, posReport, posUsages } from './hid-pos.ts'
import { createWedgeDecoder, type WedgeEnd } from './keyboard-wedge.ts'
import type { ScanDecoder } from './scanner-device.ts'
import { createScannerDevice } from './scanner-device.ts'
import type { ScannerPort } from './scanner-port.ts'

export type HidScannerProtocol = 'hid-pos' | 'keyboard'

export interface HidScannerOptions {
  readonly name: string
  /** `hid:serial=SN`, `hid:port=1-1.4`, `hid:/dev/hidraw0`, or a stream that carries such reports. */
  readonly address: string
  /** What the device itself says when left out; a keyboard where it says nothing. */
  readonly protocol?: HidScannerProtocol | undefined
  /** What its keys mean, for a keyboard; default `us`, which scanners are delivered with. */
  readonly layout?: KeyboardLayoutId | undefined
  /** Default `enter`. */
  readonly endsWith?: WedgeEnd | undefined
  /** Default true. */
  readonly autoDisable?: boolean | undefined
  readonly clock?: DriverClock | undefined
  readonly system?: HidSystem | undefined
}

/** A USB scanner, read from the device itself: in HID POS mode, or as the keyboard that it plays. */
export function createHidScanner(options: HidScannerOptions): ScannerPort {
  const { name, address, autoDisable, clock } = options
  const stream = createHidStream(address, options.system)
  return createScannerDevice({
    name,
    stream,
    autoDisable,
    clock,
    decoder: () => decoderFor(stream.descriptor(), options),
  })
}

function decoderFor(descriptor: ReportDescriptor | null, options: HidScannerOptions): ScanDecoder {
  const { layout = 'us', endsWith = 'enter' } = options
  const protocol = options.protocol ?? (descriptor === null ? 'keyboard' : protocolOf(descriptor))
  switch (protocol) {
    case 'hid-pos': {
      const where = descriptor === null ? commonPosReport : posReport(descriptor)
      if (where !== null) return createHidPosDecoder(where, descriptor ?? commonPosReport)
      break
    }
    case 'keyboard': {
      const where = descriptor === null ? bootKeyboard : keyboardReport(descriptor)
      if (where !== null) return createWedgeDecoder(where, descriptor ?? bootKeyboard, { layout, endsWith })
      break
    }
    case null:
      break
    default:
      return unreachable(protocol)
  }
  throw deviceFailure(
    'illegal',
    `read the reports of ${options.address}`,
    `${options.address} is ${protocol === null ? 'no scanner' : `no scanner in ${protocol} mode`}: it sends other reports. Check the address, or set the scanner to HID POS or keyboard mode with the barcodes in its manual.`,
  )
}

function protocolOf({ applications }: ReportDescriptor): HidScannerProtocol | null {
  if (applications.includes(posUsages.scanner)) return 'hid-pos'
  return applications.includes(usages.keyboard) ? 'keyboard' : null
}
