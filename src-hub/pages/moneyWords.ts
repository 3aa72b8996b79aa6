import type { Language } from '../../src-main/contract/values.ts'
import type { CaseKind } from '../payments/cases.ts'

/** What the pages say about payments that wait, debts, agreements and points, in both languages. */
interface MoneyWords {
  readonly unpaid: (amount: string) => string
  readonly paidLater: (amount: string, when: string) => string
  readonly owed: string
  readonly owedDetail: (amount: string, when: string) => string
  readonly payNow: string
  readonly notEnough: string
  readonly points: string
  readonly agreement: string
  readonly agreementDetail: (provider: string, limit: string) => string
  readonly endAgreement: string
  readonly agreementNone: string
  readonly agreementNo: string
  readonly agreementLimit: string
  readonly provider: string
  readonly signAgreement: string
  readonly agreementRefused: string
  readonly waiting: (count: number, sums: string, since: string) => string
  readonly firstExpires: (inTime: string) => string
  readonly expiresNow: string
  readonly cases: string
  readonly debts: string
  readonly caseColumns: readonly string[]
  readonly caseKinds: Readonly<Record<CaseKind, string>>
}

export const moneyWords: Readonly<Record<Language, MoneyWords>> = {
  'zh-CN': {
    unpaid: (amount) => `这笔购物中有 ${amount} 没有付款成功。您可以在钱包页面或任意结账台用手机补付。`,
    paidLater: (amount, when) => `${amount} 已于 ${when} 补付。`,
    owed: '有一笔付款没有成功',
    owedDetail: (amount, when) => `${when} 的购物还有 ${amount} 未付。付清后即可继续刷脸支付。`,
    payNow: '现在付款',
    notEnough: '余额不足。也可以在任意结账台用手机付款码支付。',
    points: '积分',
    agreement: '刷脸免密付款',
    agreementDetail: (provider, limit) => `刷脸付款由 ${provider} 扣款，单笔最高 ${limit}。`,
    endAgreement: '解除签约',
    agreementNone: '刷脸付款从余额扣款。您也可以填写已签约的免密协议号。',
    agreementNo: '协议号',
    agreementLimit: '单笔上限',
    provider: '扣款方',
    signAgreement: '使用此协议',
    agreementRefused: '无法使用此协议，请检查协议号和上限。',
    waiting: (count, sums, since) => `${count} 笔付款（共 ${sums}）自 ${since} 起等待处理`,
    firstExpires: (inTime) => `最早一笔将在${inTime}过期。`,
    expiresNow: '最早一笔即将过期。',
    cases: '待处理的付款问题',
    debts: '未付清的购物',
    caseColumns: ['问题', '付款编号', '负责人', '开始时间'],
    caseKinds: {
      providerMissing: '付款服务未配置',
      providerSilent: '付款服务长时间没有答复',
      cannotGiveBack: '付款服务拒绝退回，请另行退款',
      cannotClose: '付款服务拒绝关闭',
      refundRefused: '退款被拒绝',
      saleMissing: '已收款，但结账台没有报告销售',
      released: '结果未知时已放行商品',
      goodsUnpaid: '商品已售出，付款却已取消',
      lostInRestore: '恢复备份后丢失的付款',
    },
  },
  en: {
    unpaid: (amount) =>
      `A payment of ${amount} for this purchase did not go through. You can pay it on your wallet page, or with your phone at any checkout.`,
    paidLater: (amount, when) => `Paid later: ${amount} on ${when}.`,
    owed: 'A payment did not go through',
    owedDetail: (amount, when) =>
      `${amount} for your purchase of ${when} is still to be paid. Once it is, you can pay by face again.`,
    payNow: 'Pay it now',
    notEnough: 'There is not enough balance. You can also pay it with your phone’s code at any checkout.',
    points: 'Points',
    agreement: 'Paying by face',
    agreementDetail: (provider, limit) =>
      `Payments by face are charged by ${provider}, up to ${limit} each time.`,
    endAgreement: 'End this agreement',
    agreementNone:
      'Payments by face are taken from the balance. If you have signed a debit agreement, enter its number here.',
    agreementNo: 'Agreement number',
    agreementLimit: 'Most for one payment',
    provider: 'Charged by',
    signAgreement: 'Use this agreement',
    agreementRefused: 'This agreement cannot be used. Check its number and the limit.',
    waiting: (count, sums, since) =>
      `${count} ${count === 1 ? 'payment' : 'payments'} of ${sums} ${count === 1 ? 'waits' : 'wait'} since ${since}`,
    firstExpires: (inTime) => `the first expires ${inTime}.`,
    expiresNow: 'the first expires any moment.',
    cases: 'Payments to look into',
    debts: 'Purchases still to be paid',
    caseColumns: ['What', 'Payment', 'Who sees to it', 'Since'],
    caseKinds: {
      providerMissing: 'Its payment provider is not configured',
      providerSilent: 'Its provider has not answered for long',
      cannotGiveBack: 'Its provider refuses to give it back: return the money another way',
      cannotClose: 'Its provider refuses to close it',
      refundRefused: 'A refund was refused',
      saleMissing: 'Charged, but its lane has reported no sale',
      released: 'Goods went while its outcome was unknown',
      goodsUnpaid: 'Goods were sold on it, but it was cancelled',
      lostInRestore: 'Lost when the hub came back from a backup',
    },
  },
}
