import { z } from 'zod'
import { amountMinorSchema, currencySchema, keySchema, languageSchema } from './values.ts'

/**
 * One printed or shown part of a receipt. Text is already in the shopper's language and fits no particular width:
 * the printer, the screen and the e-receipt page lay the same blocks out for their own paper.
 */
export const receiptBlockSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('title'), text: z.string().min(1) }),
  z.object({
    kind: z.literal('text'),
    text: z.string().min(1),
    align: z.enum(['left', 'center', 'right']),
    bold: z.boolean(),
  }),
  /** Label at the left edge, figure at the right edge, wrapped label above when both do not fit. */
  z.object({
    kind: z.literal('columns'),
    left: z.string(),
    right: z.string(),
    emphasis: z.enum(['normal', 'bold', 'large']),
  }),
  z.object({ kind: z.literal('rule') }),
  z.object({ kind: z.literal('space') }),
  /** Model 2 QR symbol; `caption` stands below it. */
  z.object({ kind: z.literal('qr'), data: z.string().min(1).max(512), caption: z.string() }),
  /** Bars with `data` in clear below: 13 digits with a right check digit, or up to 40 printable ASCII characters. */
  z.object({
    kind: z.literal('barcode'),
    symbology: z.enum(['ean13', 'code128']),
    data: z.string().regex(/^[ -~]{1,40}$/),
  }),
])
export type ReceiptBlock = z.infer<typeof receiptBlockSchema>

/** The receipt of one sale, the same for paper, screen and phone. */
export const receiptDocumentSchema = z.object({
  formatVersion: z.literal(1),
  saleId: keySchema,
  /** The unguessable part of the e-receipt's address. */
  receiptToken: keySchema,
  language: languageSchema,
  totalMinor: amountMinorSchema,
  currency: currencySchema,
  blocks: z.array(receiptBlockSchema).min(1).max(2000),
})
export type ReceiptDocument = z.infer<typeof receiptDocumentSchema>

/** Why a further paper of the same job is printed; every paper but the first carries the word COPY with it. */
export const copyReasons = [
  'shopperAsked',
  'outcomeUnknown',
  'paperEmpty',
  'coverOpen',
  'printerRestarted',
] as const
export type CopyReason = (typeof copyReasons)[number]
