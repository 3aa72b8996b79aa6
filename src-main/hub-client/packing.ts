import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { bodyEncodings, type BodyEncoding, type HubRoute } from '../contract/hubApi.ts'

export interface Packed {
  readonly bytes: Uint8Array
  /** Null for a plain body. */
  readonly encoding: BodyEncoding | null
}

/** Below this a body gains nothing. */
const worthPackingBytes = 1024

const compress: Record<BodyEncoding, (body: Uint8Array) => Promise<Buffer>> = {
  zstd: promisify<Uint8Array, Buffer>(zlib.zstdCompress),
  gzip: promisify<Uint8Array, Buffer>(zlib.gzip),
}

/** Batches of the journal travel packed, in the best way the hub said it can unpack; off the event loop. */
export async function packed(
  route: HubRoute,
  body: Uint8Array,
  understood: readonly string[] = [],
): Promise<Packed> {
  const encoding = bodyEncodings.find((known) => understood.includes(known)) ?? null
  if (route !== 'append' || encoding === null || body.length < worthPackingBytes)
    return { bytes: body, encoding: null }
  return { bytes: await compress[encoding](body), encoding }
}
