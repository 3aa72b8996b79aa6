import type { FaceWallet, TenderKind } from '../../contract/payment.ts'
import type { Language } from '../../contract/values.ts'

/** Every word a receipt can carry. Labels are short: a 58 mm paper has 32 columns, 16 for Chinese. */
export interface ReceiptWords {
  readonly taxId: string
  readonly saleNumber: string
  readonly time: string
  readonly lane: string
  readonly pieces: string
  readonly total: string
  readonly tax: (rate: string, net: string) => string
  readonly taxExempt: (net: string) => string
  readonly tender: Readonly<Record<TenderKind, string>>
  /** A phone code or a face of another wallet. */
  readonly wallet: Readonly<Record<FaceWallet, string>>
  readonly card: string
  readonly priceChanged: (from: string, to: string) => string
  readonly subtotal: string
  readonly given: string
  readonly change: string
  readonly rounding: string
  readonly beingFoundOut: string
  readonly account: string
  readonly approval: string
  readonly memberCard: string
  readonly pointsEarned: string
  readonly chargedLater: string
  readonly bench: string
  readonly eReceipt: string
  readonly thanks: string
}

export const receiptWords: Readonly<Record<Language, ReceiptWords>> = {
  'zh-CN': {
    taxId: '税号',
    saleNumber: '单号',
    time: '时间',
    lane: '收银台',
    pieces: '件数',
    total: '合计',
    tax: (rate, net) => `税额 ${rate}（不含税 ${net}）`,
    taxExempt: (net) => `免税（${net}）`,
    tender: {
      face: '刷脸支付',
      walletCode: '付款码支付',
      walletFace: '钱包刷脸支付',
      points: '积分抵扣',
      coupon: '优惠券抵扣',
      card: '银行卡支付',
      cash: '现金支付',
    },
    wallet: { alipay: '支付宝', wechat: '微信支付' },
    priceChanged: (from, to) => `店员改价 ${from} → ${to}`,
    card: '银行卡',
    subtotal: '小计（不含税）',
    given: '收现金',
    change: '找零',
    rounding: '现金取整',
    beingFoundOut: '这笔付款的结果仍在核实，最多只会扣款一次。',
    account: '付款账户',
    approval: '授权号',
    memberCard: '会员卡',
    pointsEarned: '本次积分',
    chargedLater: '付款时网络暂时中断。网络恢复后，将从您的账户扣款一次。',
    bench: '测试收银台：非真实款项',
    eReceipt: '扫码查看电子小票',
    thanks: '谢谢惠顾，欢迎再来',
  },
  en: {
    taxId: 'Tax ID',
    saleNumber: 'Sale',
    time: 'Time',
    lane: 'Lane',
    pieces: 'Items',
    total: 'Total',
    tax: (rate, net) => `Tax ${rate} on ${net}`,
    taxExempt: (net) => `Tax-exempt ${net}`,
    tender: {
      face: 'Paid by face',
      walletCode: 'Paid by phone code',
      walletFace: 'Paid by wallet face',
      points: 'Paid with points',
      coupon: 'Paid with coupon',
      card: 'Paid by card',
      cash: 'Paid in cash',
    },
    wallet: { alipay: 'Alipay', wechat: 'WeChat Pay' },
    priceChanged: (from, to) => `Price changed ${from} → ${to}`,
    card: 'Card',
    subtotal: 'Before tax',
    given: 'Cash given',
    change: 'Change',
    rounding: 'Cash rounding',
    beingFoundOut: 'We are still finding out about this payment. You pay it once at most.',
    account: 'Account',
    approval: 'Approval',
    memberCard: 'Member card',
    pointsEarned: 'Points earned',
    chargedLater:
      'The connection was down when you paid. Your account will be charged once, when the connection is back.',
    bench: 'TEST LANE: no real money',
    eReceipt: 'Scan for your e-receipt',
    thanks: 'Thank you, see you soon',
  },
}
