import type { myFaceEn } from './myFaceEn.ts'

export const myFaceZhCn: typeof myFaceEn = {
  open: '我的面孔：查看或删除',
  code: { title: '请出示钱包付款码', body: '用来确认是谁的面孔，不会扣款。' },
  checking: '正在核对付款码',
  problems: {
    codeInvalid: '这个付款码无效，请刷新。',
    codeExpired: '这个付款码已过期，请刷新。',
    hubNeeded: '现在需要联网。没有手机时店员也可以帮您。',
    notAWalletCode: '这不是钱包的付款码，请打开钱包的付款码。',
    tooManyTries: '短时间内出示的付款码太多，请等十分钟。',
    faceNotFound: '没有认出您，请出示钱包付款码。',
    refusedByStaff: '没有删除任何内容。您也可以出示钱包付款码。',
  },
  withoutPhone: '我没有带手机',
  afterLook: '然后由店员和您一起确认。',
  staff: { title: '店员会来确认', body: '店员马上就来。' },
  confirm: {
    title: '删除这里的面孔吗？',
    since: (day) => `自 ${day} 起保存在本机`,
    body: '会立即销毁，无法恢复。您仍然可以用手机付款。',
    delete: '删除我的面孔',
    keep: '保留',
  },
  nothing: { title: '这里没有保存', body: '本机没有为这个钱包保存面孔。钱包页面可以查看所有结账台。' },
  deleted: {
    title: '您的面孔已删除',
    body: (references) => `已销毁 ${references} 份面部特征。`,
    qr: '扫码查看删除凭证',
    entry: (lane, seq) => `签名记录：${lane}，第 ${seq} 条`,
  },
  failed: {
    diskFull: { title: '本机现在无法保存', body: '还没有删除。请找店员，或使用您的钱包页面。' },
  },
  close: '关闭',
  done: '完成',
}
