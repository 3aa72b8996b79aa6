import type { tendersEn } from './tendersEn.ts'

export const tendersZhCn: typeof tendersEn = {
  wallets: { alipay: '支付宝', wechat: '微信支付' },
  split: { due: '还需支付', title: '剩下的怎么付？', paidSoFar: '已付', cancel: '取消并退款' },
  cash: {
    title: '店员来收现金',
    body: '店员马上就来，请准备好现金。',
    rounded: (rounding) => `已取整 ${rounding}：没有更小的硬币。`,
    given: '收到多少现金？',
    take: '收下现金',
    takePart: (amount) => `先收 ${amount}`,
    change: (amount) => `找零 ${amount}`,
  },
  card: {
    title: '请按刷卡机提示操作',
    presentCard: '请插卡、挥卡或刷卡。',
    enterPin: '请在刷卡机上输入密码，注意遮挡。',
    chooseApplication: '请在刷卡机上选择付款方式。',
    wait: '刷卡机正在准备，请稍候。',
    authorising: '正在询问银行，请不要取出卡片。',
    removeCard: '请取回您的卡片。',
    tryAgain: '没有成功，请再试一次。',
  },
  walletFace: { body: '请看另一个摄像头，按它的提示操作。' },
  couponCapture: { title: '请出示优惠券', body: '出示后立即使用，只能用一次。' },
  owing: {
    title: (name) => `${name}，欢迎回来`,
    body: (amount, day) =>
      day === null ? `之前有一笔 ${amount} 没有付成功。` : `${day}有一笔 ${amount} 没有付成功。`,
    hint: '这种情况难免。可以现在用手机付清，今天这一单也可以换一种方式付款。',
    pay: (amount) => `现在付 ${amount}`,
    code: (amount) => `这次付的是之前的 ${amount}，不是购物篮。`,
  },
  voiding: {
    voiding: { title: '正在退回您的钱', body: '正在退回已付的部分，请稍候。' },
    attendant: { title: '店员会帮您完成', body: '钱正在退回，还没有确认。这一单您不用付款。' },
    cash: { title: '店员来退还现金', body: '请在这里稍等。' },
    cashBack: (amount) => `将退还您现金 ${amount}。`,
  },
  deferredBanner: (count, amount) => `${count} 笔共 ${amount} 等待联网扣款`,
  deferredUntil: (hours) => (hours < 1 ? '一小时内停止离线收款' : `还可离线收款 ${hours} 小时`),
}
