import { z } from 'zod'
import { faceWalletSchema, tenderKindSchema } from './payment.ts'
import { staffCommandSchemas } from './staffLayer.ts'
import { keySchema, languageSchema } from './values.ts'
import { slotSchema } from './vending.ts'

/** What a person at the lane can do. The lane answers each with a Result; a refused one changes nothing. */
export const laneCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session:start') }),
  z.object({ type: z.literal('language:choose'), language: languageSchema }),
  /** A barcode typed by hand, or read by a scanner that is a keyboard. */
  z.object({ type: z.literal('barcode:enter'), text: z.string().min(1).max(512) }),
  /** An item without barcode, from the picture list. */
  z.object({ type: z.literal('item:pick'), sku: z.string().min(1).max(32) }),
  /** One more of what lies in this slot of a vending machine. */
  z.object({ type: z.literal('slot:pick'), slot: slotSchema }),
  z.object({
    type: z.literal('line:changeCount'),
    lineId: z.number().int().min(1),
    count: z.number().int().min(1).max(999),
  }),
  z.object({ type: z.literal('line:remove'), lineId: z.number().int().min(1) }),
  /** What rests on the scale is the weight of this line. */
  z.object({ type: z.literal('weight:take'), lineId: z.number().int().min(1) }),
  /** What lies on the plate from before is the item that waits now. */
  z.object({ type: z.literal('weight:sameItem'), lineId: z.number().int().min(1) }),
  /** Staff weighs it instead. */
  z.object({ type: z.literal('weight:askStaff'), lineId: z.number().int().min(1) }),
  /** The sale goes on without the member's card that was shown. */
  z.object({ type: z.literal('member:remove') }),
  z.object({ type: z.literal('checkout:pay') }),
  z.object({
    type: z.literal('tender:choose'),
    tender: tenderKindSchema,
    /** Pays only this much of what is due; the whole of it when missing. */
    amountMinor: z.number().int().min(1).exactOptional(),
    /** Whose device software looks, for `walletFace`. */
    wallet: faceWalletSchema.exactOptional(),
  }),
  z.object({ type: z.literal('checkout:back') }),
  z.object({ type: z.literal('secondFactor:enter'), digits: z.string().regex(/^\d{4}$/) }),
  /**
   * The shopper's own touch on the confirm screen: the only thing that lets money move. `saleId` and `totalMinor`, the
   * amount on that screen, guard a stale one.
   */
  z.object({ type: z.literal('payment:confirm'), saleId: keySchema, totalMinor: z.number().int().min(1) }),
  z.object({ type: z.literal('payment:notMe') }),
  /** Staff took cash for what is due, or for a part of it. */
  z.object({
    type: z.literal('cash:take'),
    pin: z.string().regex(/^\d{4,12}$/),
    saleId: keySchema,
    tenderedMinor: z.number().int().min(0).max(1_000_000_000),
  }),
  /** Pay what an earlier purchase left owing, before this one. */
  z.object({ type: z.literal('recovery:pay') }),
  z.object({ type: z.literal('checkout:cancel') }),
  z.object({ type: z.literal('receipt:copy') }),
  z.object({ type: z.literal('receipt:noPaper') }),
  z.object({ type: z.literal('session:finish') }),
  z.object({ type: z.literal('notice:dismiss') }),
  z.object({ type: z.literal('help:call') }),
  /** Staff at the lane. `grams` with a weighing. */
  z.object({
    type: z.literal('intervention:resolve'),
    interventionKey: keySchema,
    pin: z.string().regex(/^\d{4,12}$/),
    resolution: z.enum(['approved', 'refused', 'helped']),
    grams: z.number().int().min(1).max(100_000).optional(),
  }),
  z.object({ type: z.literal('help:cancel') }),
  z.object({ type: z.literal('enrolment:begin') }),
  z.object({
    type: z.literal('enrolment:consent'),
    textId: z.string().max(64),
    textVersion: z.number().int(),
    agreed: z.boolean(),
    /** As old as the lane's jurisdiction asks, or older; otherwise a guardian has to agree before staff. */
    ofAge: z.boolean(),
  }),
  z.object({ type: z.literal('enrolment:cancel') }),
  z.object({ type: z.literal('enrolment:finish') }),
  z.object({ type: z.literal('myFace:begin') }),
  z.object({ type: z.literal('myFace:withoutPhone') }),
  z.object({ type: z.literal('myFace:delete') }),
  z.object({ type: z.literal('myFace:leave') }),
  ...staffCommandSchemas,
])
export type LaneCommand = z.infer<typeof laneCommandSchema>
export type LaneCommandType = LaneCommand['type']

/** The answer to a command. `refused` names why in a stable code, such as `notNow` or `wrongPin`. */
export const commandResultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted') }),
  z.object({ kind: z.literal('refused'), code: z.string() }),
])
export type CommandResult = z.infer<typeof commandResultSchema>
