import { z } from 'zod'
import { basketLineSchema, taxTotalSchema } from './basket.ts'
import { interventionKindSchema } from './events.ts'
import { challengeActions, faceBoxSchema, guidanceCodes } from './face.ts'
import {
  declineReasonSchema,
  faceWalletSchema,
  paymentModeSchema,
  tenderKindSchema,
  walletSchema,
} from './payment.ts'
import { memberSchema } from './membership.ts'
import { receiptDocumentSchema } from './receipt.ts'
import { deletionRecordSchema, jurisdictionSchema } from './rights.ts'
import { staffLayerViewSchema } from './staffLayer.ts'
import {
  amountMinorSchema,
  currencySchema,
  keySchema,
  languageSchema,
  localisedSchema,
  profileSchema,
} from './values.ts'
import { shelfTileSchema, vendViewSchema } from './vending.ts'

/** One short sentence at a time for the person in front of the camera; `checking` while the decision is made. */
export const screenGuidanceCodes = [
  ...guidanceCodes,
  'turnLeft',
  'turnRight',
  'blink',
  'lookStraight',
  'checking',
] as const
export const screenGuidanceSchema = z.enum(screenGuidanceCodes)
export type ScreenGuidance = z.infer<typeof screenGuidanceSchema>

/** A challenge under way: what is asked for now, as step `step` of `of`. */
export const challengeViewSchema = z.object({
  action: z.enum(challengeActions),
  /** The movement was seen; now back to where it began. */
  back: z.boolean(),
  step: z.number().int().min(1),
  of: z.number().int().min(1),
})
export type ChallengeView = z.infer<typeof challengeViewSchema>

/** What a look at the camera shows right now. `progress` 0..1 of the frames or of the steps wanted. */
export const captureViewSchema = z.object({
  camera: z.enum(['opening', 'on', 'off']),
  guidance: screenGuidanceSchema,
  faceBox: faceBoxSchema.nullable(),
  progress: z.number().min(0).max(1),
  challenge: challengeViewSchema.exactOptional(),
})
export type CaptureView = z.infer<typeof captureViewSchema>

/** Something to say once, above the screen it concerns. Money text comes first: was anything charged? */
export const noticeSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('unknownBarcode'), barcode: z.string() }),
  z.object({ code: z.literal('unreadableBarcode') }),
  /** Its last day of sale (YYYY-MM-DD), as its code says, is over. */
  z.object({ code: z.literal('itemExpired'), name: localisedSchema, lastDay: z.iso.date() }),
  /** The hub knows no such card, or its owner had it blocked; only the end of its number is shown. */
  z.object({ code: z.literal('memberCardUnknown'), ending: z.string().max(4) }),
  z.object({ code: z.literal('memberCardBlocked'), ending: z.string().max(4) }),
  /** The hub cannot be asked now: the sale goes on without the card. */
  z.object({ code: z.literal('memberCardNotNow') }),
  z.object({
    code: z.literal('memberCardRefused'),
    reason: z.enum(['unreadable', 'notAMemberCard', 'removedTooSoon']),
  }),
  /** A payment card at the reader of member cards: nothing of it was kept. */
  z.object({ code: z.literal('paymentCardRefused') }),
  z.object({ code: z.literal('basketFull') }),
  z.object({ code: z.literal('staffNeededFirst') }),
  z.object({ code: z.literal('codeNotForPaying') }),
  z.object({ code: z.literal('basketKept') }),
  z.object({ code: z.literal('faceNotFound') }),
  z.object({ code: z.literal('faceNotClear') }),
  z.object({ code: z.literal('faceAttack') }),
  z.object({ code: z.literal('faceChallenge') }),
  z.object({ code: z.literal('faceTimeout') }),
  z.object({ code: z.literal('cameraUnavailable') }),
  z.object({ code: z.literal('faceEngineUnavailable') }),
  z.object({ code: z.literal('notYou') }),
  z.object({ code: z.literal('wrongDigits'), attemptsLeft: z.number().int() }),
  z.object({ code: z.literal('declined'), reason: declineReasonSchema }),
  z.object({ code: z.literal('hubNeeded') }),
  z.object({ code: z.literal('attemptCancelled') }),
  /** A part is paid, this much is still due. */
  z.object({ code: z.literal('partlyPaid'), tender: tenderKindSchema, amountMinor: amountMinorSchema }),
  /** The basket cannot change any more: a part of it is paid. */
  z.object({ code: z.literal('partlyPaidKept') }),
  /** Nobody comes to settle an unknown payment here: what it took, if it took anything, comes back by itself. */
  z.object({ code: z.literal('attemptHeld') }),
  /** A vending machine sells what lies in its slots, and nothing that is held to its scanner. */
  z.object({ code: z.literal('chooseOnScreen') }),
  z.object({ code: z.literal('couponNotNow') }),
  z.object({ code: z.literal('noPoints') }),
  z.object({ code: z.literal('faceOwing') }),
  /** What an earlier purchase left owing is paid: the face tender opens again. */
  z.object({ code: z.literal('debtPaid'), amountMinor: amountMinorSchema }),
  z.object({ code: z.literal('restricted') }),
  z.object({ code: z.literal('diskFull') }),
  z.object({ code: z.literal('storeCorrupt') }),
  z.object({ code: z.literal('journalBroken') }),
])
export type Notice = z.infer<typeof noticeSchema>
export type NoticeCode = Notice['code']

