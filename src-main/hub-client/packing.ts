import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { batchContentType, bodyEncodings, type BodyEncoding } from '../contract/hubApi.ts'
import { type BatchEntry, encodeBatch } from '../domain/journal/batch.ts'

/** What a call says, before it is packed. */
export interface PlainBody {
  readonly bytes: Uint8Array
  readonly contentType: string
}

export interface PackedBody extends PlainBody {
  /** Null for a plain body. */
  readonly encoding: BodyEncoding | null
}

export function jsonBody(request: object): PlainBody {
  return { bytes: Buffer.from(JSON.stringify(request)), contentType: 'application/json' }
}

export function batchBody(entries: readonly BatchEntry[]): PlainBody {
  return { bytes: encodeBatch(entries), contentType: batchContentType }
}

/** Below this a body gains nothing. */
const worthPackingBytes = 1024

const zstdCompress = promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdCompress)
/** Level 1 packs a batch as small as the default does: nearly all of it is what entries have in common. */
const zstdOptions = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } }

const compress: Record<BodyEncoding, (body: Uint8Array) => Promise<Buffer>> = {
  zstd: (body) => zstdCompress(body, zstdOptions),
  gzip: promisify<Uint8Array, Buffer>(zlib.gzip),
}

export type Pack = (body: PlainBody, understood?: readonly string[]) => Promise<PackedBody>

/**
 * Batches of the journal travel packed, in the best way the hub said it can unpack; off the event loop, and one after
 * the other, so that they leave in the order of the journal.
 */
export function createPacking(): Pack {
  let before: Promise<unknown> = Promise.resolve()
  return async (body, understood = []) => {
    const encoding = bodyEncodings.find((known) => understood.includes(known)) ?? null
    const isWorthIt = body.contentType === batchContentType && body.bytes.length >= worthPackingBytes
    if (!isWorthIt || encoding === null) return { ...body, encoding: null }
    const packing = before.then(() => compress[encoding](body.bytes))
    before = packing.catch(() => undefined)
    return { ...body, bytes: await packing, encoding }
  }
}
