import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spellAmount } from '../../../src-renderer/words/spellAmount.ts'

const zh = (amountMinor: number) => spellAmount({ amountMinor, currency: 'CNY' }, 'zh-CN')
const en = (amountMinor: number) => spellAmount({ amountMinor, currency: 'CNY' }, 'en')

/** Written by hand, as on a cheque. */
const cheques = [
  [100_000, '壹仟元整', 'one thousand yuan'],
  [100_105, '壹仟零壹元零伍分', 'one thousand one yuan and 5 fen'],
  [123_456, '壹仟贰佰叁拾肆元伍角陆分', 'one thousand two hundred thirty-four yuan and 56 fen'],
  [205_050, '贰仟零伍拾元伍角', 'two thousand fifty yuan and 50 fen'],
  [1_000_000, '壹万元整', 'ten thousand yuan'],
  [1_000_900, '壹万零玖元整', 'ten thousand nine yuan'],
  [10_203_040, '壹拾万贰仟零叁拾元肆角', 'one hundred two thousand thirty yuan and 40 fen'],
  [999_999_999, '玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分', null],
] as const

describe('large amounts in words', () => {
  it.each(cheques)('%i fen is %s', (amountMinor, chinese, english) => {
    expect(zh(amountMinor)).toBe(chinese)
    if (english !== null) expect(en(amountMinor)).toBe(english)
  })

  it('says nothing where the figure is clear enough, or in another currency', () => {
    expect(zh(99_999)).toBeNull()
    expect(spellAmount({ amountMinor: 500_000, currency: 'EUR' }, 'en')).toBeNull()
  })

  it('gives different amounts different words (property)', () => {
    const amount = fc.integer({ min: 100_000, max: 9_999_999_999 })
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        if (a === b) return
        expect(zh(a)).not.toBe(zh(b))
        expect(en(a)).not.toBe(en(b))
      }),
    )
  })
})
