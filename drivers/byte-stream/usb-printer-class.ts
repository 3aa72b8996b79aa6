import type { UsbConfigurationLike, UsbDeviceLike } from './usb-device.ts'

/** USB Device Class Definition for Printing Devices 1.1, 5.1: class 7, subclass 1. */
const printerClass = 7
/** Protocol 2 is bidirectional; 1 has no way to answer, 3 is IEEE 1284.4 packets. */
const bidirectional = 2
/** Receipt printers in "vendor class" mode have the same two endpoints. */
const vendorClass = 255

/** Where the bytes of a printer go in and out. */
export interface PrinterPipes {
  readonly configurationValue: number
  readonly interfaceNumber: number
  readonly alternateSetting: number
  readonly inEndpoint: number
  readonly outEndpoint: number
  readonly inPacketBytes: number
}

/** The bidirectional printer interface, else a vendor's with both bulk endpoints; null when there is neither. */
export function printerPipes(configurations: readonly UsbConfigurationLike[]): PrinterPipes | null {
  const all = configurations.flatMap(({ configurationValue, interfaces }) =>
    interfaces.flatMap(({ interfaceNumber, alternates }) =>
      alternates.flatMap((alternate) => {
        const bulk = alternate.endpoints.filter(({ type }) => type === 'bulk')
        const input = bulk.find(({ direction }) => direction === 'in')
        const output = bulk.find(({ direction }) => direction === 'out')
        if (input === undefined || output === undefined) return []
        const pipes: PrinterPipes = {
          configurationValue,
          interfaceNumber,
          alternateSetting: alternate.alternateSetting,
          inEndpoint: input.endpointNumber,
          outEndpoint: output.endpointNumber,
          inPacketBytes: input.packetSize,
        }
        const { interfaceClass, interfaceProtocol } = alternate
        return [{ pipes, interfaceClass, interfaceProtocol }]
      }),
    ),
  )
  const printer = all.find(
    ({ interfaceClass, interfaceProtocol }) =>
      interfaceClass === printerClass && interfaceProtocol === bidirectional,
  )
  return (printer ?? all.find(({ interfaceClass }) => interfaceClass === vendorClass))?.pipes ?? null
}

/** IEEE 1284 device id: `MFG`, `MDL`, `CMD`, `SN` and others by their short names. */
export type DeviceId = Readonly<Record<string, string>>

const longNames: Readonly<Record<string, string>> = {
  MANUFACTURER: 'MFG',
  MODEL: 'MDL',
  'COMMAND SET': 'CMD',
  CLASS: 'CLS',
  SERIALNUMBER: 'SN',
  SERN: 'SN',
}

/** Reads the answer to GET_DEVICE_ID: two bytes of length, most significant first, themselves included, then KEY:VALUE; pairs. */
export function parseDeviceId(bytes: Uint8Array): DeviceId {
  const [high = 0, low = 0] = bytes
  const text = Buffer.from(bytes.subarray(2, Math.max(2, high * 256 + low))).toString('latin1')
  const fields: Record<string, string> = {}
  for (const pair of text.split(';')) {
    const [key = '', ...value] = pair.split(':')
    const name = key.trim().toUpperCase()
    if (/^[A-Z][A-Z0-9 ]*$/.test(name)) fields[longNames[name] ?? name] = value.join(':').trim()
  }
  return fields
}

/** GET_DEVICE_ID of an opened device whose interface is claimed (printing class 1.1, 4.2.1). */
export async function readDeviceId(device: UsbDeviceLike, pipes: PrinterPipes): Promise<DeviceId> {
  const { data } = await device.controlTransferIn(
    {
      requestType: 'class',
      recipient: 'interface',
      request: 0,
      value: pipes.configurationValue - 1,
      index: pipes.interfaceNumber * 256 + pipes.alternateSetting,
    },
    1024,
  )
  return data === undefined
    ? {}
    : parseDeviceId(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}
