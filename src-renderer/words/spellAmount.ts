import type { Language, Money } from '../../src-main/contract/values.ts'

const fenPerYuan = 100
/** From here on a slipped digit is expensive: 1,000 yuan, in fen. */
const spelledFromMinor = 100_000
/** Beyond this nobody shops; the words would fill the screen. */
const spelledBelowMinor = 100_000_000_00

/** A large amount in words, as it is written on a cheque; null where the figure alone is clear enough. */
export function spellAmount({ amountMinor, currency }: Money, language: Language): string | null {
  if (currency !== 'CNY' || amountMinor < spelledFromMinor || amountMinor >= spelledBelowMinor) return null
  const yuan = Math.floor(amountMinor / fenPerYuan)
  const fen = amountMinor % fenPerYuan
  return language === 'en' ? english(yuan, fen) : chinese(yuan, fen)
}

const digits = '零壹贰叁肆伍陆柒捌玖'
const places = ['', '拾', '佰', '仟'] as const

function chinese(yuan: number, fen: number): string {
  const jiao = Math.floor(fen / 10)
  const lastFen = fen % 10
  const whole = `${chineseWhole(yuan)}元`
  if (fen === 0) return `${whole}整`
  const tenths = jiao > 0 ? `${digits.charAt(jiao)}角` : '零'
  return whole + tenths + (lastFen > 0 ? `${digits.charAt(lastFen)}分` : '')
}

/** Groups of four digits; one 零 stands for any run of zeros inside. `value` 1 to 99,999,999. */
function chineseWhole(value: number): string {
  const high = Math.floor(value / 10_000)
  const low = value % 10_000
  if (high === 0) return chineseGroup(low)
  if (low === 0) return `${chineseGroup(high)}万`
  return `${chineseGroup(high)}万${low < 1000 ? '零' : ''}${chineseGroup(low)}`
}

function chineseGroup(value: number): string {
  let text = ''
  let zeros = false
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(value / 10 ** place) % 10
    if (digit === 0) {
      zeros = text !== ''
      continue
    }
    text += `${zeros ? '零' : ''}${digits.charAt(digit)}${places[place] ?? ''}`
    zeros = false
  }
  return text
}

const small = [
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen',
  'eighteen nineteen',
]
  .join(' ')
  .split(' ')
const tens = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

function english(yuan: number, fen: number): string {
  const words = `${englishWhole(yuan)} yuan`
  return fen === 0 ? words : `${words} and ${fen} fen`
}

function englishWhole(value: number): string {
  for (const [size, name] of [
    [1_000_000, 'million'],
    [1_000, 'thousand'],
    [100, 'hundred'],
  ] as const) {
    if (value < size) continue
    const rest = value % size
    const head = `${englishWhole(Math.floor(value / size))} ${name}`
    return rest === 0 ? head : `${head} ${englishWhole(rest)}`
  }
  if (value < small.length) return small[value] ?? ''
  const unit = value % 10
  const ten = tens[Math.floor(value / 10)] ?? ''
  return unit === 0 ? ten : `${ten}-${small[unit] ?? ''}`
}
