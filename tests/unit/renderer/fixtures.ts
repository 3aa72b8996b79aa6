import type { BasketLine } from '../../../src-main/contract/basket.ts'
import type { Item } from '../../../src-main/contract/catalogue.ts'
import type {
  CaptureView,
  InterventionView,
  LaneView,
  Screen,
  TenderOffer,
} from '../../../src-main/contract/laneView.ts'
import { challengeActions } from '../../../src-main/contract/face.ts'
import { declineReasons } from '../../../src-main/contract/payment.ts'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import type { Language } from '../../../src-main/contract/values.ts'
import { cardPromptSchema, paperStates, screenGuidanceCodes } from '../../../src-main/contract/laneView.ts'
import { interventionKinds } from '../../../src-main/contract/events.ts'
import { enrolments, myFaces } from './faceLayerFixtures.ts'
import { notices } from './noticeFixtures.ts'
import { staffLayers } from './staffFixtures.ts'
import { vendingViews } from './vendingFixtures.ts'
import { weighings } from './weighingFixtures.ts'

export const saleId = '0123456789abcdef0123456789abcdef'

export function item(
  sku: string,
  zh: string,
  en: string,
  priceMinor: number,
  more: Partial<Item> = {},
): Item {
  return {
    sku,
    barcodes: ['6901234567892'],
    name: { 'zh-CN': zh, en },
    category: 'food',
    unit: 'each',
    priceMinor,
    taxClass: 'standard',
    ...more,
  }
}

function each(lineId: number, of: Item, count: number, more: Partial<BasketLine> = {}): BasketLine {
  return {
    lineId,
    item: of,
    quantity: { kind: 'each', count },
    totalMinor: of.priceMinor * count,
    blocks: [],
    ...more,
  }
}

export const lines: readonly BasketLine[] = [
  each(1, item('tea-500', '茉莉花茶 500 毫升', 'Jasmine tea 500 ml', 600, { glyph: 'tea' }), 2),
  each(
    2,
    item('rice-5', '东北长粒香大米 5 公斤装', 'Northeast long-grain rice, 5 kg bag', 6_880, {
      glyph: 'rice',
    }),
    1,
  ),
  each(3, item('notebook', '软面抄笔记本', 'Soft-cover notebook', 1_280), 1),
  {
    lineId: 4,
    item: item('apple', '红富士苹果', 'Fuji apples', 1_396, { unit: 'kg', glyph: 'apple' }),
    quantity: { kind: 'weight', grams: 845 },
    totalMinor: 1_180,
    blocks: [],
  },
]

export const beer = each(
  5,
  item('beer', '精酿啤酒 330 毫升', 'Craft beer 330 ml', 1_500, { glyph: 'beer', minimumAgeYears: 18 }),
  1,
  { blocks: ['ageCheck'] },
)
export const unweighed: BasketLine = {
  lineId: 6,
  item: item('tomato', '西红柿', 'Tomatoes', 998, { unit: 'kg', glyph: 'tomato', barcodes: [] }),
  quantity: { kind: 'weight', grams: 0 },
  totalMinor: 0,
  blocks: ['weighing'],
}

const receiptWords = {
  en: {
    shop: 'Facelane Corner Store',
    total: 'Total',
    copy: 'Keep this receipt on your phone',
    paid: 'Wallet **** 42',
  },
  'zh-CN': { shop: '街角便利店', total: '合计', copy: '扫码保存电子小票', paid: '钱包 **** 42' },
}

export function receipt(language: Language): ReceiptDocument {
  const words = receiptWords[language]
  return {
    formatVersion: 1,
    saleId,
    receiptToken: saleId,
    language,
    totalMinor: 10_540,
    currency: 'CNY',
    blocks: [
      { kind: 'title', text: words.shop },
      { kind: 'text', text: '2026-11-22 14:03  lane-1', align: 'center', bold: false },
      { kind: 'rule' },
      ...lines.map((line) => ({
        kind: 'columns' as const,
        left: line.item.name[language],
        right: (line.totalMinor / 100).toFixed(2),
        emphasis: 'normal' as const,
      })),
      { kind: 'rule' },
      { kind: 'columns', left: words.total, right: '¥105.40', emphasis: 'large' },
      { kind: 'text', text: words.paid, align: 'left', bold: true },
      { kind: 'space' },
      { kind: 'qr', data: `http://127.0.0.1:7000/r/${saleId}`, caption: words.copy },
    ],
  }
}

