import type { vendingEn } from './vendingEn.ts'

export const vendingZhCn: typeof vendingEn = {
  title: '请点选您要的商品',
  away: { title: '售货机暂停服务', body: '现在无法购买。没有扣款。' },
  closed: { soldOut: '已售完', outOfOrder: '货道卡住，暂不出售', away: '暂停' },
  left: (count) => `剩 ${count} 件`,
  slots: (names) => `${names.join('、')} 号`,
  fewer: (name) => `少一件：${name}`,
  cancel: '重新选择',
  dispensing: {
    title: '已付款，正在出货',
    body: '请从下方取货口取走商品。',
    checking: '售货机没有回应。没有掉落的商品会退款。',
  },
  pieces: {
    waiting: '排队中',
    turning: '正在出货',
    checking: '正在核对',
    dropped: '请在下方取货',
    notDropped: '没有掉落，退款',
  },
  refund: {
    ordered: (amount) => `${amount} 将按原付款方式退回给您。`,
    later: '没有掉落的商品将按原付款方式退款，您不必在此等候。',
    refused: '款项没能自动退回。请保留小票，商店会为您处理。',
  },
  doneTitle: '部分商品没有掉落',
}
