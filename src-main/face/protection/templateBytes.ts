import { endianness } from 'node:os'

/** How a template is sealed: float32, little-endian, whatever the machine. */
export const BYTES_PER_VALUE = 4

const isLittleEndian = endianness() === 'LE'

/** A copy; the caller overwrites it after use. */
export function templateToBytes(template: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(template.byteLength)
  bytes.set(new Uint8Array(template.buffer, template.byteOffset, template.byteLength))
  return isLittleEndian ? bytes : bytes.swap32()
}

/** Writes the template that `bytes` hold into `into`, which is as long as they are. */
export function bytesIntoTemplate(bytes: Uint8Array, into: Float32Array): void {
  if (bytes.length !== into.byteLength)
    throw new Error(`${bytes.length} bytes are not a template of ${into.length} values`)
  const target = Buffer.from(into.buffer, into.byteOffset, into.byteLength)
  target.set(bytes)
  if (!isLittleEndian) target.swap32()
}
