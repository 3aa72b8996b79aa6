import { z } from 'zod'
import { itemSchema } from './catalogue.ts'
import { amountMinorSchema } from './values.ts'

/** How the emulated fiscal device misbehaves, until it is told otherwise. */
export const fiscalBenchFaults = [
  'none',
  'slow',
  'loseReply',
  'memoryFull',
  'certificateExpired',
  'garbage',
  'down',
] as const

/** The bench panel's picture of the emulated devices. Development only; production has no bench at all. */
export const benchViewSchema = z.object({
  version: z.number().int(),
  printer: z
    .object({
      address: z.string(),
      paperMm: z.union([z.literal(58), z.literal(80)]),
      state: z.enum(['ready', 'busy', 'coverOpen', 'paperEmpty', 'unplugged', 'jammed']),
      paperLeftMm: z.number(),
      /** Newest last; the PNG is served at `papers/<id>.png` beside the page. */
      papers: z.array(z.object({ id: z.string(), copy: z.boolean() })),
    })
    .nullable(),
  scanner: z.object({ address: z.string(), plugged: z.boolean() }).nullable(),
  terminal: z
    .object({
      address: z.string(),
      plugged: z.boolean(),
      /** What stands on its own screen. */
      screen: z.enum(['off', 'idle', 'presentCard', 'enterPin', 'authorising']),
      amountMinor: amountMinorSchema.nullable(),
      /** What its cards have paid in the end. */
      netMinor: amountMinorSchema,
      /** Cards that can be held to it, and faults it can be given. */
      cards: z.array(z.string()),
      faults: z.array(z.string()),
    })
    .nullable(),
  fiscal: z
    .object({
      address: z.string(),
      fault: z.enum(fiscalBenchFaults),
      open: z.number().int(),
      finished: z.number().int(),
    })
    .nullable(),
  camera: z
    .object({
      kind: z.enum(['renderer', 'replay']),
      /** What it can be pointed at; `id` null is a covered lens. */
      sources: z.array(z.object({ id: z.string(), label: z.string() })),
      sourceId: z.string().nullable(),
    })
    .nullable(),
  /** Wallet holders of the bench; each can show a fresh payment code to the scanner. */
  wallets: z.array(
    z.object({ accountId: z.string(), name: z.string(), balanceMinor: amountMinorSchema, url: z.string() }),
  ),
  hub: z.object({ running: z.boolean(), controllable: z.boolean() }),
  /** A handful of items to click. */
  items: z.array(itemSchema),
  staffPin: z.string().nullable(),
})
export type BenchView = z.infer<typeof benchViewSchema>

export const benchCommandSchema = z.discriminatedUnion('type', [
  /** Bytes through the emulated scanner's serial port, as the trigger would send them. */
  z.object({ type: z.literal('bench:scan'), text: z.string().min(1).max(128) }),
  z.object({ type: z.literal('bench:scanGarbled') }),
  z.object({ type: z.literal('bench:scanWalletCode'), accountId: z.string() }),
  z.object({ type: z.literal('bench:camera'), sourceId: z.string().nullable() }),
  z.object({ type: z.literal('bench:printerCover'), open: z.boolean() }),
  z.object({ type: z.literal('bench:printerPaper'), millimetres: z.number().min(0).max(50_000) }),
  z.object({ type: z.literal('bench:printerPowerCycle') }),
  z.object({
    type: z.literal('bench:plug'),
    device: z.enum(['printer', 'scanner', 'terminal']),
    plugged: z.boolean(),
  }),
  /** Holds a test card to the emulated terminal. */
  z.object({ type: z.literal('bench:card'), id: z.string().max(32) }),
  z.object({ type: z.literal('bench:terminalCancel') }),
  z.object({ type: z.literal('bench:terminalPowerCycle') }),
  z.object({ type: z.literal('bench:terminalFault'), fault: z.string().max(32) }),
  z.object({ type: z.literal('bench:fiscal'), fault: z.enum(fiscalBenchFaults) }),
  z.object({ type: z.literal('bench:hub'), running: z.boolean() }),
  z.object({ type: z.literal('bench:items'), query: z.string().max(64) }),
])
export type BenchCommand = z.infer<typeof benchCommandSchema>
