import { z } from 'zod'
import { baud, deviceAddress, doc } from './doc.ts'

/** Printer models as `drivers/pos-printer/profiles.ts` knows them, with the width of their paper. */
export const printerPaperMm = {
  'epson-80': 80,
  'epson-tm-t88v': 80,
  'epson-tm-t88vi': 80,
  'epson-tm-t20iii': 80,
  'epson-tm-m30iii': 80,
  'epson-tm-t70ii-ch': 80,
  'bixolon-srp-350iii': 80,
  'citizen-ct-s310ii': 80,
  'xprinter-xp-t80q': 80,
  'netum-nt-5890k': 58,
  'generic-80': 80,
  'generic-80-jp': 80,
  'generic-58': 58,
} as const
export type PrinterModel = keyof typeof printerPaperMm

const model = <const M extends readonly [string, ...string[]]>(models: M, what: string) =>
  doc(z.enum(models), `${what}: ${models.join(', ')}`, models[0])

const keyboardLayout = doc(
  z.enum(['us', 'de', 'fr']).exactOptional(),
  'what its keys mean in mode "keyboard", "us" unless given',
  'us',
)

/** A device the lane can do without: null where it has none. */
function optional<S extends z.ZodRawShape>(what: string, address: string, shape: S) {
  return doc(
    z.strictObject({ address: deviceAddress, baud: baud.exactOptional(), ...shape }).nullable(),
    `${what}; null without one`,
    { address },
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
        logo: doc(
          z.string().min(1).exactOptional(),
          'picture file (PNG) for the head of every paper; a relative path begins at the data folder',
          'logo.png',
        ),
      })
      .nullable(),
    'receipt printer; null where every receipt is electronic',
    null,
  ),
  cashDrawer: optional('cash drawer; "printer" is the one behind the receipt printer', 'printer', {
    pin: doc(z.literal([2, 5]).exactOptional(), 'pin of its plug that opens it, 2 unless given', 2),
    openLevel: doc(
      z.enum(['low', 'high', 'none']).exactOptional(),
      'level of its sensor while it is open, "high" unless given; "none" without a sensor',
      'high',
    ),
    pulseMs: doc(
      z.int().min(2).max(510).exactOptional(),
      'how long its magnet is driven, in milliseconds, 100 unless given',
      100,
    ),
  }),
  scanner: doc(
    z
      .strictObject({
        address: deviceAddress,
        baud: baud.exactOptional(),
        model: doc(
          z.enum(['hid-pos', 'keyboard']).exactOptional(),
          'mode of a scanner at hid:…, "hid-pos" or "keyboard"; what it says itself unless given',
          'hid-pos',
        ),
        layout: keyboardLayout,
        endsWith: doc(
          z.enum(['enter', 'silence']).exactOptional(),
          'what ends a read in mode "keyboard": Enter or Tab unless given; "silence" where it types neither',
          'enter',
        ),
      })
      .nullable(),
    'barcode scanner; null only for a vending lane',
    null,
  ),
  scale: optional('scale for what is sold by weight', 'serial:/dev/ttyUSB1', {
    model: model(['toledo-8217', 'mt-sics'], 'what the scale speaks'),
    maxGrams: doc(
      z.int().min(1).max(1_000_000).exactOptional(),
      'what it carries, 15000 unless given',
      15_000,
    ),
    divisionGrams: doc(z.int().min(1).max(1000).exactOptional(), 'the steps it weighs in, 5 unless given', 5),
  }),
  cardReader: optional('smart card reader for member cards; "pcsc:" is any, "pcsc:ACR122" one', 'pcsc:', {
    member: doc(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('uid') }),
        z.strictObject({
          kind: z.literal('file'),
          aid: z.string().regex(/^(?:[0-9A-Fa-f]{2}){5,16}$/, 'must be 5 to 16 bytes in hex'),
          fileId: z
            .string()
            .regex(/^[0-9A-Fa-f]{4}$/, 'must be two bytes in hex')
            .exactOptional(),
          offset: z.int().min(0).max(32_767).exactOptional(),
          length: z.int().min(1).max(64).exactOptional(),
        }),
      ]),
      "where a member's number stands: the card's serial number, or a file of an application",
      { kind: 'uid' },
    ),
  }),
  stripeReader: optional('magnetic stripe reader for loyalty cards', 'hid:serial=READER', {
    model: doc(
      z.enum(['hid', 'keyboard']).exactOptional(),
      'mode of the reader, "hid" or "keyboard"; what it says itself unless given',
      'hid',
    ),
    layout: keyboardLayout,
    memberPrefixes: doc(
      z
        .array(z.string().regex(/^[0-9A-Za-z]{1,12}$/, 'must be 1 to 12 letters and digits'))
        .readonly()
        .exactOptional(),
      "what the numbers of the shop's cards begin with; any card that is no payment card unless given",
      ['88'],
    ),
  }),
  lineDisplay: optional('customer display', 'serial:/dev/ttyUSB2', {
    model: model(['epson-dm-d', 'cd5220', 'cd5220-gb18030'], 'commands and characters of the display'),
  }),
  lights: optional('status lamp', 'serial:/dev/ttyUSB3', {
    model: model(['lcus', 'pns'], 'relay board or light tower'),
    colours: doc(
      z
        .array(z.enum(['red', 'amber', 'green', 'blue', 'white', 'alarm']))
        .min(1)
        .max(8)
        .readonly(),
      'what hangs on the relays, relay 1 first ("alarm" is a buzzer); or the tiers of the tower from the top',
      ['red', 'amber', 'green'],
    ),
  }),
  toneIndicator: optional('beeper; "lights" is the alarm of the status lamp', 'lights', {
    relay: doc(z.int().min(1).max(8).exactOptional(), 'relay of a board of its own, 1 unless given', 1),
  }),
  vending: optional('controller of a vending machine', 'serial:/dev/ttyACM0', {
    model: model(['motor-board', 'qibixx'], 'what the controller speaks'),
  }),
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

