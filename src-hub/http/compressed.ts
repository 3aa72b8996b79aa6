import { promisify } from 'node:util'
import zlib from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import { bodyEncodings, type BodyEncoding } from '../../src-main/contract/hubApi.ts'
import { Refusal } from '../refusal.ts'
import { bodyBytes } from './bodies.ts'

type Decompress = (body: Uint8Array, options: zlib.ZlibOptions & zlib.ZstdOptions) => Promise<Buffer>

const decompress: Record<BodyEncoding, Decompress> = {
  zstd: promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress),
  gzip: promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip),
}

/** A batch of the journal has a megabyte; Node's own 16 KB would be sixty ways to the thread pool and back. */
const chunkSize = 256 * 1024

/**
 * The body as it was before its `content-encoding`; at most `limit` bytes of it ever exist. Off the event loop, and
 * only for a body whose signature held.
 */
export async function decodedBody(request: FastifyRequest, limit: number): Promise<Buffer> {
  const name = request.headers['content-encoding'] ?? 'identity'
  const body = bodyBytes(request)
  if (name === 'identity') return body
  const encoding = bodyEncodings.find((known) => known === name)
  if (encoding === undefined) {
    throw new Refusal(415, 'http.badEncoding', `content-encoding is one of ${bodyEncodings.join(', ')}.`)
  }
  try {
    return await decompress[encoding](body, { maxOutputLength: limit, chunkSize })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Refusal(413, 'http.tooLarge', `The body is more than ${limit} bytes once it is decompressed.`)
    }
    throw new Refusal(400, 'http.badEncoding', `The body is not ${encoding}.`)
  }
}