/** A tender the lane could take; one that cannot be taken now says why. */
export const tenderOfferSchema = z.object({
  kind: tenderKindSchema,
  available: z.boolean(),
  reason: z
    .enum([
      'cameraUnavailable',
      'galleryEmpty',
      'hubNeeded',
      'offlineLimit',
      'lockedOut',
      'scannerUnavailable',
      'terminalUnavailable',
      'drawerUnavailable',
      'fiscalUnavailable',
      'machineUnavailable',
    ])
    .nullable(),
  /** Whose device software looks, for `walletFace`: one offer each. */
  wallet: faceWalletSchema.exactOptional(),
})
export type TenderOffer = z.infer<typeof tenderOfferSchema>

export const paperStates = [
  'printing',
  /** The paper before it is in doubt; the lane prints a copy by itself. */
  'copyPrinting',
  /** The copy that follows a doubt waits for its printer. */
  'copyWaiting',
  'printed',
  'notPrinted',
  'unknown',
  'declinedByShopper',
  'noPrinter',
] as const

const payerSchema = z.object({ maskedName: z.string(), maskedAccount: z.string() })

/** `CardPrompt` of `ports/cardTerminal.ts`. */
export const cardPromptSchema = z.enum([
  'presentCard',
  'enterPin',
  'chooseApplication',
  'wait',
  'authorising',
  'removeCard',
  'tryAgain',
])
export type CardPrompt = z.infer<typeof cardPromptSchema>

/** A part of the sale that is paid. */
export const paidPartSchema = z.object({
  tender: tenderKindSchema,
  wallet: walletSchema.nullable(),
  amountMinor: amountMinorSchema,
  maskedAccount: z.string().nullable(),
  mode: paymentModeSchema,
})
export type PaidPart = z.infer<typeof paidPartSchema>

/** What an earlier purchase left owing: a deferred payment that did not go through. */
export const owingSchema = z.object({
  recoveryKey: keySchema,
  amountMinor: amountMinorSchema.min(1),
  currency: currencySchema,
  /** When that purchase was made, ms UTC; null when it is not known. */
  atMs: z.number().int().nullable(),
})
export type Owing = z.infer<typeof owingSchema>

