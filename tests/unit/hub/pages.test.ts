import { describe, expect, it } from 'vitest'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import { html, trusted } from '../../../src-hub/pages/html.ts'
import { receiptPage } from '../../../src-hub/pages/receipt.ts'
import { languageOf, money, words } from '../../../src-hub/pages/words.ts'

describe('markup', () => {
  it('escapes every value and keeps markup made by itself', () => {
    const inner = html`<b>${'<script>&"\''}</b>`
    expect(html`<p title="${'"x"'}">${inner}${[html`<i></i>`, null, 3]}</p>`.text).toBe(
      '<p title="&quot;x&quot;"><b>&lt;script&gt;&amp;&quot;&#39;</b><i></i>3</p>',
    )
    expect(html`${trusted('<svg></svg>')}`.text).toBe('<svg></svg>')
  })

  it('does not read escapes in a value as a template’s', () => {
    expect(html`${'a\\n${b}'}`.text).toBe('a\\n${b}')
  })
})

describe('the words of the pages', () => {
  it('are there in both languages', () => {
    expect(Object.keys(words['zh-CN'])).toEqual(Object.keys(words.en))
  })

  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['en-GB,zh;q=0.5', 'en'],
    ['fr,zh-TW', 'zh-CN'],
    ['', 'en'],
    [undefined, 'en'],
  ])('are chosen from %j as %s', (header, language) => {
    expect(languageOf(header)).toBe(language)
  })

  it('write money with the currency’s own digits', () => {
    expect(money('en', 1250, 'CNY')).toBe('¥12.50')
    expect(money('zh-CN', -5, 'CNY')).toBe('-¥0.05')
    expect(money('en', 1250, 'JPY')).toBe('¥1,250')
  })
})

describe('the receipt page', () => {
  const receipt: ReceiptDocument = {
    formatVersion: 1,
    saleId: 'a'.repeat(32),
    receiptToken: 'c'.repeat(32),
    language: 'zh-CN',
    totalMinor: 3680,
    currency: 'CNY',
    blocks: [
      { kind: 'title', text: '港湾超市' },
      { kind: 'text', text: '谢谢惠顾', align: 'center', bold: true },
      { kind: 'columns', left: '龙井茶', right: '12.00', emphasis: 'normal' },
      { kind: 'rule' },
      { kind: 'space' },
      { kind: 'columns', left: '合计', right: '36.80', emphasis: 'large' },
      { kind: 'qr', data: `https://hub.example/r/${'c'.repeat(32)}`, caption: '扫码查看小票' },
      { kind: 'qr', data: 'https://hub.example/other', caption: '会员' },
    ],
  }

  it('shows every kind of block in the receipt’s language, but no code that leads to itself', async () => {
    const page = await receiptPage(receipt)
    for (const part of [
      'lang="zh-CN"',
      '港湾超市',
      '谢谢惠顾',
      '龙井茶',
      '12.00',
      '<hr />',
      '会员',
      '¥36.80',
    ]) {
      expect(page).toContain(part)
    }
    expect(page).not.toContain('扫码查看小票')
    expect(page.match(/<svg/g)).toHaveLength(1)
  })
})