const offers: TenderOffer[] = [
  { kind: 'face', available: true, reason: null },
  { kind: 'walletCode', available: true, reason: null },
]
const fewOffers: TenderOffer[] = [
  { kind: 'face', available: false, reason: 'cameraUnavailable' },
  { kind: 'walletCode', available: true, reason: null },
]

const owing = {
  recoveryKey: '9'.repeat(32),
  amountMinor: 1_240,
  currency: 'CNY',
  atMs: Date.UTC(2026, 10, 20, 12),
}
const allOffers: TenderOffer[] = [
  ...offers,
  { kind: 'walletFace', available: true, reason: null, wallet: 'alipay' },
  { kind: 'card', available: false, reason: 'terminalUnavailable' },
  { kind: 'points', available: true, reason: null },
  { kind: 'coupon', available: true, reason: null },
  { kind: 'cash', available: true, reason: null },
]

export function capture(more: Partial<CaptureView> = {}): CaptureView {
  return {
    camera: 'on',
    guidance: 'comeCloser',
    faceBox: { x: 0.42, y: 0.3, width: 0.16, height: 0.4 },
    progress: 0.4,
    ...more,
  }
}

const payer = { maskedName: '王**', maskedAccount: '**** 42' }

export function laneView(language: Language, more: Partial<LaneView> = {}): LaneView {
  return {
    version: 1,
    laneId: 'lane-1',
    merchantName: language === 'en' ? 'Corner Store' : '街角便利店',
    profile: 'self-checkout',
    mode: 'development',
    bench: false,
    camera: 'page',
    language,
    currency: 'CNY',
    screen: { kind: 'attract' },
    basket: {
      saleId: null,
      lines: [],
      itemCount: 0,
      totalMinor: 0,
      taxes: [],
      prices: 'inclusive',
      paid: [],
      dueMinor: 0,
      blocked: false,
      member: null,
    },
    shelf: null,
    notice: null,
    intervention: null,
    weighing: null,
    enrolment: null,
    myFace: null,
    staffLayer: null,
    jurisdiction: 'default',
    devices: [],
    sync: sync('online', 0),
    facePay: { available: true, enrolled: 3 },
    ...more,
  }
}

function sync(hub: LaneView['sync']['hub'], deferredCount: number): LaneView['sync'] {
  const waits = deferredCount > 0
  return {
    hub,
    pendingEntries: 3 * deferredCount,
    deferredCount,
    deferredMinor: 2_000 * deferredCount,
    deferredOldestAtMs: waits ? Date.UTC(2026, 10, 23) : null,
    // Long past: what is left to accept does not depend on when the picture is taken.
    deferredUntilMs: waits ? Date.UTC(2020, 0, 1) : null,
    lastSuccessAtMs: null,
  }
}

function basketOf(
  of: readonly BasketLine[],
  blocked = false,
  paid: LaneView['basket']['paid'] = [],
): LaneView['basket'] {
  const totalMinor = of.reduce((sum, line) => sum + line.totalMinor, 0)
  return {
    saleId,
    lines: [...of],
    itemCount: of.length + 1,
    totalMinor,
    taxes: [],
    prices: 'inclusive',
    paid: [...paid],
    dueMinor: paid.reduce((due, part) => due - part.amountMinor, totalMinor),
    blocked,
    member: null,
  }
}

const member = { maskedName: '*小明', maskedNumber: '****3456', pointsMinor: 1_280 }

function intervention(kind: InterventionView['kind']): InterventionView {
  const line = kind === 'ageCheck' ? beer : kind === 'weighing' ? unweighed : null
  return { interventionKey: saleId, kind, line, pin: { wrongTries: 0, lockedForMs: 0 } }
}

