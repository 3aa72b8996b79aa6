import { z } from 'zod'
import { declineReasonSchema } from '../../src-main/contract/payment.ts'
import type { MoneyBackAnswer, PaymentProvider, ProviderAnswer, ProviderPending } from './port.ts'

/** What a provider says is kept for years: no longer than this. */
const text = z.string().transform((said) => said.slice(0, 128))
/** Of the hub's own accounts, none. */
const accountId = z.null()
const pendingSchema = z.object({
  kind: z.literal('pending'),
  queryAfterMs: z.number().int().min(0),
  nativeCode: text.exactOptional(),
})
const approvedSchema = z.object({
  kind: z.literal('approved'),
  approvedMinor: z.number().int().min(1),
  accountId,
  approvalCode: text,
  providerReference: text,
  maskedAccount: text,
})
const declinedSchema = z.object({
  kind: z.literal('declined'),
  reason: declineReasonSchema,
  accountId,
  nativeCode: text.exactOptional(),
})
const answerSchema = z.discriminatedUnion('kind', [approvedSchema, declinedSchema, pendingSchema])
const backSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), providerReference: text }),
  pendingSchema,
  z.object({ kind: z.literal('refused'), nativeCode: text }),
])

/**
 * The same provider, believed only where its answer has the port's form and amounts that were asked for. Anything else is no
 * answer: the charge is asked about, and taken back when its patience ends.
 */
export function believable(provider: PaymentProvider): PaymentProvider {
  const { name, ledger, declares, timetable } = provider
  const silence: ProviderPending = {
    kind: 'pending',
    queryAfterMs: timetable.everyMs,
    nativeCode: 'nonsense',
  }
  const charge = (answer: unknown, askedMinor: number): ProviderAnswer => {
    const parsed = answerSchema.safeParse(answer).data ?? silence
    if (parsed.kind !== 'approved') return parsed
    const leastMinor = declares.partialApproval ? 1 : askedMinor
    return parsed.approvedMinor >= leastMinor && parsed.approvedMinor <= askedMinor ? parsed : silence
  }
  const back = (answer: unknown): MoneyBackAnswer => backSchema.safeParse(answer).data ?? silence
  return {
    name,
    ledger,
    declares,
    timetable,
    authorise: async (tx, order) => charge(await provider.authorise(tx, order), order.amountMinor),
    query: async (tx, order) => {
      const answer = await provider.query(tx, order)
      return answer === null ? null : charge(answer, order.amountMinor)
    },
    cancel: async (tx, order) => back(await provider.cancel(tx, order)),
    refund: async (tx, order) => back(await provider.refund(tx, order)),
  }
}