/** With its baud rate in its address, as `drivers/byte-stream` reads it; or its address is "emulated". */
type Completed<V> = V extends { readonly address: string } ? Omit<V, 'baud'> : null

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

export type OptionalDevices = { readonly [K in OptionalDevice]: Completed<DeviceValues[K]> }

export interface LaneDevices extends OptionalDevices {
  readonly printer: {
    readonly address: string
    readonly model: PrinterModel
    readonly paperMm: 58 | 80
    readonly logo?: string
  } | null
  readonly scanner: Completed<DeviceValues['scanner']>
  readonly camera: DeviceValues['camera']
}

/** `within` makes a relative path one of the data folder. */
export function completeDevices(values: DeviceValues, within: (name: string) => string): LaneDevices {
  const { printer, scanner, camera } = values
  const others = optionalDevices.map((name) => [name, completed(values[name])] as const)
  return {
    ...(Object.fromEntries(others) as OptionalDevices),
    printer: printer && {
      address: withBaud(printer.address, printer.baud),
      model: printer.model,
      paperMm: printerPaperMm[printer.model],
      ...(printer.logo === undefined ? {} : { logo: within(printer.logo) }),
    },
    scanner: completed(scanner),
    camera: { ...camera, ...(camera.path === undefined ? {} : { path: within(camera.path) }) },
  }
}

function completed<V extends { readonly address: string; readonly baud?: number }>(
  values: V | null,
): Completed<V> | null {
  if (values === null) return null
  const { baud: rate, ...rest } = values
  return { ...rest, address: withBaud(values.address, rate) } as Completed<V>
}

function withBaud(address: string, rate: number | undefined): string {
  if (rate === undefined || !address.startsWith('serial:') || /[?&]baud=/.test(address)) return address
  return `${address}${address.includes('?') ? '&' : '?'}baud=${rate}`
}
