import fc from 'fast-check'
import type { Item } from '../../../src-main/contract/catalogue.ts'
import type { FaceEvidence } from '../../../src-main/contract/payment.ts'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import type { CheckoutInput, Payer } from '../../../src-main/domain/checkout/state.ts'

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
export const evidence: FaceEvidence = {
  subjectKey: payer.subjectKey,
  secondFactor: false,
  modelPackId: 'pack',
}
export const candidate = { payer, evidence }
const twin = { payer: { ...payer, subjectKey: key('3'), phoneLast4: '1111' }, evidence }

export const receipt: ReceiptDocument = {
  formatVersion: 1,
  ...saleKeys,
  language: 'zh-CN',
  totalMinor: 1200,
  currency: 'CNY',
  blocks: [{ kind: 'rule' }],
}

/** One of each input a lane can get, in the shapes that matter; the machine must answer every one in every state. */
export const everyInput: readonly CheckoutInput[] = [
  { type: 'sessionStarted', ...saleKeys },
  { type: 'languageChosen', language: 'en' },
  { type: 'countChanged', lineId: 1, count: 3 },
  { type: 'countChanged', lineId: 99, count: 3 },
  { type: 'lineRemoved', lineId: 1 },
  { type: 'payPressed' },
  { type: 'tenderChosen', tender: 'face' },
  { type: 'tenderChosen', tender: 'walletCode' },
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
  { type: 'itemScanned', item: tea, ...saleKeys },
  { type: 'itemScanned', item: wine, ...saleKeys },
  { type: 'itemScanned', item: apples, ...saleKeys },
  { type: 'scanRefused', notice: { code: 'unreadableBarcode' } },
  { type: 'walletCodeRead', code: `99${'0'.repeat(16)}`, attemptKey },
  { type: 'faceIdentified', candidate, mode: 'online' },
  { type: 'faceIdentified', candidate, mode: 'deferred' },
  { type: 'faceAmbiguous', candidates: [candidate, twin], mode: 'online' },
  { type: 'faceRefused', refusal: 'attack' },
  { type: 'faceRefused', refusal: 'challenge' },
  { type: 'hubNeeded' },
  { type: 'authorisationApproved', attemptKey, maskedAccount: '**** 42' },
  { type: 'authorisationApproved', attemptKey: otherAttemptKey, maskedAccount: '**** 42' },
  { type: 'authorisationDeclined', attemptKey, reason: 'insufficientFunds' },
  { type: 'paymentDeferred', attemptKey },
  { type: 'attemptCancelled', attemptKey },
  { type: 'outcomeUnknown', attemptKey, phase: 'querying' },
  { type: 'outcomeUnknown', attemptKey, phase: 'attendant' },
  { type: 'staffHeldUnknown', attemptKey },
  {
    type: 'saleCommitted',
    completed: { saleId: saleKeys.saleId, receipt, receiptUrl: null, mode: 'online' },
  },
  { type: 'paperFinished', saleId: saleKeys.saleId, paper: 'printed' },
  { type: 'ageApproved', lineId: 1 },
  { type: 'weightEntered', lineId: 1, grams: 450 },
  { type: 'lineRefused', lineId: 1 },
  { type: 'idleTimedOut' },
  { type: 'laneFailed', reasons: ['store.diskFull'] },
  { type: 'laneRecovered' },
]

const committed: CheckoutInput = {
  type: 'saleCommitted',
  completed: { saleId: saleKeys.saleId, receipt, receiptUrl: null, mode: 'online' },
}
const toFace: CheckoutInput[] = [
  { type: 'itemScanned', item: tea, ...saleKeys },
  { type: 'payPressed' },
  { type: 'tenderChosen', tender: 'face' },
]
const toMoney: CheckoutInput[] = [
  ...toFace,
  { type: 'faceIdentified', candidate, mode: 'online' },
  { type: 'confirmed', saleId: saleKeys.saleId, totalMinor: 1200, attemptKey },
]
/** Ways a visit goes: pure chance would hardly ever get past the second screen. */
const visits: readonly (readonly CheckoutInput[])[] = [
  [
    ...toMoney,
    { type: 'authorisationApproved', attemptKey, maskedAccount: '**** 42' },
    committed,
    { type: 'paperFinished', saleId: saleKeys.saleId, paper: 'printed' },
  ],
  [
    ...toMoney,
    { type: 'outcomeUnknown', attemptKey, phase: 'querying' },
    { type: 'paymentDeferred', attemptKey },
  ],
  [...toMoney, { type: 'authorisationDeclined', attemptKey, reason: 'insufficientFunds' }],
  [...toFace, { type: 'faceAmbiguous', candidates: [candidate, twin], mode: 'deferred' }],
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
