import type { ReceiptDocument } from '../../../../src-main/contract/receipt.ts'

/** A receipt as a shop would print it: two languages, columns, emphasis, a symbol. */
export const receipt: ReceiptDocument = {
  formatVersion: 1,
  saleId: '0123456789abcdef0123456789abcdef',
  receiptToken: 'fedcba9876543210fedcba9876543210',
  language: 'zh-CN',
  totalMinor: 1981,
  currency: 'CNY',
  blocks: [
    { kind: 'title', text: '惠民便利店' },
    { kind: 'text', text: 'Lane 1 · 自助收银', align: 'center', bold: false },
    { kind: 'rule' },
    { kind: 'columns', left: '农夫山泉 550ml', right: '¥2.00', emphasis: 'normal' },
    { kind: 'columns', left: '红富士苹果 0.532 kg', right: '¥6.81', emphasis: 'normal' },
    { kind: 'columns', left: 'Dark chocolate 70% with whole hazelnuts', right: '¥12.00', emphasis: 'normal' },
    { kind: 'columns', left: '优惠', right: '-¥1.00', emphasis: 'bold' },
    { kind: 'rule' },
    { kind: 'columns', left: '合计', right: '¥19.81', emphasis: 'large' },
    { kind: 'space' },
    {
      kind: 'qr',
      data: 'http://127.0.0.1:8080/r/fedcba9876543210fedcba9876543210',
      caption: '扫码查看电子小票',
    },
    { kind: 'text', text: '谢谢惠顾 Thank you', align: 'center', bold: true },
  ],
}

export const englishReceipt: ReceiptDocument = { ...receipt, language: 'en' }

export function jobKey(n: number): string {
  return n.toString(16).padStart(8, '0').repeat(4)
}