/** One screen per state of the checkout; the renderer's router is an exhaustive switch over `kind`. */
export const screenSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('starting') }),
  z.object({ kind: z.literal('attract') }),
  z.object({ kind: z.literal('scanning'), lastLineId: z.number().int().nullable() }),
  z.object({ kind: z.literal('tenderChoice'), offers: z.array(tenderOfferSchema) }),
  z.object({ kind: z.literal('faceCapture'), capture: captureViewSchema }),
  /** A phone's code is awaited, or a coupon's; `owing` when it pays a debt instead of the basket. */
  z.object({
    kind: z.literal('codeCapture'),
    tender: z.enum(['walletCode', 'coupon']),
    owing: owingSchema.nullable(),
  }),
  /** The wallet's own device software looks; its window lies above this screen. */
  z.object({ kind: z.literal('walletFace'), wallet: faceWalletSchema }),
  /** Staff comes for the cash; `dueMinor` is what coins can pay, `roundingMinor` of it for want of smaller ones. */
  z.object({ kind: z.literal('cash'), dueMinor: amountMinorSchema, roundingMinor: amountMinorSchema }),
  /** Told only to whoever was recognised and said that it is them. */
  z.object({ kind: z.literal('owing'), owing: owingSchema, maskedName: z.string() }),
  /** Last digits of the phone number, typed on large keys. */
  z.object({ kind: z.literal('secondFactor'), digits: z.number().int(), attemptsLeft: z.number().int() }),
  z.object({
    kind: z.literal('confirm'),
    tender: tenderKindSchema,
    payer: payerSchema.nullable(),
    mode: paymentModeSchema,
    /** What this tender is asked for; points may turn out to hold less. */
    amountMinor: amountMinorSchema,
    /** Held by whoever pays with points; null for another tender, and where it was not asked. */
    points: z.number().int().nonnegative().nullable(),
  }),
  z.object({
    kind: z.literal('authorising'),
    tender: tenderKindSchema,
    /** For a card: what the terminal asks of the shopper; null before it asked for anything. */
    prompt: cardPromptSchema.nullable(),
  }),
  z.object({ kind: z.literal('approved'), tender: tenderKindSchema }),
  z.object({ kind: z.literal('declined'), reason: declineReasonSchema, offers: z.array(tenderOfferSchema) }),
  /** Sent, no answer: being asked, being cancelled, or waiting for staff. The shopper pays nothing twice. */
  z.object({ kind: z.literal('unknown'), phase: z.enum(['querying', 'cancelling', 'attendant']) }),
  /** Given up with parts paid: each is being taken back; `cashMinor` is for staff to hand back. */
  z.object({
    kind: z.literal('voiding'),
    phase: z.enum(['voiding', 'attendant', 'cash']),
    parts: z.array(paidPartSchema),
    cashMinor: amountMinorSchema,
  }),
  /** Paid: the machine gives out piece by piece, or finds out what became of one. */
  z.object({ kind: z.literal('dispensing'), receipt: receiptDocumentSchema, vend: vendViewSchema }),
  z.object({
    kind: z.literal('printing'),
    receipt: receiptDocumentSchema,
    mode: paymentModeSchema,
    /** Cash to hand to the shopper, 0 for none. */
    changeMinor: amountMinorSchema,
  }),
  z.object({
    kind: z.literal('done'),
    receipt: receiptDocumentSchema,
    receiptUrl: z.string().nullable(),
    paper: z.enum(paperStates),
    mode: paymentModeSchema,
    changeMinor: amountMinorSchema,
    /** Missing where nothing was given out by a machine. */
    vend: vendViewSchema.exactOptional(),
  }),
  z.object({ kind: z.literal('cancelled') }),
  z.object({
    kind: z.literal('outOfOrder'),
    reasons: z.array(z.string()),
    /** What still works: nothing, or paying at the counter. */
    basketKept: z.boolean(),
  }),
])
export type Screen = z.infer<typeof screenSchema>
export type ScreenKind = Screen['kind']

export const basketViewSchema = z.object({
  saleId: keySchema.nullable(),
  lines: z.array(basketLineSchema),
  itemCount: z.number().int(),
  /** What the shopper pays, tax included. */
  totalMinor: amountMinorSchema,
  taxes: z.array(taxTotalSchema),
  /** Exclusive: the lines' prices come without tax, which is added to their sum. */
  prices: z.enum(['inclusive', 'exclusive']),
  paid: z.array(paidPartSchema),
  /** `totalMinor` less what is paid. */
  dueMinor: amountMinorSchema,
  /** Staff has to settle something before this can be paid. */
  blocked: z.boolean(),
  /** Whose card was shown for this sale. */
  member: memberSchema.pick({ maskedName: true, maskedNumber: true, pointsMinor: true }).nullable(),
})
export type BasketView = z.infer<typeof basketViewSchema>

/** Help is coming: a layer above the screen until staff settled it with their PIN. */
export const interventionViewSchema = z.object({
  interventionKey: keySchema,
  kind: interventionKindSchema,
  line: basketLineSchema.nullable(),
  pin: z.object({ wrongTries: z.number().int(), lockedForMs: z.number().int() }),
})
export type InterventionView = z.infer<typeof interventionViewSchema>

/** What is wrong with a code that was shown to say whose wallet it is. */
const codeProblemSchema = z.enum([
  'codeInvalid',
  'codeExpired',
  'hubNeeded',
  'notAWalletCode',
  'tooManyTries',
])

/** The shopper weighs an item: the plate as it is this moment. */
/**
 * `occupied`: what was weighed last was not seen to leave the plate, so nothing can be taken. `sameItem`: its line was
 * taken out, and the shopper may say that the item is this one.
 */
export const plateStates = ['free', 'occupied', 'sameItem'] as const
export type PlateState = (typeof plateStates)[number]

export const weighingViewSchema = z.object({
  line: basketLineSchema,
  /** UnifiedPOS words; only a stable weight can be taken. */
  status: z.enum(['stable', 'unstable', 'zero', 'overweight', 'notReady', 'underZero']),
  /** Net, in whole divisions of the scale; null while it tells none. Not a weight to sell by. */
  grams: z.number().int().nullable(),
  /** What these grams cost; null until they rest. */
  totalMinor: amountMinorSchema.nullable(),
  /** The weight is being taken. */
  taking: z.boolean(),
  plate: z.enum(plateStates),
})
export type WeighingView = z.infer<typeof weighingViewSchema>

