import fc from 'fast-check'
import type { Item } from '../../../src-main/contract/catalogue.ts'
import type { Member } from '../../../src-main/contract/membership.ts'
import { tenderKinds, type FaceEvidence } from '../../../src-main/contract/payment.ts'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import type { VendView } from '../../../src-main/contract/vending.ts'
import type {
  CheckoutInput,
  CompletedSale,
  PaidPart,
  Payer,
  SaleDefaults,
  FaceCandidate,
  PossibleCandidate,
} from '../../../src-main/domain/checkout/state.ts'

const key = (digit: string): string => digit.repeat(32)

export const saleKeys = { saleId: key('a'), receiptToken: key('b') }
export const attemptKey = key('c')
export const otherAttemptKey = key('d')

export const tea: Item = {
  sku: 'tea',
  barcodes: ['6901234567892'],
  name: { 'zh-CN': '绿茶', en: 'Green tea' },
  category: 'drinks',
  unit: 'each',
  priceMinor: 1200,
  taxClass: 'standard',
}
export const wine: Item = { ...tea, sku: 'wine', priceMinor: 9800, minimumAgeYears: 18 }
export const apples: Item = { ...tea, sku: 'apples', unit: 'kg', priceMinor: 980 }

export const payer: Payer = {
  subjectKey: key('1'),
  accountId: key('2'),
  maskedName: 'W***',
  maskedAccount: '**** 42',
  phoneLast4: '4242',
}
export const member: Member = {
  memberKey: key('e'),
  maskedName: 'W***',
  maskedNumber: '****3456',
  pointsMinor: 250,
  earnPermille: 10,
}
export const evidence: FaceEvidence = {
  subjectKey: payer.subjectKey,
  secondFactor: false,
  modelPackId: 'pack',
}
export const candidate = { payer, evidence, block: null, points: null }
const twin = {
  payer: { ...payer, subjectKey: key('3'), phoneLast4: '1111' },
  evidence,
  block: null,
  points: null,
}
export const online = (found: FaceCandidate): PossibleCandidate => ({ ...found, mode: 'online' })
export const debt = { recoveryKey: key('9'), amountMinor: 1_240, currency: 'CNY', atMs: null }
const debtor = { ...candidate, block: { owing: debt } }

export const defaults: SaleDefaults = {
  currency: 'CNY',
  language: 'zh-CN',
  tax: {
    prices: 'inclusive',
    rounding: 'total',
    rates: { standard: 130, reduced: 90, zero: 0, exempt: 0 },
  },
}

/** A part that pays the tea, or as much as said. */
export function part(more: Partial<PaidPart> = {}): PaidPart {
  return {
    attemptKey,
    tender: 'face',
    wallet: null,
    mode: 'online',
    amountMinor: 1_200,
    maskedAccount: '**** 42',
    approvalCode: 'A1',
    cash: null,
    card: null,
    releasedBy: null,
    ...more,
  }
}

export const choose = (tender: PaidPart['tender'], amountMinor: number | null = null): CheckoutInput => ({
  type: 'tenderChosen',
  tender,
  amountMinor,
  wallet: tender === 'walletFace' ? 'alipay' : null,
  attemptKey,
})

const cash = (amountMinor: number): CheckoutInput => ({
  type: 'cashTaken',
  part: {
    amountMinor,
    instrument: { kind: 'cash', tenderedMinor: amountMinor, changeMinor: 0, roundingMinor: 0 },
  },
  attemptKey,
  staffId: 'li',
})

export const receipt: ReceiptDocument = {
  formatVersion: 1,
  ...saleKeys,
  language: 'zh-CN',
  totalMinor: 1200,
  currency: 'CNY',
  blocks: [{ kind: 'rule' }],
}

export const completed: CompletedSale = {
  saleId: saleKeys.saleId,
  receipt,
  receiptUrl: null,
  mode: 'online',
  changeMinor: 0,
}
export const vend: VendView = { pieces: [{ slot: '11', item: tea, state: 'waiting' }], refund: null }

export const scanned = (item: Item): CheckoutInput => ({
  type: 'itemScanned',
  item,
  priceVersion: null,
  ...saleKeys,
})

