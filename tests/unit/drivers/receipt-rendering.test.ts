import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import type { ReceiptBlock, ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import { createPrintHead } from '../../../drivers/pos-printer/emulator/print-head.ts'
import { readToken } from '../../../drivers/pos-printer/emulator/tokens.ts'
import { printerProfiles, type PrinterProfile } from '../../../drivers/pos-printer/profiles.ts'
import { renderLines } from '../../../drivers/pos-printer/render/esc-pos-bytes.ts'
import { printableText, textColumns } from '../../../drivers/pos-printer/render/text-width.ts'
import { wrapText } from '../../../drivers/pos-printer/render/wrap.ts'
import { englishReceipt, jobKey, receipt } from './support/receipts.ts'

const profiles = Object.values(printerProfiles)
const withBlocks = (blocks: ReceiptBlock[]): ReceiptDocument => ({ ...receipt, blocks })
const render = (document: ReceiptDocument, profile: PrinterProfile): Uint8Array[] =>
  renderLines({ jobKey: jobKey(7), document, copy: null }, profile)

/** The lines as the printer's head would set them. */
function linesOf(parts: readonly Uint8Array[], profile: PrinterProfile): string[] {
  const head = createPrintHead(profile.widthDots)
  const bytes = Buffer.concat(parts)
  const lines: string[] = []
  for (let at = 0; at < bytes.length;) {
    const token = readToken(bytes, at, head.twoByte())
    if (token === null) throw new Error(`The job ends in the middle of a command at byte ${at}`)
    at += token.size
    for (const effect of head.execute(token)) if (effect.kind === 'row') lines.push(effect.row.text)
  }
  return lines
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  fc.stringMatching(/^[\\|{}\-=_"`^~;,:# a-z0-9]{1,40}$/),
  fc.stringMatching(/^[\u4e00-\u9fa5A-Za-z0-9 ]{1,40}$/),
)

describe.each(profiles)('rendering for $id', (profile) => {
  test('label and figure stand at the edges of one line; a long label is broken between words above it', () => {
    const lines = linesOf(render(receipt, profile), profile)
    const drinks = lines.find((line) => line.startsWith('农夫山泉'))
    expect(textColumns(drinks ?? '')).toBe(profile.columns)
    expect(drinks).toMatch(/^农夫山泉 550ml +￥2\.00$/)
    const long = lines.findIndex((line) => line.startsWith('Dark chocolate'))
    const wrapped = lines.slice(long, profile.columns === 48 ? long + 1 : long + 2)
    expect(wrapped.join('\n')).toMatch(
      profile.columns === 48
        ? /^Dark chocolate 70% with whole hazelnuts +￥12\.00$/
        : /^Dark chocolate 70% with whole\nhazelnuts +￥12\.00$/,
    )
  })

  test('any text is printed as text: nothing of it becomes markup, a command or a lost character', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('left', 'center', 'right'), fc.boolean(), (text, align, bold) => {
        const expected = text
          .split(/\r\n|\r|\n/)
          .map(printableText)
          .join('')
        const lines = linesOf(render(withBlocks([{ kind: 'text', text, align, bold }]), profile), profile)
        const printed = lines.filter((line) => line.trim() !== '#00000007').join('')
        const round = iconv.decode(iconv.encode(expected, 'gb18030'), 'gb18030')
        expect(printed.replace(/\s/g, '')).toBe(round.replace(/\s/g, ''))
      }),
      { numRuns: 300 },
    )
  })

  test('no line is wider than the paper, whatever the columns hold', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.constantFrom('normal', 'bold', 'large'), (left, right, emphasis) => {
        const block: ReceiptBlock = { kind: 'columns', left, right, emphasis }
        for (const line of linesOf(render(withBlocks([block]), profile), profile)) {
          expect(textColumns(line)).toBeLessThanOrEqual(profile.columns)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a product name with commands inside cannot cut, kick the drawer or reset the printer', () => {
    const evil = 'A\u001bp\u0000\u0019\u0019B\u001d\u0056\u0000C\u001b@D\u0010\u0014\u0001\u0000\u0001E'
    const bytes = Buffer.concat(
      render(withBlocks([{ kind: 'text', text: evil, align: 'left', bold: false }]), profile),
    )
    expect(bytes.includes(Buffer.of(0x1b, 0x70))).toBe(false)
    expect(bytes.includes(Buffer.of(0x10))).toBe(false)
    expect(bytes.indexOf(Buffer.of(0x1b, 0x40), 1)).toBe(-1)
    expect(bytes.indexOf(Buffer.of(0x1d, 0x56))).toBe(bytes.lastIndexOf(Buffer.of(0x1d, 0x56)))
  })

  test('no symbol holds bytes that are a real-time command (DLE EOT, DLE ENQ, DLE DC4)', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true }).filter((url) => url.length <= 300),
        (data) => {
          const bytes = Buffer.concat(render(withBlocks([{ kind: 'qr', data, caption: '' }]), profile))
          for (const second of [0x04, 0x05, 0x14]) expect(bytes.includes(Buffer.of(0x10, second))).toBe(false)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('each part is a whole line, symbol band or cut, and small enough to be confirmed alone', () => {
    for (const part of render(receipt, profile)) expect(part.length).toBeLessThanOrEqual(512)
    expect(Buffer.from(render(receipt, profile).at(-1) ?? []).toString('latin1')).toBe('\x1dVB\0')
  })
})

describe('breaking lines', () => {
  test.each([
    ['one two three', 8, ['one two', 'three']],
    ['农夫山泉饮用天然水', 8, ['农夫山泉', '饮用天然', '水']],
    ['共计三件，谢谢', 8, ['共计三', '件，谢谢']],
    ['Supercalifragilistic', 8, ['Supercal', 'ifragili', 'stic']],
    ['可口可乐Coca-Cola 330ml', 12, ['可口可乐', 'Coca-Cola', '330ml']],
    ['', 8, ['']],
  ])('%j in %i columns', (text, columns, lines) => {
    expect(wrapText(text, columns)).toEqual(lines)
  })

  test('no line is too wide, and no character but spaces is lost', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 48 }), (text, columns) => {
        const line = printableText(text)
        const lines = wrapText(line, columns)
        expect(lines.join('').replace(/ /g, '')).toBe(line.replace(/ /g, ''))
        for (const part of lines) expect(textColumns(part)).toBeLessThanOrEqual(columns)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('further papers of a job', () => {
  test.each([
    [receipt, '副本 COPY', '补打原因：打印中缺纸'],
    [englishReceipt, 'COPY', 'Printed again: paper ran out'],
  ])('say COPY and why, above and below the receipt', (document, word, reason) => {
    const profile = printerProfiles['generic-58']
    const lines = linesOf(renderLines({ jobKey: jobKey(7), document, copy: 'paperEmpty' }, profile), profile)
    const text = lines.map((line) => line.trim())
    expect(text[0]).toBe(word)
    expect(text.slice(1, 3).join('')).toContain(reason)
    expect(text).toContain(`** ${word} **`)
    expect(linesOf(render(document, profile), profile).join('')).not.toContain('COPY')
  })
})
