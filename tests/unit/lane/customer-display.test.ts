import { describe, expect, test } from 'vitest'
import { columnsOf, showable } from '../../../drivers/line-display/screen-text.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import { customerLines } from '../../../src-main/domain/display/customerLines.ts'
import { laneBeep, laneSignal } from '../../../src-main/domain/display/laneSignal.ts'
import { everyView } from '../renderer/fixtures.ts'

const chinese = { columns: 20, chinese: true } as const
const latin = { columns: 20, chinese: false } as const
const view = (language: 'zh-CN' | 'en', name: string): LaneView => {
  const found = everyView(language).get(name)
  if (found === undefined) throw new Error(`There is no view ${name}`)
  return found
}

describe('the customer display', () => {
  test('shows the item with its price over the total, the amounts at the right edge', () => {
    const shown = view('en', 'scanning')
    const line = shown.basket.lines.find(
      ({ lineId }) => shown.screen.kind === 'scanning' && lineId === shown.screen.lastLineId,
    )
    const price = ((line?.totalMinor ?? 0) / 100).toFixed(2)
    const total = (shown.basket.totalMinor / 100).toFixed(2)
    const [top, bottom] = customerLines(shown, latin)
    expect(top.startsWith((line?.item.name.en ?? '').slice(0, 10))).toBe(true)
    expect(top.endsWith(` ${price}`)).toBe(true)
    expect(bottom).toBe(`TOTAL${total.padStart(15)}`)
  })

  test('a line that waits for its weight or for staff has no price yet', () => {
    const shown = view('en', 'scanning-blocked')
    expect(customerLines(shown, latin)[0]).not.toMatch(/0\.00$/)
  })

  test.each(['zh-CN', 'en'] as const)(
    'fits whatever the lane shows in %s, in two lines of twenty columns',
    (language) => {
      for (const [name, shown] of everyView(language)) {
        for (const text of customerLines(shown, chinese))
          expect(columnsOf(showable(text, 'gb18030')), name).toBeLessThanOrEqual(20)
        for (const text of customerLines(shown, latin)) expect(text, name).toMatch(/^[\x20-\xff]{0,20}$/)
      }
    },
  )

  test('Chinese only where the display has it', () => {
    const shown = view('zh-CN', 'attract')
    expect(customerLines(shown, chinese)[0]).toBe('欢迎光临')
    expect(customerLines(shown, latin)[0]).toBe('Welcome')
  })
})

describe('the lamp and the beeper', () => {
  test.each([
    ['attract', 'free'],
    ['scanning', 'selling'],
    ['confirm', 'selling'],
    ['intervention-help', 'helpWanted'],
    ['outOfOrder', 'closed'],
    ['starting', 'closed'],
  ])('on %s the lamp says %s', (name, signal) => {
    expect(laneSignal(view('en', name))).toBe(signal)
  })

  test('an item that went in, a read that did not, and a call for help sound different; nothing else sounds', () => {
    const before = view('en', 'scanning-empty')
    expect(laneBeep(before, view('en', 'scanning'))).toBe('taken')
    expect(laneBeep(view('en', 'scanning'), view('en', 'notice-unknownBarcode'))).toBe('refused')
    expect(laneBeep(view('en', 'scanning'), view('en', 'intervention-help'))).toBe('help')
    expect(laneBeep(view('en', 'intervention-help'), view('en', 'intervention-help'))).toBeNull()
    expect(laneBeep(view('en', 'scanning'), view('en', 'scanning'))).toBeNull()
  })
})
