/** Protocol Buffers' wire format, as far as ONNX models need it. Source: protobuf.dev/programming-guides/encoding. */

const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

export interface Field {
  readonly number: number
  readonly isBytes: boolean
  /** The whole field, key included: what is copied when it is not understood. */
  readonly whole: Uint8Array
  /** A varint's own bytes, or the content of a length-delimited field. */
  readonly value: Uint8Array
}

/** The fields of a message, in the order of the file. Throws when the bytes are no message. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  for (let at = 0; at < message.length;) {
    const key = varintAt(message, at)
    const { start, end } = valueAt(message, key.end, key.value & 7)
    if (end > message.length) throw new Error('A field runs past the end of its message')
    yield {
      number: key.value >>> 3,
      isBytes: (key.value & 7) === wire.bytes,
      whole: message.subarray(at, end),
      value: message.subarray(start, end),
    }
    at = end
  }
}

export function textOf({ value }: Field): string {
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString()
}

/** Of a varint up to 2^53. */
export function numberOf({ value }: Field): number {
  return varintAt(value, 0).value
}

/** Of a repeated varint, which may be packed into one field. */
export function numbersOf(field: Field): number[] {
  if (!field.isBytes) return [numberOf(field)]
  const numbers: number[] = []
  for (let at = 0; at < field.value.length;) {
    const { value, end } = varintAt(field.value, at)
    numbers.push(value)
    at = end
  }
  return numbers
}

export function message(field: number, parts: readonly Uint8Array[]): Buffer {
  return bytes(field, Buffer.concat(parts))
}

export function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value))
}

export function bytes(field: number, value: Uint8Array): Buffer {
  return Buffer.concat([varint((field << 3) | wire.bytes), varint(value.length), value])
}

/** A whole number from 0 to 2^32 - 1. */
export function whole(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)])
}

function varint(value: number): Buffer {
  const out: number[] = []
  let rest = value >>> 0
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return Buffer.from([...out, rest])
}

function valueAt(from: Uint8Array, at: number, type: number): { start: number; end: number } {
  switch (type) {
    case wire.varint:
      return { start: at, end: varintAt(from, at).end }
    case wire.fixed64:
      return { start: at, end: at + 8 }
    case wire.fixed32:
      return { start: at, end: at + 4 }
    case wire.bytes: {
      const length = varintAt(from, at)
      return { start: length.end, end: length.end + length.value }
    }
    default:
      throw new Error(`Wire type ${type} is not one of Protocol Buffers`)
  }
}

function varintAt(from: Uint8Array, start: number): { value: number; end: number } {
  let value = 0
  let scale = 1
  for (let at = start; at < from.length; at++) {
    const byte = from[at]!
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return { value, end: at + 1 }
    scale *= 128
  }
  throw new Error('A varint runs past the end of the model')
}
