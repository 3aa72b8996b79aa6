import { readFileSync } from 'node:fs'
import { z } from 'zod'

const visit = { atMs: z.number(), lane: z.number().int(), visit: z.number().int() }

/** The robot's log, as far as the verdict reads it. */
export const robotFactSchema = z.discriminatedUnion('fact', [
  z.object({
    fact: z.literal('person'),
    atMs: z.number(),
    person: z.number().int(),
    /** What the books call them: one name at the wallets, another for their points. */
    payers: z.array(z.string()),
  }),
  z.object({
    fact: z.literal('visit'),
    ...visit,
    plan: z.string(),
    person: z.number().int(),
    priceMinor: z.number().int(),
    withBag: z.boolean(),
  }),
  z.object({
    fact: z.literal('act'),
    ...visit,
    act: z.string(),
    codeSha256: z.string().optional(),
    /** What the hub's books call the coupon that was shown. */
    coupon: z.string().optional(),
    totalMinor: z.number().int().optional(),
    askedMinor: z.number().int().nullish(),
  }),
  z.object({ fact: z.literal('answer'), ...visit, act: z.string(), said: z.string() }),
  z.object({
    fact: z.literal('screen'),
    ...visit,
    screen: z.string(),
    saleId: z.string().nullable(),
    totalMinor: z.number().int(),
    /** Still to pay. */
    dueMinor: z.number().int().optional(),
    /** What is paid of the sale so far. */
    paid: z
      .array(z.object({ tender: z.string(), amountMinor: z.number().int(), mode: z.string() }))
      .default([]),
    /** Set when the screen says that this sale is paid. */
    told: z.literal('paid').optional(),
    sale: z.string().optional(),
    mode: z.string().optional(),
  }),
  /** A receipt came out of the printer: what it says of its sale. */
  z.object({
    fact: z.literal('paper'),
    atMs: z.number(),
    lane: z.number().int(),
    saleNumbers: z.array(z.string()),
  }),
  /** Goods that came back: staff asked for the money, and was told how much went back. */
  z.object({
    fact: z.literal('back'),
    ...visit,
    state: z.enum(['asked', 'told']),
    amountMinor: z.number().int(),
  }),
  z.object({ fact: z.literal('end'), ...visit, saleId: z.string().nullable(), end: z.string() }),
  z.object({ fact: z.literal('kill'), atMs: z.number(), who: z.string(), phase: z.string().nullable() }),
])
export type RobotFact = z.infer<typeof robotFactSchema>
/** The same as it is written. */
export type RobotFactInput = z.input<typeof robotFactSchema>
export type RobotFactOf<K extends RobotFact['fact']> = Extract<RobotFact, { fact: K }>

/** Money that moved, as whoever holds it wrote down; amounts in minor units. */
export interface Effect {
  readonly kind: 'charge' | 'refund' | 'cancel'
  /** Names the trade: what is given back names the charge it belongs to. */
  readonly trade: string
  /** What the hub called it, where it said so: its provider key. */
  readonly name: string | null
  readonly amountMinor: number
  readonly payer: string | null
  /** SHA-256 of the code that paid, null when none did. */
  readonly codeSha256: string | null
}

export function readRobotFacts(file: string): RobotFact[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => robotFactSchema.parse(JSON.parse(line)))
}
