import type { Language } from '../../../src-main/contract/values.ts'

/** What a person may choose for the next payment. */
export const choices = {
  approve: { kind: 'approve' },
  buyerPays: { kind: 'waitBuyer', ms: 6000 },
  buyerRefuses: { kind: 'waitBuyer', ms: 6000, then: 'refuse' },
  buyerNever: { kind: 'waitBuyer', then: 'never' },
  lose: { kind: 'loseReply' },
  late: { kind: 'delay', ms: 8000 },
  twice: { kind: 'answerTwice' },
  garbage: { kind: 'garbage', form: 'html' },
  wrongKey: { kind: 'garbage', form: 'otherKey' },
  down: { kind: 'down', ms: 20_000 },
} as const
export type Choice = keyof typeof choices

/** The same refusal in each wallet's own code. */
export const declines = {
  noMoney: { alipay: 'ACQ.BUYER_BALANCE_NOT_ENOUGH', wechat: 'NOT_ENOUGH' },
  oldCode: { alipay: 'ACQ.PAYMENT_AUTH_CODE_INVALID', wechat: 'AUTH_CODE_EXPIRE' },
  overLimit: { alipay: 'ACQ.PRODUCT_AMOUNT_LIMIT_ERROR', wechat: 'RULE_LIMIT' },
} as const
export type Decline = keyof typeof declines

export interface PageWords {
  readonly title: string
  readonly about: string
  readonly next: string
  readonly choices: Readonly<Record<Choice, string>>
  readonly declines: Readonly<Record<Decline, string>>
  readonly forget: string
  readonly waiting: string
  readonly payments: string
  readonly paymentColumns: readonly string[]
  readonly requests: string
  readonly requestColumns: readonly string[]
  readonly refused: string
  readonly noAnswer: string
}

export const pageWords: Readonly<Record<Language, PageWords>> = {
  en: {
    title: 'Wallet simulator',
    about: 'Alipay and WeChat Pay, as a merchant’s server meets them. No real money.',
    next: 'The next payment',
    choices: {
      approve: 'Approve',
      buyerPays: 'Ask the buyer; pays after 6 s',
      buyerRefuses: 'Ask the buyer; refuses after 6 s',
      buyerNever: 'Ask the buyer; never answers',
      lose: 'Charge and lose the reply',
      late: 'Charge and answer after 8 s',
      twice: 'Charge and answer twice',
      garbage: 'Charge and answer garbage',
      wrongKey: 'Charge and sign with a wrong key',
      down: 'Be down for 20 s',
    },
    declines: {
      noMoney: 'Decline: not enough money',
      oldCode: 'Decline: code expired',
      overLimit: 'Decline: over the limit',
    },
    forget: 'Forget all rules',
    waiting: 'Rules that wait',
    payments: 'Payments',
    paymentColumns: ['Wallet', 'Number', 'State', 'Payer', 'Charged', 'Given back'],
    requests: 'Last requests',
    requestColumns: ['Time', 'Wallet', 'Operation', 'Number', 'Answer', 'Made of it'],
    refused: 'refused',
    noAnswer: 'no answer',
  },
  'zh-CN': {
    title: '钱包模拟器',
    about: '从商户服务器看到的支付宝与微信支付。不涉及真实资金。',
    next: '下一笔支付',
    choices: {
      approve: '支付成功',
      buyerPays: '等待用户，6 秒后付款',
      buyerRefuses: '等待用户，6 秒后拒绝',
      buyerNever: '等待用户，一直不答复',
      lose: '已扣款，应答丢失',
      late: '已扣款，8 秒后应答',
      twice: '已扣款，应答两次',
      garbage: '已扣款，应答为乱码',
      wrongKey: '已扣款，用错误的密钥签名',
      down: '停机 20 秒',
    },
    declines: {
      noMoney: '拒绝：余额不足',
      oldCode: '拒绝：付款码过期',
      overLimit: '拒绝：超过限额',
    },
    forget: '清除全部规则',
    waiting: '待用规则',
    payments: '支付',
    paymentColumns: ['钱包', '单号', '状态', '付款人', '已扣', '已退'],
    requests: '最近的请求',
    requestColumns: ['时间', '钱包', '操作', '单号', '应答', '处理'],
    refused: '已拒绝',
    noAnswer: '无应答',
  },
}
