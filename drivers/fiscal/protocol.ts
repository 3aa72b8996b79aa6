import { z } from 'zod'
import { fiscalSignatureSchema } from '../../src-main/contract/fiscal.ts'

/**
 * The wire of a fiscal device on the network: one JSON object a line over TCP, each request answered by one reply with
 * its `id`. Functions and errors are named as in BSI TR-03151 and TR-03153, which fix what a device does and leave the
 * wire to its maker.
 */
export const requestSchema = z.discriminatedUnion('function', [
  z.object({
    id: z.number().int(),
    function: z.literal('StartTransaction'),
    clientId: z.string().min(1).max(30),
  }),
  z.object({
    id: z.number().int(),
    function: z.enum(['UpdateTransaction', 'FinishTransaction']),
    clientId: z.string().min(1).max(30),
    transactionNumber: z.number().int().min(1),
    processType: z.string().max(100),
    processData: z.string().max(4096),
  }),
  z.object({
    id: z.number().int(),
    function: z.literal('GetStartedTransactionList'),
    clientId: z.string().min(1).max(30),
  }),
  z.object({
    id: z.number().int(),
    function: z.literal('GetTransaction'),
    clientId: z.string().min(1).max(30),
    transactionNumber: z.number().int().min(1),
  }),
])
export type FiscalRequest = z.infer<typeof requestSchema>

export const fiscalErrors = [
  'ErrorTransactionNumberNotFound',
  'ErrorStorageFailure',
  'ErrorCertificateExpired',
  'ErrorParameter',
] as const
export type FiscalError = (typeof fiscalErrors)[number]

const logEntrySchema = z.object({
  transactionNumber: z.number().int().min(1),
  signatureCounter: z.number().int().min(1),
  logTime: z.iso.datetime(),
})

export const replySchema = z.discriminatedUnion('result', [
  z.object({ id: z.number().int(), result: z.literal('log'), entry: logEntrySchema }),
  z.object({ id: z.number().int(), result: z.literal('finished'), signature: fiscalSignatureSchema }),
  z.object({ id: z.number().int(), result: z.literal('open'), startedAt: z.iso.datetime() }),
  z.object({
    id: z.number().int(),
    result: z.literal('list'),
    transactionNumbers: z.array(z.number().int().min(1)),
  }),
  z.object({ id: z.number().int(), result: z.literal('error'), error: z.enum(fiscalErrors) }),
])
export type FiscalReply = z.infer<typeof replySchema>

/** A line longer than this is no message of this protocol. */
export const mostLineBytes = 64 * 1024

/** Splits a stream into lines; any chunking gives the same ones. Throws for a line beyond `mostLineBytes`. */
export function createLineSplitter(): { push(bytes: Uint8Array): string[] } {
  let held = Buffer.alloc(0)
  return {
    push(bytes) {
      held = Buffer.concat([held, bytes])
      const lines: string[] = []
      for (let end = held.indexOf(0x0a); end !== -1; end = held.indexOf(0x0a)) {
        lines.push(held.subarray(0, end).toString('utf8'))
        held = held.subarray(end + 1)
      }
      if (held.length > mostLineBytes) throw new RangeError('A line of the fiscal device never ends')
      return lines
    },
  }
}
