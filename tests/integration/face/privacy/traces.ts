import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

/** Bytes that must not be found anywhere, and what they would betray. */
export interface Trace {
  readonly what: string
  /** At least 8 bytes that do not occur by chance. */
  readonly bytes: Uint8Array
}

const PREFIX_LENGTH = 3
/** Every so many values of a template one place is looked for, in every form. */
const VALUES_BETWEEN_PLACES = 16

/** Looks for many traces in one pass over the bytes. */
export class TraceScanner {
  readonly #byPrefix = new Map<number, Trace[]>()
  readonly #prefixes = new Uint8Array(2 ** 21)

  constructor(traces: readonly Trace[]) {
    for (const trace of traces) {
      if (trace.bytes.length < 8) throw new Error(`${trace.what}: too short to mean anything`)
      const prefix = prefixAt(trace.bytes, 0)
      this.#prefixes[prefix >> 3]! |= 1 << (prefix & 7)
      this.#byPrefix.set(prefix, [...(this.#byPrefix.get(prefix) ?? []), trace])
    }
  }

  /** What was found, each kind once; empty when nothing was. Pictures are found without a trace of them. */
  scan(bytes: Uint8Array): string[] {
    const found = new Set<string>(picturesIn(bytes))
    for (let at = 0; at + PREFIX_LENGTH <= bytes.length; at += 1) {
      const prefix = prefixAt(bytes, at)
      if ((this.#prefixes[prefix >> 3]! & (1 << (prefix & 7))) === 0) continue
      for (const { what, bytes: wanted } of this.#byPrefix.get(prefix) ?? [])
        if (startsWith(bytes, at, wanted)) found.add(what)
    }
    return [...found].toSorted()
  }
}

/** A template in every form in which a program would write it down: binary, base64, hexadecimal, decimal text. */
export function templateTraces(what: string, template: Float32Array): Trace[] {
  const single = Buffer.from(template.buffer, template.byteOffset, template.byteLength)
  const double = Buffer.from(Float64Array.from(template).buffer)
  const traces: Trace[] = []
  const add = (form: string, bytes: Uint8Array) => void traces.push({ what: `${what} as ${form}`, bytes })
  for (let value = 0; value + 8 <= template.length; value += VALUES_BETWEEN_PLACES) {
    const four = single.subarray(value * 4, value * 4 + 16)
    add('float32', four)
    add('float32, big-endian', Buffer.from(four).swap32())
    // The low bytes of a double that was a float are zeros, as half of any file is.
    add('float64', double.subarray(value * 8 + 3, value * 8 + 19))
    add('hexadecimal', Buffer.from(four.toString('hex')))
    // Base64 of the whole array: one of three neighbouring places falls on its grid, whatever stood before.
    for (let shift = 0; shift < 3; shift += 1)
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = single.subarray(value * 4 + shift, value * 4 + shift + 18).toString(encoding)
        add('base64', Buffer.from(text))
      }
    const text = String(template[value]!)
    // "-0.0123456789": twelve characters and more are no coincidence.
    if (text.length >= 12) add('decimal text', Buffer.from(text.slice(0, 12)))
  }
  return traces
}

/** Places of a picture file, and of its pixels, that no other file has. */
export function pictureTraces(what: string, bytes: Uint8Array, places = 200): Trace[] {
  const length = 24
  const step = Math.max(length, Math.floor(bytes.length / places))
  const traces: Trace[] = []
  for (let at = 0; at + length <= bytes.length; at += step) {
    const window = bytes.slice(at, at + length)
    // Plain areas look like any other plain area.
    if (new Set(window).size >= 12) traces.push({ what, bytes: window })
  }
  return traces
}

/** Every file below a folder, by its path from there. */
export function filesBelow(folder: string): { readonly name: string; readonly bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ name: path.relative(folder, file), bytes: readFileSync(file) }))
}

/** JPEG by its first two segments (a ciphertext has the first three bytes now and then), PNG and WebP by their marks. */
function picturesIn(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: string[] = []
  if (buffer.includes(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) found.push('a PNG picture')
  for (let at = buffer.indexOf('RIFF'); at !== -1; at = buffer.indexOf('RIFF', at + 1))
    if (buffer.subarray(at + 8, at + 12).toString('latin1') === 'WEBP') found.push('a WebP picture')
  const start = Buffer.from([0xff, 0xd8, 0xff])
  for (let at = buffer.indexOf(start); at !== -1; at = buffer.indexOf(start, at + 1)) {
    if (at + 6 > buffer.length || buffer[at + 3]! < 0xc0) continue
    const next = at + 4 + buffer.readUInt16BE(at + 4)
    if (buffer[next] === 0xff && (buffer[next + 1] ?? 0) >= 0xc0) found.push('a JPEG picture')
  }
  return found
}

function prefixAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
}

function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  if (at + wanted.length > bytes.length) return false
  for (let index = PREFIX_LENGTH; index < wanted.length; index += 1)
    if (bytes[at + index] !== wanted[index]) return false
  return true
}
