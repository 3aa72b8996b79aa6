import { unreachable } from '../../contract/result.ts'
import type { LaneView } from '../../contract/laneView.ts'
import type { Language } from '../../contract/values.ts'
import { knownMinorDigits } from '../money/currencies.ts'
import { formatDecimal } from '../money/text.ts'

/** What a customer display can show; see `drivers/line-display/line-display-port.ts`. */
export interface DisplaySize {
  /** Of Latin letters; a Chinese character takes two. */
  readonly columns: number
  readonly chinese: boolean
}

const said = {
  'zh-CN': {
    welcome: '欢迎光临',
    total: '合计',
    due: '应付',
    change: '找零',
    thanks: '谢谢惠顾',
    closed: '暂停服务',
    deferred: '稍后扣款',
  },
  en: {
    welcome: 'Welcome',
    total: 'TOTAL',
    due: 'TO PAY',
    change: 'CHANGE',
    thanks: 'Thank you',
    closed: 'Lane closed',
    deferred: 'Charged later',
  },
} as const

/** Two lines for the customer: the item and its price over the total, while something is bought. Amounts carry no sign. */
export function customerLines(view: LaneView, size: DisplaySize): readonly [string, string] {
  const language: Language = size.chinese ? view.language : 'en'
  const words = said[language]
  const digits = knownMinorDigits(view.currency)
  const money = (minor: number): string => formatDecimal(minor, digits)
  const pair = (left: string, right: string): string => justified(left, right, size)
  const { basket, screen } = view
  const total = (): string =>
    basket.paid.length > 0
      ? pair(words.due, money(basket.dueMinor))
      : pair(words.total, money(basket.totalMinor))

  switch (screen.kind) {
    case 'starting':
    case 'outOfOrder':
      return [words.closed, '']
    case 'attract':
    case 'cancelled':
      return [words.welcome, size.chinese ? view.merchantName : '']
    case 'dispensing':
      return [words.thanks, '']
    case 'printing':
    case 'done':
      return [
        screen.changeMinor > 0 ? pair(words.change, money(screen.changeMinor)) : words.thanks,
        screen.mode === 'deferred' ? words.deferred : '',
      ]
    case 'scanning': {
      const line = basket.lines.find(({ lineId }) => lineId === screen.lastLineId) ?? basket.lines.at(-1)
      if (line === undefined) return [words.welcome, '']
      const price = line.blocks.length > 0 ? '' : money(line.totalMinor)
      return [pair(line.item.name[language], price), total()]
    }
    case 'approved':
      return [words.thanks, total()]
    case 'cash':
      return ['', pair(words.due, money(screen.dueMinor))]
    case 'tenderChoice':
    case 'faceCapture':
    case 'codeCapture':
    case 'walletFace':
    case 'owing':
    case 'secondFactor':
    case 'confirm':
    case 'authorising':
    case 'declined':
    case 'unknown':
    case 'voiding':
      return ['', total()]
    default:
      return unreachable(screen)
  }
}

/** `left` cut so that `right` stands whole at the end of the line. */
function justified(left: string, right: string, { columns, chinese }: DisplaySize): string {
  const room = columns - right.length - (right === '' ? 0 : 1)
  let text = ''
  let taken = 0
  for (const character of left) {
    const width = chinese && (character.codePointAt(0) ?? 0) > 0x7e ? 2 : 1
    if (taken + width > room) break
    text += character
    taken += width
  }
  return right === '' ? text : text + ' '.repeat(columns - taken - right.length) + right
}
