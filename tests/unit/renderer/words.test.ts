import { describe, expect, it } from 'vitest'
import { glyphs as catalogueGlyphs } from '../../../src-main/domain/catalogue/glyphs.ts'
import { glyphs } from '../../../src-renderer/glyphs/glyphs.tsx'
import { sayDetail, sayRefusal, wordsFor } from '../../../src-renderer/words/words.ts'

/** Every path to a word of a dictionary, functions included. */
function paths(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [prefix]
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, `${prefix}.${key}`))
}

function sentences(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(sentences)
}

const en = wordsFor('en')
const zh = wordsFor('zh-CN')

describe('the words of the screen', () => {
  it('have the same entries in both languages, open tables included', () => {
    expect(paths(zh).sort()).toEqual(paths(en).sort())
  })

  it('are never empty', () => {
    for (const words of [en, zh])
      for (const sentence of sentences(words)) expect(sentence.trim()).not.toBe('')
  })

  it('are Chinese in Chinese and hold no Chinese in English', () => {
    for (const sentence of sentences(zh)) expect(sentence).toMatch(/\p{Script=Han}/u)
    for (const sentence of sentences(en)) expect(sentence).not.toMatch(/\p{Script=Han}/u)
  })

  it('use the punctuation of their language', () => {
    for (const sentence of sentences(zh)) expect(sentence).not.toMatch(/[,;!?]|\.$/)
    for (const sentence of sentences(en)) expect(sentence).not.toMatch(/[，。！？]/)
  })

  it('find a detail by the last part of its code, and have words for one they do not know', () => {
    expect(sayDetail(en, 'paperEmpty')).toBe(en.deviceDetails['paperEmpty'])
    expect(sayDetail(en, 'store.diskFull')).toBe(en.deviceDetails['diskFull'])
    expect(sayDetail(en, 'something.else')).toBe(en.deviceOther)
    expect(sayRefusal(zh, 'wrongPin')).toBe(zh.refusals['wrongPin'])
    expect(sayRefusal(zh, 'whatever')).toBe(zh.refusalOther)
  })

  it('count in the singular where there is one', () => {
    expect(en.items(1)).toBe('1 item')
    expect(en.items(3)).toBe('3 items')
    expect(zh.items(3)).toBe('3 件商品')
  })
})

describe('the pictures of goods', () => {
  it('are exactly those the catalogue may name', () => {
    expect(Object.keys(glyphs).sort()).toEqual([...catalogueGlyphs].sort())
  })
})
