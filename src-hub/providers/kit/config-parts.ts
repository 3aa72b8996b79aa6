import { z } from 'zod'
import type { ProviderTimetable } from '../port.ts'

/** A sandbox or a simulator may be asked faster than a real wallet, so that a test need not wait a minute. */
export const timetableSchema = z.object({
  firstQueryMs: z.number().int().min(0).exactOptional(),
  everyMs: z.number().int().min(10).exactOptional(),
  patienceMs: z.number().int().min(0).exactOptional(),
  cancelNotBeforeMs: z.number().int().min(0).exactOptional(),
})

export const pemSchema = z
  .string()
  .regex(/^\s*-----BEGIN (?:RSA )?(?:PRIVATE|PUBLIC) KEY-----/, 'must be a key in PEM form')
  // The SDK takes a line end at the end for a part of the key.
  .transform((pem) => pem.trim())

export const webAddressSchema = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
  .transform((url) => url.replace(/\/+$/, ''))

interface Sandboxed {
  readonly sandbox: boolean
  readonly timetable?: z.infer<typeof timetableSchema>
}

/** Real money goes over TLS and by the wallet's own timetable. */
export function refuseInProduction(
  config: Sandboxed,
  address: string,
  field: string,
  context: z.RefinementCtx,
): void {
  if (config.sandbox) return
  if (!address.startsWith('https:')) {
    context.addIssue({ code: 'custom', path: [field], message: 'must be https without "sandbox": true' })
  }
  if (config.timetable !== undefined) {
    context.addIssue({ code: 'custom', path: ['timetable'], message: 'is taken with "sandbox": true only' })
  }
}

export function timetableFrom(
  standard: ProviderTimetable,
  changed: z.infer<typeof timetableSchema> = {},
): ProviderTimetable {
  return { ...standard, ...changed }
}
