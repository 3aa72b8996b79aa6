import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { ProviderTimetable } from '../port.ts'

/** A sandbox or a simulator may be asked faster than a real wallet, so that a test need not wait a minute. */
export const timetableSchema = z.object({
  firstQueryMs: z.number().int().min(0).exactOptional(),
  everyMs: z.number().int().min(10).exactOptional(),
  patienceMs: z.number().int().min(0).exactOptional(),
  cancelNotBeforeMs: z.number().int().min(0).exactOptional(),
})

export const privateKeySchema = rsaKey('private', createPrivateKey)
export const publicKeySchema = rsaKey('public', createPublicKey)

/** Text that is such a key: a mistaken one stops the start, not the first payment. */
function rsaKey(kind: 'private' | 'public', read: (pem: string) => KeyObject) {
  const begins = new RegExp(`^-----BEGIN (?:RSA )?${kind.toUpperCase()} KEY-----`)
  // The SDK takes a line end at the end for a part of the key.
  return z
    .string()
    .transform((pem) => pem.trim())
    .refine(
      (pem) => begins.test(pem) && isRsa(pem, read),
      `must be an RSA ${kind} key in PEM form: -----BEGIN ${kind.toUpperCase()} KEY-----`,
    )
}

function isRsa(pem: string, read: (pem: string) => KeyObject): boolean {
  try {
    return read(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

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