/** One of each input a lane can get, in the shapes that matter; the machine must answer every one in every state. */
export const everyInput: readonly CheckoutInput[] = [
  { type: 'sessionStarted', ...saleKeys },
  { type: 'languageChosen', language: 'en' },
  { type: 'countChanged', lineId: 1, count: 3 },
  { type: 'countChanged', lineId: 99, count: 3 },
  { type: 'lineRemoved', lineId: 1 },
  { type: 'memberRemoved' },
  { type: 'payPressed' },
  ...tenderKinds.map((tender) => choose(tender)),
  choose('face', 200),
  choose('points', 200),
  { type: 'recoveryChosen' },
  { type: 'backPressed' },
  { type: 'digitsEntered', digits: '4242' },
  { type: 'digitsEntered', digits: '0000' },
  { type: 'confirmed', saleId: saleKeys.saleId, totalMinor: 1200, attemptKey },
  { type: 'confirmed', saleId: key('f'), totalMinor: 1200, attemptKey },
  { type: 'notMePressed' },
  { type: 'cancelPressed' },
  { type: 'copyPressed' },
  { type: 'noPaperPressed' },
  { type: 'finishPressed' },
  scanned(tea),
  scanned(wine),
  scanned(apples),
  { type: 'saleCommitted', completed: { ...completed, vend } },
  { type: 'vendProgressed', saleId: saleKeys.saleId, vend },
  { type: 'vendFinished', saleId: saleKeys.saleId, vend },
  { type: 'scanRefused', notice: { code: 'unreadableBarcode' } },
  { type: 'memberFound', member, ...saleKeys },
  { type: 'walletCodeRead', code: `99${'0'.repeat(16)}`, attemptKey },
  { type: 'faceIdentified', candidate, mode: 'online' },
  { type: 'faceIdentified', candidate, mode: 'deferred' },
  { type: 'faceIdentified', candidate: debtor, mode: 'online' },
  { type: 'faceAmbiguous', candidates: [candidate, twin].map(online) },
  { type: 'faceRefused', refusal: 'attack' },
  { type: 'faceRefused', refusal: 'challenge' },
  { type: 'hubNeeded' },
  { type: 'couponRead', code: `FC${'0'.repeat(12)}`, attemptKey },
  { type: 'walletFaceSeen', wallet: 'alipay', token: 'token', attemptKey },
  { type: 'walletFaceRefused', refusal: 'timeout' },
  cash(1_200),
  cash(500),
  { type: 'cardPrompted', attemptKey, prompt: 'enterPin' },
  { type: 'staffReleasedUnknown', attemptKey, part: part({ releasedBy: 'li', approvalCode: null }) },
  { type: 'staffChoseOtherTender', attemptKey },
  { type: 'partVoided', attemptKey },
  { type: 'partVoided', attemptKey: otherAttemptKey },
  { type: 'voidUnconfirmed' },
  { type: 'staffHeldVoids' },
  { type: 'cashReturned', staffId: 'li' },
  { type: 'authorisationApproved', attemptKey, part: part() },
  { type: 'authorisationApproved', attemptKey, part: part({ amountMinor: 700 }) },
  { type: 'authorisationApproved', attemptKey: otherAttemptKey, part: part({ attemptKey: otherAttemptKey }) },
  { type: 'authorisationDeclined', attemptKey, reason: 'insufficientFunds' },
  { type: 'paymentDeferred', attemptKey, part: part({ mode: 'deferred', approvalCode: null }) },
  { type: 'attemptCancelled', attemptKey },
  { type: 'outcomeUnknown', attemptKey, phase: 'querying' },
  { type: 'outcomeUnknown', attemptKey, phase: 'attendant' },
  { type: 'staffHeldUnknown', attemptKey },
  {
    type: 'saleCommitted',
    completed,
  },
  { type: 'paperReported', saleId: saleKeys.saleId, paper: 'printed' },
  { type: 'ageApproved', lineId: 1 },
  { type: 'weightEntered', lineId: 1, grams: 450 },
  { type: 'lineRefused', lineId: 1 },
  { type: 'priceOverridden', lineId: 1, override: { unitPriceMinor: 1, reason: 'damaged', staffId: 'li' } },
  { type: 'idleTimedOut' },
  { type: 'laneFailed', reasons: ['store.diskFull'] },
  { type: 'laneRecovered' },
]

const committed: CheckoutInput = {
  type: 'saleCommitted',
  completed,
}
const toFace: CheckoutInput[] = [scanned(tea), { type: 'payPressed' }, choose('face')]
const pays: CheckoutInput = { type: 'confirmed', saleId: saleKeys.saleId, totalMinor: 1200, attemptKey }
const toMoney: CheckoutInput[] = [...toFace, { type: 'faceIdentified', candidate, mode: 'online' }, pays]
/** Ways a visit goes: pure chance would hardly ever get past the second screen. */
const visits: readonly (readonly CheckoutInput[])[] = [
  [
    ...toMoney,
    { type: 'authorisationApproved', attemptKey, part: part() },
    committed,
    { type: 'paperReported', saleId: saleKeys.saleId, paper: 'printed' },
  ],
  [
    ...toMoney,
    { type: 'outcomeUnknown', attemptKey, phase: 'querying' },
    { type: 'paymentDeferred', attemptKey, part: part({ mode: 'deferred', approvalCode: null }) },
  ],
  [...toMoney, { type: 'authorisationDeclined', attemptKey, reason: 'insufficientFunds' }],
  [...toFace, { type: 'faceAmbiguous', candidates: [{ ...candidate, mode: 'deferred' }, online(twin)] }],
  [
    ...toFace,
    { type: 'faceIdentified', candidate: debtor, mode: 'online' },
    pays,
    { type: 'recoveryChosen' },
  ],
  [
    ...toMoney,
    { type: 'authorisationApproved', attemptKey, part: part({ amountMinor: 700 }) },
    choose('cash'),
    cash(500),
  ],
  [
    ...toMoney,
    { type: 'authorisationApproved', attemptKey, part: part({ amountMinor: 700 }) },
    { type: 'cancelPressed' },
    { type: 'partVoided', attemptKey },
  ],
  [...toFace.slice(0, 2), choose('walletFace')],
  [],
]

/** Some of a usual visit, then anything in any order, then more of it. */
export const anyInputs = fc
  .record({
    visit: fc.constantFrom(...visits),
    from: fc.nat(8),
    chance: fc.array(fc.constantFrom(...everyInput), { maxLength: 30 }),
  })
  .map(({ visit, from, chance }) => [...visit.slice(0, from), ...chance, ...visit.slice(from)])