/** Every picture the window can show, by name: what all renderer tests go through. */
export function everyView(language: Language): ReadonlyMap<string, LaneView> {
  const partlyPaid = basketOf(lines, false, [
    { tender: 'points', wallet: null, amountMinor: 250, maskedAccount: '**** 42', mode: 'online' },
    { tender: 'walletCode', wallet: 'wechat', amountMinor: 300, maskedAccount: '微信 **8', mode: 'online' },
    { tender: 'cash', wallet: null, amountMinor: 500, maskedAccount: null, mode: 'local' },
  ])
  const views = new Map<string, LaneView>()
  const sale = { basket: basketOf(lines) }
  const idle = (name: string, screen: Screen, more: Partial<LaneView> = {}): unknown =>
    views.set(name, laneView(language, { screen, ...more }))
  const during = (name: string, screen: Screen, more: Partial<LaneView> = {}): unknown =>
    views.set(name, laneView(language, { screen, ...sale, ...more }))

  idle('starting', { kind: 'starting' })
  idle('attract', { kind: 'attract' })
  idle('attract-bench', { kind: 'attract' }, { bench: true })
  during('scanning-empty', { kind: 'scanning', lastLineId: null }, { basket: basketOf([]) })
  during('scanning', { kind: 'scanning', lastLineId: 4 })
  const withMember = { basket: { ...basketOf(lines), member } }
  during('scanning-member', { kind: 'scanning', lastLineId: 4 }, withMember)
  during(
    'scanning-empty-member',
    { kind: 'scanning', lastLineId: null },
    { basket: { ...basketOf([]), member } },
  )
  during('tenderChoice-member', { kind: 'tenderChoice', offers }, withMember)
  during(
    'scanning-long',
    { kind: 'scanning', lastLineId: 16 },
    {
      basket: basketOf(
        [...lines, ...lines, ...lines, ...lines].map((line, index) => ({ ...line, lineId: index + 1 })),
      ),
      sync: sync('offline', 1),
      devices: [{ category: 'PosPrinter', state: 'attention', detail: 'paperEmpty' }],
    },
  )
  during(
    'scanning-blocked',
    { kind: 'scanning', lastLineId: 5 },
    { basket: basketOf([...lines.slice(0, 2), beer, unweighed], true) },
  )
  for (const [name, weighing] of weighings(unweighed)) {
    const basket = basketOf([...lines.slice(0, 2), unweighed], true)
    during(`weighing-${name}`, { kind: 'scanning', lastLineId: 5 }, { basket, weighing })
  }
  const machine = { lines, basket: basketOf(lines.slice(0, 1)), receipt: receipt(language) }
  for (const [name, view] of vendingViews(machine)) views.set(name, laneView(language, view))
  during('tenderChoice', { kind: 'tenderChoice', offers })
  during('tenderChoice-few', { kind: 'tenderChoice', offers: fewOffers })
  during('tenderChoice-none', {
    kind: 'tenderChoice',
    offers: [
      { kind: 'face', available: false, reason: 'galleryEmpty' },
      { kind: 'walletCode', available: false, reason: 'hubNeeded' },
    ],
  })
  during(
    'tenderChoice-locked',
    {
      kind: 'tenderChoice',
      offers: [
        { kind: 'face', available: false, reason: 'lockedOut' },
        { kind: 'walletCode', available: true, reason: null },
      ],
    },
    { intervention: intervention('presentationAttack'), notice: { code: 'faceAttack' } },
  )
  for (const action of challengeActions) {
    for (const back of [false, true]) {
      const guidance = back ? 'lookStraight' : action
      during(`challenge-${action}${back ? '-back' : ''}`, {
        kind: 'faceCapture',
        capture: capture({
          guidance,
          challenge: { action, back, step: 1, of: 2 },
          progress: back ? 0.25 : 0,
        }),
      })
    }
  }
  for (const guidance of screenGuidanceCodes) {
    during(`faceCapture-${guidance}`, { kind: 'faceCapture', capture: capture({ guidance }) })
  }
  during('faceCapture-opening', {
    kind: 'faceCapture',
    capture: capture({ camera: 'opening', guidance: 'lookHere', faceBox: null, progress: 0 }),
  })
  during('codeCapture', { kind: 'codeCapture', tender: 'walletCode', owing: null })
  during('codeCapture-coupon', { kind: 'codeCapture', tender: 'coupon', owing: null })
  during('codeCapture-owing', { kind: 'codeCapture', tender: 'walletCode', owing })
  for (const wallet of ['alipay', 'wechat'] as const) {
    during(`walletFace-${wallet}`, { kind: 'walletFace', wallet })
  }
  during('cash', { kind: 'cash', dueMinor: 3_680, roundingMinor: 0 })
  during('cash-rounded', { kind: 'cash', dueMinor: 3_680, roundingMinor: -4 })
  during('owing', { kind: 'owing', owing, maskedName: payer.maskedName })
  during('owing-undated', { kind: 'owing', owing: { ...owing, atMs: null }, maskedName: payer.maskedName })
  during('tenderChoice-four', {
    kind: 'tenderChoice',
    offers: [...allOffers.slice(0, 2), ...allOffers.slice(4, 6)],
  })
  during('tenderChoice-all', { kind: 'tenderChoice', offers: allOffers })
  during('tenderChoice-partlyPaid', { kind: 'tenderChoice', offers: allOffers }, { basket: partlyPaid })
  for (const phase of ['voiding', 'attendant', 'cash'] as const) {
    during(
      `voiding-${phase}`,
      { kind: 'voiding', phase, parts: partlyPaid.paid, cashMinor: phase === 'cash' ? 500 : 0 },
      { basket: partlyPaid },
    )
  }
  for (const prompt of [null, ...cardPromptSchema.options]) {
    during(`authorising-card-${prompt ?? 'none'}`, { kind: 'authorising', tender: 'card', prompt })
  }
  idle('attract-deferred', { kind: 'attract' }, { sync: sync('offline', 2) })
  during('secondFactor', { kind: 'secondFactor', digits: 4, attemptsLeft: 3 })
  during('confirm', {
    kind: 'confirm',
    tender: 'face',
    payer,
    mode: 'online',
    amountMinor: basketOf(lines).totalMinor,
    points: null,
  })
  during(
    'confirm-large',
    { kind: 'confirm', tender: 'face', payer, mode: 'deferred', amountMinor: 12_345_678, points: null },
    { basket: { ...basketOf(lines), totalMinor: 12_345_678 } },
  )
  during('confirm-code', {
    kind: 'confirm',
    tender: 'walletCode',
    payer: null,
    mode: 'deferred',
    amountMinor: basketOf(lines).totalMinor,
    points: null,
  })
  during('confirm-points', {
    kind: 'confirm',
    tender: 'points',
    payer,
    mode: 'online',
    amountMinor: 2_000,
    points: 250,
  })
  during('authorising', { kind: 'authorising', tender: 'face', prompt: null })
  during('approved', { kind: 'approved', tender: 'face' })
  for (const reason of declineReasons) during(`declined-${reason}`, { kind: 'declined', reason, offers })
  for (const phase of ['querying', 'cancelling', 'attendant'] as const) {
    during(`unknown-${phase}`, { kind: 'unknown', phase })
  }
  during(
    'unknown-attendant-called',
    { kind: 'unknown', phase: 'attendant' },
    { intervention: intervention('unknownOutcome') },
  )
  idle('printing', { kind: 'printing', receipt: receipt(language), mode: 'online', changeMinor: 0 })
  idle('printing-change', { kind: 'printing', receipt: receipt(language), mode: 'local', changeMinor: 1_320 })
  for (const paper of paperStates) {
    idle(`done-${paper}`, {
      kind: 'done',
      receipt: receipt(language),
      receiptUrl: paper === 'noPrinter' ? null : `http://127.0.0.1:7000/r/${saleId}`,
      paper,
      mode: paper === 'unknown' ? 'deferred' : 'online',
      changeMinor: paper === 'printed' ? 1_320 : 0,
    })
  }
  idle('cancelled', { kind: 'cancelled' })
  idle('outOfOrder', { kind: 'outOfOrder', reasons: ['diskFull', 'device.offline'], basketKept: true })
  for (const kind of interventionKinds) {
    during(
      `intervention-${kind}`,
      { kind: 'scanning', lastLineId: null },
      { intervention: intervention(kind) },
    )
  }
  for (const notice of notices) {
    during(`notice-${notice.code}`, { kind: 'scanning', lastLineId: null }, { notice })
  }
  for (const [name, enrolment] of enrolments({ capture, payer }))
    idle(`enrolment-${name}`, { kind: 'attract' }, { enrolment })
  for (const [name, myFace] of myFaces({ capture, payer }))
    idle(`myFace-${name}`, { kind: 'attract' }, { myFace })
  for (const [name, staffLayer] of staffLayers(lines))
    idle(`staff-${name}`, { kind: 'attract' }, { staffLayer })
  return views
}
