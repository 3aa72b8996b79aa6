import type { Difference } from '../../contract/day.ts'
import type { Language } from '../../contract/values.ts'
import { unreachable } from '../../contract/result.ts'
import { formatMoney } from '../money/text.ts'
import { minorDigits } from '../money/currencies.ts'

/** What a difference means and what to do, as one sentence for whoever closes the day. */
export function differenceWords(difference: Difference, language: Language): string {
  const money = (amountMinor: number) => amountText(amountMinor, difference.currency, language)
  const first = money(difference.firstMinor)
  const second = money(difference.secondMinor)
  return language === 'en' ? inEnglish(difference, first, second) : inChinese(difference, first, second)
}

function inEnglish({ kind, between, provider }: Difference, first: string, second: string): string {
  const [one, other] =
    between === 'laneHub' ? ['the lane', 'the hub'] : ['the hub', provider ?? 'the provider']
  switch (kind) {
    case 'missingAtHub':
      return `The lane journalled ${first} as paid, and the hub does not know it. Look for parked or waiting entries of this lane.`
    case 'notOnLane':
      return `The hub charged ${second}, and no lane has journalled it. If its lane is not offline, give it back.`
    case 'missingAtProvider':
      return `The hub has ${first} as charged, and ${other} does not list it. Ask ${other} about this number.`
    case 'unknownAtHub':
      return `${other} charged ${second} that the hub never ordered. Give it back at ${other}.`
    case 'amountDiffers':
      return `${one} has ${first}, ${other} has ${second}. Compare the refunds.`
    case 'currencyDiffers':
      return `${one} and ${other} name different currencies for ${first}.`
    case 'stateDiffers':
      return `${one} stands at ${first}, ${other} at ${second}: one of them says that it was not charged.`
    case 'duplicated':
      return `${other} charged more than once under one number: ${second} where the hub has ${first}. Give the rest back.`
    default:
      return unreachable(kind)
  }
}

function inChinese({ kind, between, provider }: Difference, first: string, second: string): string {
  const [one, other] = between === 'laneHub' ? ['收银台', '中心'] : ['中心', provider ?? '支付机构']
  switch (kind) {
    case 'missingAtHub':
      return `收银台记为已付 ${first}，中心没有这笔。请检查该收银台待处理的记录。`
    case 'notOnLane':
      return `中心已扣 ${second}，收银台没有记录。若该收银台并未离线，请退款。`
    case 'missingAtProvider':
      return `中心记为已扣 ${first}，${other}的账单中没有。请凭单号向${other}查询。`
    case 'unknownAtHub':
      return `${other}扣了 ${second}，中心从未请求过。请在${other}退款。`
    case 'amountDiffers':
      return `${one}为 ${first}，${other}为 ${second}。请核对退款。`
    case 'currencyDiffers':
      return `${first} 这笔在${one}与${other}的币种不同。`
    case 'stateDiffers':
      return `${one}为 ${first}，${other}为 ${second}：其中一方认为没有扣款。`
    case 'duplicated':
      return `${other}在同一单号下扣款多次：${second}，中心为 ${first}。请退还多扣部分。`
    default:
      return unreachable(kind)
  }
}

/** A statement may name a currency that nobody knows. */
function amountText(amountMinor: number, currency: string, language: Language): string {
  if (minorDigits(currency) === null) return `${amountMinor} ${currency}`
  return formatMoney({ amountMinor, currency }, language)
}
