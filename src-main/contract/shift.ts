import { z } from 'zod'
import { taxTotalSchema } from './basket.ts'
import { overrideReasonSchema } from './override.ts'
import { tenderKindSchema } from './payment.ts'
import { amountMinorSchema, currencySchema, keySchema } from './values.ts'

/** What a member of staff may do at the lane; each role may also do what the ones before it may. */
export const staffRoles = ['attendant', 'supervisor', 'manager'] as const
export const staffRoleSchema = z.enum(staffRoles)
export type StaffRole = z.infer<typeof staffRoleSchema>

export const cashDirections = ['in', 'out'] as const
export const cashMoveReasons = ['float', 'change', 'safeDrop', 'petty', 'correction'] as const
export const cashMoveReasonSchema = z.enum(cashMoveReasons)
export type CashMoveReason = z.infer<typeof cashMoveReasonSchema>

/** Why the cash drawer opened; `noSale`: with the key, or for a reason nobody gave. */
export const drawerReasons = ['sale', 'return', 'cashMove', 'count', 'noSale'] as const
export type DrawerReason = (typeof drawerReasons)[number]

const counted = z.object({ count: z.number().int().min(0), amountMinor: amountMinorSchema })

/** Cash in the drawer: `expectedMinor` = float + sales + rounding - refunds + in - out. */
export const cashFiguresSchema = z.object({
  floatMinor: amountMinorSchema,
  salesMinor: amountMinorSchema,
  /** What sales and refunds were rounded by for want of coins. */
  roundingMinor: amountMinorSchema,
  refundsMinor: amountMinorSchema,
  inMinor: amountMinorSchema,
  outMinor: amountMinorSchema,
  expectedMinor: amountMinorSchema,
  /** Null until somebody counted; difference = counted - expected. */
  countedMinor: amountMinorSchema.nullable(),
  differenceMinor: amountMinorSchema.nullable(),
})

export type CashFigures = z.infer<typeof cashFiguresSchema>

/** Figures of everything since the last Z: an X while it goes on, a Z when it closes. One currency. */
export const shiftReportSchema = z.object({
  /** 1, 2, 3… in this journal, given by the close; null for an X. */
  zNumber: z.number().int().min(1).nullable(),
  currency: currencySchema,
  fromAtMs: z.number().int().nullable(),
  toAtMs: z.number().int().nullable(),
  /** Tax included, before returns and voids. */
  sales: counted,
  returns: counted,
  voids: counted,
  /** Sales less returns and voids: `grossMinor` = `netMinor` + `taxMinor`. */
  grossMinor: amountMinorSchema,
  netMinor: amountMinorSchema,
  taxMinor: amountMinorSchema,
  taxes: z.array(taxTotalSchema),
  tenders: z.array(
    z.object({
      tender: tenderKindSchema,
      count: z.number().int().min(0),
      paidMinor: amountMinorSchema,
      refundedMinor: amountMinorSchema,
    }),
  ),
  /** `amountMinor`: what prices were changed by in sum, positive when shoppers paid less. */
  overrides: counted,
  cancelled: counted,
  /** Accepted offline in this time, and not yet charged. */
  deferred: counted,
  /** Debts of earlier purchases that were paid. */
  recovered: counted,
  cash: cashFiguresSchema,
  /** Openings of the cash drawer, those without a sale among them; left out of reports made before they were counted. */
  drawer: z
    .object({
      openings: z.number().int().min(0),
      withoutSale: z.number().int().min(0),
      /** Those that happened, in the order of `drawerReasons`; left out of reports made before they were told apart. */
      byReason: z
        .array(z.object({ reason: z.enum(drawerReasons), count: z.number().int().min(1) }))
        .exactOptional(),
    })
    .exactOptional(),
})
export type ShiftReport = z.infer<typeof shiftReportSchema>

export const priceOverriddenSchema = z.object({
  type: z.literal('price.overridden'),
  saleId: keySchema,
  lineId: z.number().int().min(1),
  sku: z.string(),
  fromMinor: amountMinorSchema.min(0),
  toMinor: amountMinorSchema.min(0),
  currency: currencySchema,
  reason: overrideReasonSchema,
  staffId: z.string(),
})

export const shiftOpenedSchema = z.object({
  type: z.literal('shift.opened'),
  shiftKey: keySchema,
  floatMinor: amountMinorSchema.min(0),
  currency: currencySchema,
  staffId: z.string(),
})

export const shiftCashMovedSchema = z.object({
  type: z.literal('shift.cashMoved'),
  shiftKey: keySchema,
  direction: z.enum(cashDirections),
  amountMinor: amountMinorSchema.min(1),
  currency: currencySchema,
  reason: cashMoveReasonSchema,
  staffId: z.string(),
})

/** The Z: its report covers every entry since the Z before it, this one's own excluded. */
export const shiftClosedSchema = z.object({
  type: z.literal('shift.closed'),
  shiftKey: keySchema,
  currency: currencySchema,
  report: shiftReportSchema,
  staffId: z.string(),
})

export const drawerOpenedSchema = z.object({
  type: z.literal('drawer.opened'),
  reason: z.enum(drawerReasons),
  staffId: z.string().nullable(),
})
