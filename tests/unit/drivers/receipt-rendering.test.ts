import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { ReceiptBlock, ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import { createPrintHead } from '../../../drivers/pos-printer/emulator/print-head.ts'
import { readToken } from '../../../drivers/pos-printer/emulator/tokens.ts'
import { printerProfiles, type PrinterProfile } from '../../../drivers/pos-printer/profiles.ts'
import { readLogo } from '../../../drivers/pos-printer/render/logo.ts'
import { renderLines } from '../../../drivers/pos-printer/render/esc-pos-bytes.ts'
import { rasterBands, withoutRealTimeCommands } from '../../../drivers/pos-printer/render/raster.ts'
import { drawPictures, type Pictures } from '../../../drivers/pos-printer/render/pictures.ts'
import { spoken } from '../../../drivers/pos-printer/render/voice.ts'
import type { PaperRow } from '../../../drivers/pos-printer/emulator/paper.ts'
import { printableText, textColumns } from '../../../drivers/pos-printer/render/text-width.ts'
import { wrapText } from '../../../drivers/pos-printer/render/wrap.ts'
import { englishReceipt, jobKey, receipt } from './support/receipts.ts'

const profiles: readonly PrinterProfile[] = Object.values(printerProfiles)
const chineseModels = ['epson-80', 'generic-80', 'generic-58'] as const
/** Dots that stand for whatever has to be drawn. */
const band = rasterBands({ bytesPerRow: 2, bytes: Uint8Array.of(0x55, 0xaa) }, 384)
const sketched: Pictures = {
  logo: null,
  lines: new (class extends Map<string, readonly Uint8Array[]> {
    override get = (): readonly Uint8Array[] => band
  })(),
}
const withBlocks = (blocks: ReceiptBlock[]): ReceiptDocument => ({ ...receipt, blocks })
const render = (document: ReceiptDocument, profile: PrinterProfile): Uint8Array[] =>
  renderLines({ jobKey: jobKey(7), document, copy: null }, profile, sketched)

/** The rows as the printer's head would set them. */
function rowsOf(parts: readonly Uint8Array[], profile: PrinterProfile): PaperRow[] {
  const head = createPrintHead(profile)
  const bytes = Buffer.concat(parts)
  const rows: PaperRow[] = []
  for (let at = 0; at < bytes.length;) {
    const token = readToken(bytes, at, head.characterSet())
    if (token === null) throw new Error(`The job ends in the middle of a command at byte ${at}`)
    at += token.size
    for (const effect of head.execute(token)) if (effect.kind === 'row') rows.push(effect.row)
  }
  return rows
}

function linesOf(parts: readonly Uint8Array[], profile: PrinterProfile): string[] {
  return rowsOf(parts, profile).map(({ text }) => text)
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  fc.stringMatching(/^[\\|{}\-=_"`^~;,:# a-z0-9]{1,40}$/),
  fc.stringMatching(/^[\u4e00-\u9fa5A-Za-z0-9 ]{1,40}$/),
)

describe.each(chineseModels.map((id) => printerProfiles[id]))('a receipt in Chinese on $id', (profile) => {
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
})

describe.each(profiles)('rendering for $id', (profile) => {
  test('any text is printed as text, or drawn where the printer has no characters for it: nothing of it becomes markup, a command or a lost character', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('left', 'center', 'right'), fc.boolean(), (text, align, bold) => {
        const expected = text
          .split(/\r\n|\r|\n/)
          .map((line) => spoken(printableText(line), profile))
          .map(({ text: said, voice }) => (voice === null ? '' : said))
          .join('')
        const lines = linesOf(render(withBlocks([{ kind: 'text', text, align, bold }]), profile), profile)
        const printed = lines.filter((line) => line.trim() !== '#00000007').join('')
        expect(printed.replace(/\s/g, '')).toBe(expected.replace(/\s/g, ''))
      }),
      { numRuns: 300 },
    )
  })

  test('no line is wider than the paper, whatever the columns hold', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.constantFrom('normal', 'bold', 'large'), (left, right, emphasis) => {
        const block: ReceiptBlock = { kind: 'columns', left, right, emphasis }
        for (const { marks } of rowsOf(render(withBlocks([block]), profile), profile)) {
          const ends = marks.map((mark) => (mark.kind === 'character' ? mark.x + mark.widthDots : 0))
          expect(Math.max(0, ...ends)).toBeLessThanOrEqual(profile.widthDots)
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
    expect(Buffer.from(render(receipt, profile).at(-1) ?? []).toString('latin1')).toBe(
      profile.cutter ? '\x1dVB\0' : '\x1bd\x05',
    )
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

describe('which characters a text is printed in', () => {
  const voiceOf = (text: string, model: keyof typeof printerProfiles): string => {
    const { voice } = spoken(text, printerProfiles[model])
    if (voice === null) return 'drawn'
    return 'page' in voice ? `${voice.encoding} as page ${voice.page}` : voice.encoding
  }

  test.each([
    ['Total 12.00', 'epson-tm-t20iii', 'cp437 as page 0'],
    ['Café crème ¥5', 'epson-tm-t20iii', 'cp437 as page 0'],
    ['Prix 3,50 €', 'epson-tm-t20iii', 'cp1252 as page 16'],
    ['Итого', 'epson-tm-t20iii', 'cp866 as page 17'],
    ['Łódź', 'epson-tm-t20iii', 'cp852 as page 18'],
    ['Σύνολο', 'epson-tm-t20iii', 'cp1253 as page 47'],
    ['合计', 'epson-tm-t20iii', 'drawn'],
    ['合计 €', 'epson-tm-t70ii-ch', 'gb18030'],
    ['Crème', 'epson-tm-t70ii-ch', 'cp437 as page 0'],
    ['㐀 rare', 'epson-80', 'gb18030'],
    ['㐀 rare', 'generic-58', 'drawn'],
    ['谢谢', 'generic-58', 'gbk'],
    ['ありがとう ｱﾘｶﾞﾄｳ', 'generic-80-jp', 'shiftjis'],
    ['谢谢', 'generic-80-jp', 'drawn'],
    ['🍎', 'epson-80', 'drawn'],
    ['Prix 3,50 €', 'bixolon-srp-350iii', 'drawn'],
  ] as const)('%s on %s: %s', (text, model, voice) => {
    expect(voiceOf(printableText(text), model)).toBe(voice)
  })

  test.each([
    ['epson-tm-t88v', 'Crème brûlée', '3,50 €'],
    ['epson-tm-m30iii', 'Пряник', '50 ₽'],
    ['generic-80-jp', 'おにぎり ｻｹ', '￥150'],
    ['netum-nt-5890k', 'Pão de queijo', '£2.00'],
  ] as const)('label and figure stand at the edges on %s: %s', async (model, left, right) => {
    const profile: PrinterProfile = printerProfiles[model]
    const job = {
      jobKey: jobKey(7),
      document: withBlocks([{ kind: 'columns', left, right, emphasis: 'normal' }]),
      copy: null,
    }
    const rows = rowsOf(renderLines(job, profile, await drawPictures(job, profile)), profile)
    const marks = rows[0]?.marks ?? []
    const [first] = marks
    const last = marks.at(-1)
    if (first?.kind === 'raster') return expect(first.bytesPerRow * 8).toBe(profile.widthDots)
    expect(rows[0]?.text.replace(/ {2,}/, '|')).toBe(`${left}|${right}`)
    expect(first?.x).toBe(0)
    expect(last?.kind === 'character' ? last.x + last.widthDots : 0).toBe(profile.columns * 12)
  })
})

describe('what is drawn', () => {
  const profile: PrinterProfile = printerProfiles['epson-tm-t88v']
  const text = withBlocks([{ kind: 'text', text: '谢谢惠顾', align: 'center', bold: false }])

  test('is a picture of its characters in the middle of the paper, in bands that are each confirmed', async () => {
    const job = { jobKey: jobKey(7), document: text, copy: null }
    const rows = rowsOf(renderLines(job, profile, await drawPictures(job, profile)), profile)
    const dots = rows.flatMap(({ marks }) => marks).filter((mark) => mark.kind === 'raster')
    expect(dots.length).toBeGreaterThan(1)
    expect(dots.reduce((sum, { heightDots }) => sum + heightDots, 0)).toBe(30)
    const dark = dots.flatMap(({ bytes, bytesPerRow }) =>
      Array.from(bytes, (byte, at) => (byte === 0 ? -1 : at % bytesPerRow)).filter((column) => column >= 0),
    )
    // Four characters of 24 dots: 96 of 512, so from dot 208 to dot 304.
    expect([Math.min(...dark) >= 208 / 8, Math.max(...dark) < 304 / 8]).toEqual([true, true])
    expect(dark.length).toBeGreaterThan(60)
  })

  test('says COPY in letters of the printer all the same', async () => {
    const job = { jobKey: jobKey(7), document: text, copy: 'paperEmpty' } as const
    const lines = linesOf(renderLines(job, profile, await drawPictures(job, profile)), profile)
    expect(lines.map((line) => line.trim())).toEqual(
      expect.arrayContaining(['COPY', '** COPY **', '#00000007']),
    )
  })

  test('holds no real-time command, whatever the dots', () => {
    const commands = fc.constantFrom(0x10, 0x04, 0x05, 0x14, 0x00)
    fc.assert(
      fc.property(fc.array(commands, { minLength: 16, maxLength: 160 }), (bytes) => {
        const safe = Buffer.from(withoutRealTimeCommands(Uint8Array.from(bytes)))
        for (const second of [0x04, 0x05, 0x14]) expect(safe.includes(Buffer.of(0x10, second))).toBe(false)
        expect(safe).toHaveLength(bytes.length)
      }),
    )
  })
})

describe('a barcode', () => {
  /** The bars of the first row as a string of modules, dark 1. */
  function modules(blocks: ReceiptBlock[], profile: PrinterProfile): { bars: string; texts: string[] } {
    const rows = rowsOf(render(withBlocks(blocks), profile), profile)
    const dots = rows.flatMap(({ marks }) => marks).find((mark) => mark.kind === 'raster')
    const bits = Array.from(dots?.bytes.slice(0, dots.bytesPerRow) ?? [], (byte) =>
      byte.toString(2).padStart(8, '0'),
    ).join('')
    const bars = (bits.match(/../g) ?? []).map((pair) => pair[0]).join('')
    return { bars: bars.replace(/0+$/, ''), texts: rows.map(({ text }) => text.trim()) }
  }

  // GS1 General Specifications 5.2: 101, six digits of sets A and B by the first digit, 01010, six of set C, 101.
  test('EAN-13 has the bars of the standard, and its number below', () => {
    const { bars, texts } = modules(
      [{ kind: 'barcode', symbology: 'ean13', data: '5901234123457' }],
      printerProfiles['epson-80'],
    )
    expect(bars).toBe(
      '101' + '0001011' + '0100111' + '0110011' + '0010011' + '0111101' + '0011101' +
        '01010' + '1100110' + '1101100' + '1000010' + '1011100' + '1001110' + '1000100' + '101',
    ) // prettier-ignore
    expect(texts).toContain('5901234123457')
  })

  // ISO/IEC 15417: start B 11010010000, A 10100011000, stop 1100011101011.
  test('Code 128 begins and ends as the standard says', () => {
    const { bars } = modules(
      [{ kind: 'barcode', symbology: 'code128', data: 'A-B' }],
      printerProfiles['generic-58'],
    )
    expect(bars).toMatch(/^11010010000(?:10100011000)[01]+1100011101011$/)
  })

  test('that is too wide for the paper is printed as its number alone', () => {
    const data = 'ABCDEFGHIJKLMNOPQRST-abcdefghijk'
    const { bars, texts } = modules(
      [{ kind: 'barcode', symbology: 'code128', data }],
      printerProfiles['generic-58'],
    )
    expect([bars, texts.includes(data)]).toEqual(['', true])
  })
})

describe('the logo', () => {
  test.each(['epson-80', 'generic-58'] as const)(
    'stands at the head of the paper on %s, black on white',
    async (model) => {
      const profile: PrinterProfile = printerProfiles[model]
      const black = { create: { width: 200, height: 40, channels: 3, background: '#000' } } as const
      const file = join(mkdtempSync(join(tmpdir(), 'facelane-logo-')), 'logo.png')
      await sharp(black).png().toFile(file)
      const logo = await readLogo(file, profile)
      const job = { jobKey: jobKey(7), document: receipt, copy: null }
      const rows = rowsOf(renderLines(job, profile, { logo, lines: new Map() }), profile)
      const dots = rows.flatMap(({ marks }) => marks).filter((mark) => mark.kind === 'raster')
      const first = rows.findIndex(({ text }) => text.includes('惠民便利店'))
      expect(first).toBeGreaterThanOrEqual(5)
      const inked = dots
        .slice(0, first)
        .reduce((sum, { bytes }) => sum + bytes.filter((byte) => byte !== 0).length, 0)
      expect(inked).toBeGreaterThanOrEqual((200 / 8) * 40)
      for (const part of logo) expect(part.length).toBeLessThanOrEqual(512)
    },
  )
})

test.each(profiles.map(({ id }) => id))('the model %s stands in the table of models', (id) => {
  const readme = readFileSync(new URL('../../../drivers/pos-printer/README.md', import.meta.url), 'utf8')
  expect(readme).toContain(`| \`${id}\``)
})
