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

/** Emulated devices beside printer, scanner and money, by their key under `devices` in the configuration. */
export const sideDeviceKeys = [
  'scale',
  'lineDisplay',
  'lights',
  'toneIndicator',
  'stripeReader',
  'cardReader',
  'vending',
] as const
export type SideDeviceKey = (typeof sideDeviceKeys)[number]

const labelled = z.object({ id: z.string(), label: z.string() })

/** What such a device shows, and what a hand or a fault can do to it. */
export const benchSideDeviceSchema = z.object({
  key: z.enum(sideDeviceKeys),
  title: z.string(),
  address: z.string(),
  plugged: z.boolean(),
  /** What can be seen on it now, a line each. */
  shows: z.array(z.string()),
  /** What is pushed to and fro: the weight on the plate. */
  slider: z
    .object({ label: z.string(), min: z.number(), max: z.number(), step: z.number(), value: z.number() })
    .nullable(),
  actions: z.array(labelled),
  /** What spoils its answers; empty where nothing can. The first is none. */
  faults: z.array(z.string()),
  fault: z.string().nullable(),
})
export type BenchSideDevice = z.infer<typeof benchSideDeviceSchema>

/** How the emulated printer's answers and the emulated scanner's reads are spoiled; the first is none. */
export const printerBenchFaults = ['none', 'drop', 'duplicate', 'garble', 'late'] as const
export const scannerBenchFaults = ['none', 'slow', 'garble', 'duplicate', 'late', 'silent', 'flood'] as const

/** The bench panel's picture of the emulated devices. Development only; production has no bench at all. */
export const benchViewSchema = z.object({
  version: z.number().int(),
  printer: z
    .object({
      address: z.string(),
      paperMm: z.union([z.literal(58), z.literal(80)]),
      state: z.enum(['ready', 'busy', 'coverOpen', 'paperEmpty', 'unplugged', 'jammed']),
      paperLeftMm: z.number(),
      drawer: z.enum(['closed', 'open']),
      fault: z.enum(printerBenchFaults),
      /** Newest last; the PNG is served at `papers/<id>.png` beside the page. */
      papers: z.array(z.object({ id: z.string(), copy: z.boolean() })),
    })
    .nullable(),
  scanner: z
    .object({ address: z.string(), plugged: z.boolean(), fault: z.enum(scannerBenchFaults) })
    .nullable(),
  side: z.array(benchSideDeviceSchema),
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
  z.object({ type: z.literal('bench:printerJam'), jammed: z.boolean() }),
  z.object({ type: z.literal('bench:printerFault'), fault: z.enum(printerBenchFaults) }),
  /** Pushes the drawer shut. */
  z.object({ type: z.literal('bench:drawerClose') }),
  z.object({ type: z.literal('bench:scannerFault'), fault: z.enum(scannerBenchFaults) }),
  z.object({
    type: z.literal('bench:sideAction'),
    device: z.enum(sideDeviceKeys),
    action: z.string().max(32),
  }),
  z.object({
    type: z.literal('bench:sideSlider'),
    device: z.enum(sideDeviceKeys),
    value: z.number().min(-1_000_000).max(1_000_000),
  }),
  z.object({
    type: z.literal('bench:sideFault'),
    device: z.enum(sideDeviceKeys),
    fault: z.string().max(32),
  }),
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
