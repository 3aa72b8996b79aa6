import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../../../src-main/contract/failure.ts'
import {
  readExclusions,
  readPairs,
  readPeople,
  readSequences,
} from '../../../../src-main/face/evaluation/csv/rows.ts'
import { parseTable, type CsvTable } from '../../../../src-main/face/evaluation/csv/table.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function table(text: string): CsvTable {
  const parsed = parseTable(bytes(text), 'set.csv')
  if (!parsed.ok) throw parsed.error
  return parsed.value
}

function faultOf(read: () => unknown): string {
  try {
    read()
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'evaluate.badCsv') return thrown.message
    throw thrown
  }
  throw new Error('It was read without complaint')
}

describe('a table of an evaluation', () => {
  test('is read with BOM, CRLF, quotes, blank lines and columns in any order', () => {
    const pairs = readPairs(
      table('\uFEFFmated,note,image_b,image_a\r\n1,"a, ""b""",b.jpg,"x, y.jpg"\r\n\r\n0,,d.jpg,c.jpg\r\n'),
    )
    expect(pairs).toEqual([
      { line: 2, imageA: 'x, y.jpg', imageB: 'b.jpg', mated: true },
      { line: 4, imageA: 'c.jpg', imageB: 'd.jpg', mated: false },
    ])
  })

  test('is read as a Chinese spreadsheet program saves it', () => {
    // "image,person" and "张三.jpg,张三" in GB 18030.
    const rest = [0xd5, 0xc5, 0xc8, 0xfd, 0x2e, 0x6a, 0x70, 0x67, 0x2c, 0xd5, 0xc5, 0xc8, 0xfd]
    const parsed = parseTable(Uint8Array.from([...bytes('image,person\n'), ...rest]), 'set.csv')
    expect(parsed.ok && readPeople(parsed.value)).toEqual([{ line: 2, image: '张三.jpg', person: '张三' }])
  })

  test('keeps folds only when the column is there', () => {
    expect(readPairs(table('image_a,image_b,mated,fold\na,b,TRUE,3\n'))[0]).toMatchObject({
      fold: '3',
      mated: true,
    })
    expect(readPairs(table('image_a,image_b,mated\na,b,false\n'))[0]).not.toHaveProperty('fold')
  })

  test('has references, probes, sequences and exclusions', () => {
    expect(readPeople(table('image,person\na,\n'))).toEqual([{ line: 2, image: 'a', person: '' }])
    expect(readSequences(table('image,sequence,subject\na,s1,7\n'))).toEqual([
      { line: 2, image: 'a', sequence: 's1', subject: '7' },
    ])
    expect(readExclusions(table('image,reason\na,twice\n'))).toEqual([
      { line: 2, image: 'a', reason: 'twice' },
    ])
    expect(readExclusions(table('image\n'))).toEqual([])
  })

  test.each([
    ['', 'the file is empty'],
    ['\n\n', 'the file is empty'],
    ['image_a,image_b,mated\n', 'no rows'],
    ['image_a,image_b\na,b\n', 'missing: mated'],
    ['image_a,image_b,mated,mated\na,b,1,1\n', 'mated is named twice'],
    ['image_a,image_b,mated\na,b,1\na,b\n', 'line 3 has 2 values'],
    ['image_a,image_b,mated\na,b,perhaps\n', 'line 2: mated is 1 or 0, not "perhaps"'],
    ['image_a,image_b,mated\n,b,1\n', 'line 2: image_a is empty'],
    ['image_a,image_b,mated,fold\na,b,1,\n', 'line 2: fold is empty'],
    ['image_a,image_b,mated\n"a,b,1\n', 'a quote is opened and never closed'],
    ['image_a,image_b,mated\na"x,b,1\n', 'a quote stands inside a value'],
  ])('says what is wrong with %j', (text, what) => {
    expect(faultOf(() => readPairs(table(text)))).toContain(what)
  })

  test('says so when the folds are no folds', () => {
    const rows = Array.from({ length: 101 }, (_, index) => `a,b,1,${index}`).join('\n')
    expect(faultOf(() => readPairs(table(`image_a,image_b,mated,fold\n${rows}`)))).toContain(
      'fold has 101 values',
    )
  })

  test('refuses what is text in neither encoding', () => {
    const parsed = parseTable(Uint8Array.from([0xff, 0xfe, 0x69, 0x00]), 'set.csv')
    expect(parsed.ok ? '' : parsed.error.message).toContain('neither UTF-8 nor GB 18030')
  })

  test('takes a million rows', () => {
    const text = `image_a,image_b,mated\n${'p/a.jpg,p/b.jpg,1\nq/a.jpg,p/b.jpg,0\n'.repeat(500_000)}`
    const pairs = readPairs(table(text))
    expect(pairs.length).toBe(1_000_000)
    expect(pairs.at(-1)).toEqual({ line: 1_000_001, imageA: 'q/a.jpg', imageB: 'p/b.jpg', mated: false })
  })

  test('is rows or a typed failure, whatever the bytes', () => {
    const mostlyCsv = fc
      .array(
        fc.constantFrom('image_a', 'image_b', 'mated', 'fold', ',', '\n', '\r\n', '"', '1', '0', 'ä', '\0'),
      )
      .map((parts) => bytes(parts.join('')))
    const headed = fc
      .uint8Array()
      .map((tail) => Uint8Array.from([...bytes('image_a,image_b,mated\n'), ...tail]))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mostlyCsv, headed), (input) => {
        const parsed = parseTable(input, 'set.csv')
        if (!parsed.ok) {
          expect(parsed.error.code).toBe('evaluate.badCsv')
          return
        }
        for (const read of [readPairs, readPeople, readSequences, readExclusions]) {
          try {
            const rows = read(parsed.value)
            expect(rows.length).toBe(parsed.value.rows.length)
          } catch (thrown) {
            expect(thrown).toMatchObject({ name: 'Failure', code: 'evaluate.badCsv' })
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('gives back what was written, whatever the values', () => {
    const value = fc.string({ unit: 'grapheme' }).filter((text) => text.trim() === text && text !== '')
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1 }), (rows) => {
        const text = rows.map((row) => row.map(quoted).join(',')).join('\n')
        const people = readPeople(table(`image,person\n${text}`))
        expect(people.map(({ image, person }) => [image, person])).toEqual(rows)
      }),
    )
  })
})
