import type { Language } from '../../src-main/contract/values.ts'

/** Every sentence of the hub's pages, in both languages. */
export const words = {
  'zh-CN': {
    receipt: '电子小票',
    receiptTotal: '合计',
    onItsWay: '小票正在路上',
    onItsWayDetail: '结账台还没有把小票送到这里。请不要关闭此页，收到后会自动显示。',
    wallet: '钱包',
    balance: '余额',
    showCode: '付款时请向扫码器出示',
    codeRenews: '付款码自动更新，每个只能使用一次。',
    lastPayments: '最近付款',
    viewReceipt: '查看小票',
    givenBack: '已退回',
    noWallet: '没有找到这个钱包',
    noWalletDetail: '链接可能不完整，请向店员索取新的链接。',
    hub: '门店中心',
    operatorToken: '管理口令',
    operatorTokenHint: '在中心数据文件夹的 operator-token 文件里。',
    signIn: '登录',
    signOut: '退出',
    day: '日终对账',
    wrongToken: '口令不正确。',
    lanes: '结账台',
    noLanes: '还没有结账台加入。',
    lane: '名称',
    lastSync: '最近同步',
    entries: '日志条数',
    parked: '待处理',
    quarantined: '隔离',
    state: '状态',
    fine: '正常',
    forked: '日志分叉',
    released: '已释放',
    never: '从未',
    sales: '已完成销售',
    charged: '钱包实收',
    ledger: '账本',
    balanced: '平衡',
    unbalanced: '不平衡',
    deletions: '待删除的面孔',
    overdue: (count: number) => `${count} 项超期`,
  },
  en: {
    receipt: 'Your receipt',
    receiptTotal: 'Total',
    onItsWay: 'Your receipt is on its way',
    onItsWayDetail: 'The checkout has not sent it here yet. Keep this page open: it appears by itself.',
    wallet: 'Wallet',
    balance: 'Balance',
    showCode: 'Show this to the scanner to pay',
    codeRenews: 'The code renews itself. Each one works once.',
    lastPayments: 'Latest payments',
    viewReceipt: 'Receipt',
    givenBack: 'given back',
    noWallet: 'This wallet was not found',
    noWalletDetail: 'The link may be incomplete. Ask the staff for a new one.',
    hub: 'Store hub',
    operatorToken: 'Operator token',
    operatorTokenHint: 'It is in the file operator-token in the hub’s data folder.',
    signIn: 'Sign in',
    signOut: 'Sign out',
    day: "Day's end",
    wrongToken: 'That is not the token.',
    lanes: 'Lanes',
    noLanes: 'No lane has joined yet.',
    lane: 'Name',
    lastSync: 'Last sync',
    entries: 'Entries',
    parked: 'Parked',
    quarantined: 'Quarantine',
    state: 'State',
    fine: 'Fine',
    forked: 'Journal forked',
    released: 'Released',
    never: 'Never',
    sales: 'Completed sales',
    charged: 'Charged by the wallet',
    ledger: 'Ledger',
    balanced: 'Balanced',
    unbalanced: 'Not balanced',
    deletions: 'Faces to delete',
    overdue: (count: number) => `${count} overdue`,
  },
} as const satisfies Record<Language, Record<string, string | ((count: number) => string)>>

/** Simplified Chinese or English, whichever the browser asks for first. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '').toLowerCase().split(',')
  const first = wanted.find((tag) => /^\s*(zh|en)\b/.test(tag))
  return first?.trim().startsWith('zh') === true ? 'zh-CN' : 'en'
}

/** "¥12.50" as this language writes it. */
export function money(language: Language, amountMinor: number, currency: string): string {
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  })
  return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}
