import { z } from 'zod'
import { baud, deviceAddress, doc } from './doc.ts'

/** Printer models as `drivers/pos-printer/profiles.ts` knows them, with the width of their paper. */
export const printerPaperMm = { 'epson-80': 80, 'generic-80': 80, 'generic-58': 58 } as const
export type PrinterModel = keyof typeof printerPaperMm

const model = doc(
  z.string().regex(/^[a-z0-9][a-z0-9.-]{0,47}$/, 'must be 1 to 48 of a-z, 0-9, "." and "-"'),
  'model or protocol, as drivers/README.md lists them for the device',
  'toledo-8217',
)

/** A device the lane can do without: null where it has none. */
function optional(what: string, address: string, models: string) {
  return doc(
    z
      .strictObject({ address: deviceAddress, model: model.exactOptional(), baud: baud.exactOptional() })
      .nullable(),
    `${what}; null without one`,
    { address, ...(models === '' ? {} : { model: models }) },
  )
}

export const devicesSchema = z.strictObject({
  printer: doc(
    z
      .strictObject({
        address: deviceAddress,
        model: doc(
          z.enum(Object.keys(printerPaperMm) as [PrinterModel, ...PrinterModel[]]),
          'printer model, which also says the width of the paper: 80 or 58 mm',
          'epson-80',
        ),
        baud: baud.exactOptional(),
      })
      .nullable(),
    'receipt printer; null where every receipt is electronic',
    null,
  ),
  cashDrawer: optional('cash drawer; "printer" is the one behind the receipt printer', 'printer', ''),
  scanner: doc(
    z.strictObject({ address: deviceAddress, baud: baud.exactOptional() }).nullable(),
    'barcode scanner; null only for a vending lane',
    null,
  ),
  scale: optional('scale for what is sold by weight', 'serial:/dev/ttyUSB1', 'toledo-8217'),
  cardReader: optional('smart card reader for member cards', 'pcsc:', ''),
  stripeReader: optional('magnetic stripe reader for loyalty cards', 'hid:by-id:READER', ''),
  lineDisplay: optional('customer display', 'serial:/dev/ttyUSB2', 'cd-5220'),
  lights: optional('status lamp', 'serial:/dev/ttyUSB3', ''),
  toneIndicator: optional('beeper', 'printer', ''),
  vending: optional('controller of a vending machine', 'serial:/dev/ttyACM0', 'mdb-usb'),
  camera: z.strictObject({
    kind: doc(
      z.enum(['renderer', 'v4l2', 'replay']),
      '"renderer" is the camera of the screen; "v4l2" one that the lane itself reads through ffmpeg; "replay" plays a recording and makes this a bench lane',
      'renderer',
    ),
    device: doc(
      z
        .string()
        .regex(/^\/dev\/[\w./:+@-]{1,200}$/, 'is not a device file')
        .exactOptional(),
      'camera of kind "v4l2": /dev/video0, or better its name in /dev/v4l/by-id/',
      '/dev/v4l/by-id/usb-ACME_Camera_0001-video-index0',
    ),
    widthPx: doc(
      z.int().min(160).max(4096).exactOptional(),
      'width asked of a "v4l2" camera, 1280 unless given',
      1280,
    ),
    heightPx: doc(z.int().min(120).max(4096).exactOptional(), 'height asked of it, 720 unless given', 720),
    framesPerSecond: doc(z.int().min(1).max(60).exactOptional(), 'pictures a second, 15 unless given', 15),
    mirror: doc(z.boolean().exactOptional(), 'whether its pictures are turned as a mirror does', false),
    exposure: doc(
      z.union([z.literal('auto'), z.int().min(1).max(10_000)]).exactOptional(),
      '"auto", or the exposure time in units of 100 microseconds; set with v4l2-ctl',
      'auto',
    ),
    path: doc(
      z.string().min(1).exactOptional(),
      'MJPEG file a replay begins with; a relative path begins at the data folder',
      'recordings/visitor.mjpeg',
    ),
  }),
})
type DeviceValues = z.infer<typeof devicesSchema>

/** A device with its baud rate in its address, as `drivers/byte-stream` reads it, or "emulated". */
export interface LaneDevice {
  readonly address: string
  readonly model?: string
}

/** The devices without which a lane still sells. */
export const optionalDevices = [
  'cashDrawer',
  'scale',
  'cardReader',
  'stripeReader',
  'lineDisplay',
  'lights',
  'toneIndicator',
  'vending',
] as const
export type OptionalDevice = (typeof optionalDevices)[number]

export interface LaneDevices extends Readonly<Record<OptionalDevice, LaneDevice | null>> {
  readonly printer: {
    readonly address: string
    readonly model: PrinterModel
    readonly paperMm: 58 | 80
  } | null
  readonly scanner: { readonly address: string } | null
  readonly camera: DeviceValues['camera']
}

/** `within` makes a relative path one of the data folder. */
export function completeDevices(values: DeviceValues, within: (name: string) => string): LaneDevices {
  const { printer, scanner, camera } = values
  const others = optionalDevices.map((name) => [name, optionalDevice(values[name])] as const)
  return {
    ...(Object.fromEntries(others) as Record<OptionalDevice, LaneDevice | null>),
    printer: printer && {
      address: withBaud(printer.address, printer.baud),
      model: printer.model,
      paperMm: printerPaperMm[printer.model],
    },
    scanner: scanner && { address: withBaud(scanner.address, scanner.baud) },
    camera: { ...camera, ...(camera.path === undefined ? {} : { path: within(camera.path) }) },
  }
}

function optionalDevice(values: DeviceValues[OptionalDevice]): LaneDevice | null {
  if (values === null) return null
  const { address, baud: rate, model: named } = values
  return { address: withBaud(address, rate), ...(named === undefined ? {} : { model: named }) }
}

function withBaud(address: string, rate: number | undefined): string {
  if (rate === undefined || !address.startsWith('serial:') || /[?&]baud=/.test(address)) return address
  return `${address}${address.includes('?') ? '&' : '?'}baud=${rate}`
}
