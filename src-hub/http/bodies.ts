import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Refusal } from '../refusal.ts'

/** The body's bytes as they came; empty when there was none. */
export function bodyBytes(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

/** Reads a JSON body against its schema, or refuses it with the first thing that is wrong. */
export function readBody<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  const parsed = schema.safeParse(parseJson(bytes))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue?.path.map(String).join('.') ?? ''
  const problem = `${where === '' ? 'body' : where}: ${issue?.message ?? 'invalid'}`
  throw new Refusal(400, 'http.badBody', problem.slice(0, 300))
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Refusal(400, 'http.badJson', 'The body is not JSON in UTF-8.')
  }
}

/** The named parts of the address, or a refusal. */
export function readParams<T>(schema: z.ZodType<T>, request: FastifyRequest): T {
  const parsed = schema.safeParse(request.params)
  if (parsed.success) return parsed.data
  throw new Refusal(400, 'http.badPath', 'A part of the address is not valid.')
}
