import type { TenderKind } from '../../contract/payment.ts'
import type { ReceiptBlock, ReceiptDocument } from '../../contract/receipt.ts'
import type { ShiftReport } from '../../contract/shift.ts'
import type { Key, Language } from '../../contract/values.ts'
import { formatMoney } from '../money/text.ts'
import { localTime, rateText } from '../receipt/figures.ts'
import type { ReceiptMerchant } from '../receipt/receipt.ts'

export interface ReportPaperFacts {
  readonly reportKey: Key
  readonly receiptToken: Key
  readonly language: Language
  readonly merchant: ReceiptMerchant
  readonly laneId: string
  readonly timeZone: string
  readonly atMs: number
}

interface ReportWords {
  readonly x: string
  readonly z: (zNumber: number) => string
  readonly lane: string
  readonly from: string
  readonly to: string
  readonly sales: string
  readonly returns: string
  readonly voids: string
  readonly gross: string
  readonly net: string
  readonly tax: (rate: string) => string
  readonly tender: Readonly<Record<TenderKind, string>>
  readonly overrides: string
  readonly cancelled: string
  readonly deferred: string
  readonly recovered: string
  readonly float: string
  readonly cashSales: string
  readonly rounding: string
  readonly cashRefunds: string
  readonly cashIn: string
  readonly cashOut: string
  readonly expected: string
  readonly counted: string
  readonly difference: string
  readonly drawerOpenings: string
  readonly withoutSale: string
}

export const reportWords: Readonly<Record<Language, ReportWords>> = {
  'zh-CN': {
    x: 'X 报表（班中）',
    z: (zNumber) => `Z 报表 第 ${zNumber} 号`,
    lane: '收银台',
    from: '自',
    to: '至',
    sales: '销售',
    returns: '退货',
    voids: '作废',
    gross: '净销售额（含税）',
    net: '不含税',
    tax: (rate) => `税 ${rate}`,
    tender: {
      face: '刷脸',
      walletCode: '付款码',
      walletFace: '钱包刷脸',
      points: '积分',
      coupon: '优惠券',
      card: '银行卡',
      cash: '现金',
    },
    overrides: '改价',
    cancelled: '取消',
    deferred: '待扣款（离线）',
    recovered: '补缴',
    float: '备用金',
    cashSales: '现金销售',
    rounding: '取整',
    cashRefunds: '现金退款',
    cashIn: '存入',
    cashOut: '取出',
    expected: '应有现金',
    counted: '实点现金',
    difference: '差额',
    drawerOpenings: '钱箱打开次数',
    withoutSale: '其中无交易',
  },
  en: {
    x: 'X REPORT',
    z: (zNumber) => `Z REPORT No. ${zNumber}`,
    lane: 'Lane',
    from: 'From',
    to: 'To',
    sales: 'Sales',
    returns: 'Returns',
    voids: 'Voids',
    gross: 'Net of returns',
    net: 'Without tax',
    tax: (rate) => `Tax ${rate}`,
    tender: {
      face: 'Face',
      walletCode: 'Phone code',
      walletFace: 'Wallet face',
      points: 'Points',
      coupon: 'Coupon',
      card: 'Card',
      cash: 'Cash',
    },
    overrides: 'Price changes',
    cancelled: 'Cancelled',
    deferred: 'To be charged',
    recovered: 'Debts paid',
    float: 'Float',
    cashSales: 'Cash sales',
    rounding: 'Rounding',
    cashRefunds: 'Cash refunds',
    cashIn: 'Cash in',
    cashOut: 'Cash out',
    expected: 'Cash expected',
    counted: 'Cash counted',
    difference: 'Difference',
    drawerOpenings: 'Drawer openings',
    withoutSale: 'of these without a sale',
  },
}

/** The X or Z on paper. */
export function reportPaper(report: ShiftReport, facts: ReportPaperFacts): ReceiptDocument {
  const words = reportWords[facts.language]
  const money = (amountMinor: number) =>
    formatMoney({ amountMinor, currency: report.currency }, facts.language)
  const row = (left: string, amountMinor: number) => columns(left, money(amountMinor))
  const counted = (left: string, { count, amountMinor }: { count: number; amountMinor: number }) =>
    columns(`${left} ×${count}`, money(amountMinor))
  const time = (atMs: number | null) => (atMs === null ? '–' : localTime(atMs, facts.timeZone))
  const { cash } = report
  const blocks: ReceiptBlock[] = [
    { kind: 'title', text: facts.merchant.name },
    centred(report.zNumber === null ? words.x : words.z(report.zNumber)),
    columns(words.lane, facts.laneId),
    columns(words.from, time(report.fromAtMs)),
    columns(words.to, time(report.toAtMs)),
    rule,
    counted(words.sales, report.sales),
    counted(words.returns, negative(report.returns)),
    counted(words.voids, negative(report.voids)),
    columns(words.gross, money(report.grossMinor), 'bold'),
    row(words.net, report.netMinor),
    ...report.taxes.map((tax) => row(words.tax(rateText(tax.ratePermille)), tax.taxMinor)),
    rule,
    ...report.tenders.map(({ tender, paidMinor, refundedMinor }) =>
      row(words.tender[tender], paidMinor - refundedMinor),
    ),
    rule,
    counted(words.overrides, report.overrides),
    counted(words.cancelled, report.cancelled),
    counted(words.deferred, report.deferred),
    counted(words.recovered, report.recovered),
    rule,
    row(words.float, cash.floatMinor),
    row(words.cashSales, cash.salesMinor),
    row(words.rounding, cash.roundingMinor),
    row(words.cashRefunds, 0 - cash.refundsMinor),
    row(words.cashIn, cash.inMinor),
    row(words.cashOut, 0 - cash.outMinor),
    columns(words.expected, money(cash.expectedMinor), 'bold'),
    ...(cash.countedMinor === null ? [] : [row(words.counted, cash.countedMinor)]),
    ...(cash.differenceMinor === null
      ? []
      : [columns(words.difference, money(cash.differenceMinor), 'large')]),
    ...(report.drawer === undefined
      ? []
      : [
          columns(words.drawerOpenings, String(report.drawer.openings)),
          columns(words.withoutSale, String(report.drawer.withoutSale)),
        ]),
    { kind: 'space' },
  ]
  return {
    formatVersion: 1,
    saleId: facts.reportKey,
    receiptToken: facts.receiptToken,
    language: facts.language,
    totalMinor: report.grossMinor,
    currency: report.currency,
    blocks,
  }
}

const rule: ReceiptBlock = { kind: 'rule' }

function negative({ count, amountMinor }: { count: number; amountMinor: number }) {
  return { count, amountMinor: 0 - amountMinor }
}

function centred(text: string): ReceiptBlock {
  return { kind: 'text', text, align: 'center', bold: true }
}

function columns(
  left: string,
  right: string,
  emphasis: 'normal' | 'bold' | 'large' = 'normal',
): ReceiptBlock {
  return { kind: 'columns', left, right, emphasis }
}
