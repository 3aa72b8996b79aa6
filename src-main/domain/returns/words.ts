import type { TenderKind } from '../../contract/payment.ts'
import type { Language } from '../../contract/values.ts'

/** Every word of a credit note; labels fit a 58 mm paper. */
export interface CreditNoteWords {
  readonly title: Readonly<Record<'return' | 'void', string>>
  readonly ofSale: string
  readonly returned: string
  readonly backTo: Readonly<Record<TenderKind, string>>
  readonly reduced: string
  readonly rounding: string
  readonly thanks: string
}

export const creditNoteWords: Readonly<Record<Language, CreditNoteWords>> = {
  'zh-CN': {
    title: { return: '退货单', void: '作废单' },
    ofSale: '原单号',
    returned: '退货合计',
    backTo: {
      face: '退回刷脸账户',
      walletCode: '退回付款码账户',
      walletFace: '退回刷脸钱包',
      points: '退回积分',
      coupon: '退回优惠券',
      card: '退回银行卡',
      cash: '退回现金',
    },
    reduced: '该笔款项尚未扣除，届时将少扣此金额。',
    rounding: '现金取整',
    thanks: '请妥善保管此单',
  },
  en: {
    title: { return: 'RETURN', void: 'VOID' },
    ofSale: 'Of sale',
    returned: 'Returned',
    backTo: {
      face: 'Back to the account',
      walletCode: 'Back to the wallet',
      walletFace: 'Back to the wallet',
      points: 'Points restored',
      coupon: 'Coupon restored',
      card: 'Back to the card',
      cash: 'Cash back',
    },
    reduced: 'Not charged yet: this much less will be charged.',
    rounding: 'Cash rounding',
    thanks: 'Please keep this receipt',
  },
}
