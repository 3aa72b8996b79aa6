import { z } from 'zod'
import { basketLineSchema, soldLineSchema } from './basket.ts'
import { overrideReasonSchema } from './override.ts'
import { tenderKindSchema } from './payment.ts'
import { refundStates, returnedLineSchema, returnReasonSchema, returnRefusals } from './returns.ts'
import { cashDirections, cashMoveReasonSchema, shiftReportSchema, staffRoleSchema } from './shift.ts'
import { amountMinorSchema } from './values.ts'

/** Why staff could not do what they asked for; each has its words. */
export const staffProblems = [
  'wrongPin',
  'locked',
  'notAllowed',
  'hubNeeded',
  'terminalNeeded',
  'busy',
  'unreadableReceipt',
  'noSale',
  'overLimit',
  'shiftOpen',
  'shiftClosed',
  'tooMuchCash',
  ...returnRefusals,
] as const
export const staffProblemSchema = z.enum(staffProblems)
export type StaffProblem = z.infer<typeof staffProblemSchema>

/** Where the money of a return goes, as staff and shopper are told. */
export const refundViewSchema = z.object({
  tender: tenderKindSchema,
  amountMinor: amountMinorSchema,
  /** What coins make of it, for cash. */
  handOutMinor: amountMinorSchema.nullable(),
  /** Null before the return is decided. `reduced`: nothing was charged yet, and less will be. */
  state: z.enum([...refundStates, 'reduced']).nullable(),
})
export type RefundView = z.infer<typeof refundViewSchema>

/** A line of the sale with what may still come back of it. */
const returnLineViewSchema = z.object({
  line: soldLineSchema,
  /** Pieces, or 1 for a weighed line that may come back; 0 when nothing may. */
  returnable: z.number().int().min(0),
  chosen: z.number().int().min(0),
})

/** What staff may open; `lines` of the open basket, for changing a price. */
const staffMenuSchema = z.object({
  step: z.literal('menu'),
  canVoid: z.boolean(),
  canOverride: z.boolean(),
  shiftOpen: z.boolean(),
  /** Returns whose end is not known yet. */
  openReturns: z.number().int().min(0),
})

/** Null without a drawer, and for one that does not tell. */
const drawerNow = z.enum(['open', 'closed']).nullable()

/** The staff's own layer, opened with their PIN: returns, prices, the shift. */
export const staffLayerViewSchema = z.object({
  /** Null until the PIN was right. */
  staff: z.object({ staffId: z.string(), role: staffRoleSchema }).nullable(),
  /** The lane is doing it. */
  busy: z.boolean(),
  problem: staffProblemSchema.nullable(),
  pin: z.object({ wrongTries: z.number().int(), lockedForMs: z.number().int() }),
  page: z.discriminatedUnion('step', [
    z.object({ step: z.literal('pin') }),
    staffMenuSchema,
    /** The receipt is scanned, or its number typed. */
    z.object({ step: z.literal('findSale') }),
    z.object({
      step: z.literal('chooseLines'),
      saleNumber: z.string(),
      soldAtMs: z.number().int(),
      lines: z.array(returnLineViewSchema),
      amountMinor: amountMinorSchema,
      refunds: z.array(refundViewSchema),
      /** Without the hub, which has not seen this sale yet. */
      decidedBy: z.enum(['hub', 'lane']),
    }),
    /** Sent, no answer: it is asked for until there is one. */
    z.object({ step: z.literal('returnUnknown') }),
    z.object({
      step: z.literal('returned'),
      saleNumber: z.string(),
      voided: z.boolean(),
      amountMinor: amountMinorSchema,
      refunds: z.array(refundViewSchema),
    }),
    z.object({ step: z.literal('override'), lines: z.array(basketLineSchema) }),
    z.object({
      step: z.literal('shift'),
      report: shiftReportSchema,
      openedAtMs: z.number().int().nullable(),
      drawer: drawerNow,
    }),
    z.object({ step: z.literal('closed'), report: shiftReportSchema, drawer: drawerNow }),
  ]),
})
export type StaffLayerView = z.infer<typeof staffLayerViewSchema>
export type StaffPage = StaffLayerView['page']

const cash = amountMinorSchema.min(0).max(1_000_000_000)

/** What staff can do in their layer; every one is refused without a PIN that was right. */
export const staffCommandSchemas = [
  z.object({ type: z.literal('staff:open') }),
  z.object({ type: z.literal('staff:enter'), pin: z.string().regex(/^\d{4,12}$/) }),
  z.object({ type: z.literal('staff:back') }),
  z.object({ type: z.literal('staff:close') }),
  z.object({ type: z.literal('return:begin') }),
  /** The number on the receipt, eight hex digits, or what its code says. */
  z.object({ type: z.literal('return:find'), text: z.string().min(1).max(512) }),
  z.object({ type: z.literal('return:choose'), lines: z.array(returnedLineSchema).max(500) }),
  z.object({ type: z.literal('return:confirm'), reason: returnReasonSchema }),
  /** Takes up a return whose end is not known yet, the card at hand. */
  z.object({ type: z.literal('return:resume') }),
  /** Takes the last sale of this lane back whole. */
  z.object({ type: z.literal('return:voidLast') }),
  z.object({ type: z.literal('override:begin') }),
  z.object({
    type: z.literal('override:set'),
    lineId: z.number().int().min(1),
    unitPriceMinor: z.number().int().min(0).max(100_000_000),
    reason: overrideReasonSchema,
  }),
  z.object({ type: z.literal('shift:show') }),
  z.object({ type: z.literal('shift:open'), floatMinor: cash }),
  z.object({
    type: z.literal('shift:moveCash'),
    direction: z.enum(cashDirections),
    amountMinor: cash.min(1),
    reason: cashMoveReasonSchema,
  }),
  z.object({ type: z.literal('shift:close'), countedMinor: cash }),
  z.object({ type: z.literal('shift:print') }),
] as const
