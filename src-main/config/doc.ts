import { z } from 'zod'

export const emulated = 'emulated'

/** What `--help` and error messages say about a value. */
export function doc<S extends z.ZodType>(schema: S, description: string, example: unknown): S {
  return schema.meta({ description, example })
}

/** The notations of `drivers/README.md`; the driver that opens an address reads it in full. */
const addressPattern =
  /^(?:emulated|serial:[^?\s]+(?:\?\S*)?|tcp:\/\/\S+:\d{1,5}|usb:\S+|hid:\S+|wedge:\S+|pcsc:.*|printer|lights)$/

export const deviceAddress = doc(
  z.string().regex(addressPattern, 'is not the address of a device'),
  'where the device is: serial:PATH, serial:by-id:NAME, tcp://HOST:PORT, usb:VID:PID, or "emulated" in development',
  'serial:/dev/ttyUSB0',
)

export const baud = doc(
  z.int().min(300).max(4_000_000),
  'bits per second of a serial device, where its address does not say them',
  9600,
)