/** Enrolment is a layer of its own: consent, link the wallet, look, done. */
export const enrolmentViewSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('consent'), textId: z.string(), textVersion: z.number().int() }),
  z.object({
    step: z.literal('link'),
    /** The code is being looked up at the hub. */
    checking: z.boolean(),
    problem: codeProblemSchema.nullable(),
  }),
  /** Too young to decide alone: a guardian agrees before a member of staff, who settles it with their PIN. */
  z.object({ step: z.literal('guardian') }),
  z.object({ step: z.literal('look'), capture: captureViewSchema, payer: payerSchema }),
  z.object({ step: z.literal('saving') }),
  z.object({ step: z.literal('done'), payer: payerSchema }),
  z.object({
    step: z.literal('failed'),
    reason: z.enum([
      'faceTimeout',
      'faceAttack',
      'framesDisagree',
      'cameraUnavailable',
      'faceEngineUnavailable',
      'alreadyEnrolled',
      'diskFull',
      'tooManyTries',
    ]),
  }),
])
export type EnrolmentView = z.infer<typeof enrolmentViewSchema>

/** "My face", a layer of its own: show the wallet's code or be looked at, confirm, get a receipt. */
export const myFaceViewSchema = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('code'),
    checking: z.boolean(),
    problem: z.union([codeProblemSchema, z.enum(['faceNotFound', 'refusedByStaff'])]).nullable(),
  }),
  /** Without the phone: the person's own look says who they are, a member of staff confirms. */
  z.object({ step: z.literal('look'), capture: captureViewSchema }),
  z.object({ step: z.literal('staff'), payer: payerSchema }),
  z.object({ step: z.literal('confirm'), payer: payerSchema, enrolledAtMs: z.number().int() }),
  /** Nothing is kept on this lane. */
  z.object({ step: z.literal('nothing'), payer: payerSchema }),
  z.object({
    step: z.literal('deleted'),
    record: deletionRecordSchema,
    /** Null until the hub once told the lane its address. */
    receiptUrl: z.string().nullable(),
  }),
  z.object({ step: z.literal('failed'), reason: z.enum(['diskFull']) }),
])
export type MyFaceView = z.infer<typeof myFaceViewSchema>

export const deviceViewSchema = z.object({
  category: z.enum([
    'PosPrinter',
    'CashDrawer',
    'Scanner',
    'Scale',
    'SmartCardRW',
    'Msr',
    'PaymentTerminal',
    'LineDisplay',
    'Camera',
    'VendingController',
    'Lights',
    'ToneIndicator',
    'FiscalDevice',
    'FaceEngine',
    'Hub',
  ]),
  state: z.enum(['ready', 'opening', 'attention', 'lost', 'failed', 'off']),
  /** Stable code of what is wrong, for staff: `paperEmpty`, `coverOpen`, `device.offline`… */
  detail: z.string().nullable(),
})
export type DeviceView = z.infer<typeof deviceViewSchema>

/** Everything the window shows: complete, serialisable, published after every change with a rising `version`. */
export const laneViewSchema = z.object({
  version: z.number().int(),
  laneId: z.string(),
  merchantName: z.string(),
  profile: profileSchema,
  mode: z.enum(['production', 'development']),
  /** Fed by a replayed camera: a permanent banner says so. */
  bench: z.boolean(),
  /** Who reads the camera: the page its own, or the lane one of its own, whose pictures the page asks for. */
  camera: z.enum(['page', 'lane']),
  language: languageSchema,
  currency: currencySchema,
  screen: screenSchema,
  basket: basketViewSchema,
  /** What can be chosen at a vending machine, in the order of its slots; null on every other lane. */
  shelf: z.array(shelfTileSchema).nullable(),
  notice: noticeSchema.nullable(),
  intervention: interventionViewSchema.nullable(),
  /** Null while no line waits for its weight, and where staff weighs. */
  weighing: weighingViewSchema.nullable(),
  enrolment: enrolmentViewSchema.nullable(),
  myFace: myFaceViewSchema.nullable(),
  staffLayer: staffLayerViewSchema.nullable(),
  /** Whose rules the lane keeps: the consent's wording, the age, the notice. */
  jurisdiction: jurisdictionSchema,
  devices: z.array(deviceViewSchema),
  sync: z.object({
    hub: z.enum(['online', 'offline', 'forked', 'refused', 'connecting']),
    pendingEntries: z.number().int(),
    deferredCount: z.number().int(),
    deferredMinor: amountMinorSchema,
    /** When the oldest payment that waits for the hub was accepted, and when the lane stops accepting more; ms UTC. */
    deferredOldestAtMs: z.number().int().nullable(),
    deferredUntilMs: z.number().int().nullable(),
    /** The last payment that the hub charged or confirmed; ms UTC. */
    lastSuccessAtMs: z.number().int().nullable(),
  }),
  /** Face payment can be offered at all: an engine that is ready, and no lock after attacks. */
  facePay: z.object({ available: z.boolean(), enrolled: z.number().int() }),
})
export type LaneView = z.infer<typeof laneViewSchema>
