import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Failure } from '../../../../src-main/contract/failure.ts'
import {
  protocolFromTables,
  protocolFromTree,
  withoutImages,
} from '../../../../src-main/face/evaluation/protocol/identification.ts'
import { imagePath } from '../../../../src-main/face/evaluation/protocol/imagePath.ts'
import { readTree } from '../../../../src-main/face/evaluation/protocol/tree.ts'

const tree = [
  { person: 'ann', images: ['ann/1', 'ann/2', 'ann/3', 'ann/4'] },
  { person: 'bob', images: ['bob/1', 'bob/2'] },
  { person: 'cleo', images: ['cleo/1'] },
  { person: 'dora', images: [] },
]

describe('a protocol from a folder for each person', () => {
  test('enrols the first image of people with two or more; single images are strangers', () => {
    const { gallery, probes } = protocolFromTree(tree, { enrol: 1, probesAfter: 1 })
    expect(gallery).toEqual([
      { person: 'ann', images: ['ann/1'] },
      { person: 'bob', images: ['bob/1'] },
    ])
    expect(probes.map(({ image, mated }) => `${image}${mated ? '' : ' stranger'}`)).toEqual([
      'ann/2',
      'ann/3',
      'ann/4',
      'bob/2',
      'cleo/1 stranger',
    ])
  })

  test('with more references keeps everybody in the gallery, and the same probes when asked to', () => {
    for (const enrol of [1, 2, 3]) {
      const { gallery, probes } = protocolFromTree(tree, { enrol, probesAfter: 3 })
      expect(gallery.map(({ images }) => images.length)).toEqual([enrol, Math.min(2, enrol)])
      expect(probes.map(({ image }) => image)).toEqual(['ann/4', 'cleo/1'])
    }
  })

  test('never searches with an image that is enrolled', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(6), { maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(5),
        (counts, enrol, after) => {
          const people = counts.map((count, p) => ({
            person: `p${p}`,
            images: Array.from({ length: count }, (_, index) => `p${p}/${index}`),
          }))
          const { gallery, probes } = protocolFromTree(people, { enrol, probesAfter: after })
          const enrolled = new Set(gallery.flatMap(({ images }) => images))
          for (const { image, person, mated } of probes) {
            expect(enrolled.has(image)).toBe(false)
            expect(gallery.some((known) => known.person === person)).toBe(mated)
          }
        },
      ),
    )
  })

  test('reads a tree in name order and leaves hidden files alone', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-tree-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    mkdirSync(path.join(folder, 'bob'))
    mkdirSync(path.join(folder, 'ann'))
    for (const file of ['ann/2.jpg', 'ann/1.jpg', 'ann/.thumb', 'bob/1.png', 'readme.txt', '.hidden']) {
      writeFileSync(path.join(folder, file), '')
    }
    expect(await readTree(folder)).toEqual([
      { person: 'ann', images: ['ann/1.jpg', 'ann/2.jpg'] },
      { person: 'bob', images: ['bob/1.png'] },
    ])
    await expect(readTree(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'evaluate.noImages' })
  })
})

describe('a protocol from tables', () => {
  const row = (image: string, person: string) => ({ line: 2, image, person })
  const protocol = protocolFromTables(
    [row('a1', 'ann'), row('a2', 'ann'), row('a1', 'ann'), row('b1', 'bob')],
    [row('a3', 'ann'), row('b2', 'bob'), row('x', 'xena'), row('y', '')],
  )

  test('gathers the references of a person and tells strangers from the enrolled', () => {
    expect(protocol.gallery).toEqual([
      { person: 'ann', images: ['a1', 'a2'] },
      { person: 'bob', images: ['b1'] },
    ])
    expect(protocol.probes.map(({ mated }) => mated)).toEqual([true, true, false, false])
  })

  test('without a person’s only reference leaves that person’s probes out: they are no strangers', () => {
    const { gallery, probes } = withoutImages(protocol, new Set(['a1', 'b1', 'x']))
    expect(gallery).toEqual([{ person: 'ann', images: ['a2'] }])
    expect(probes.map(({ image }) => image)).toEqual(['a3', 'y'])
  })
})

describe('the path of an image', () => {
  const row = { table: 'pairs.csv', line: 7 }

  test('stays inside the folder', () => {
    expect(imagePath('/sets/a', 'p/1.jpg', row)).toBe('/sets/a/p/1.jpg')
    expect(imagePath('/sets/a', 'p/../q/..1.jpg', row)).toBe('/sets/a/q/..1.jpg')
    expect(imagePath('/', 'p/1.jpg', row)).toBe('/p/1.jpg')
  })

  test.each(['../b/1.jpg', '/etc/passwd', '/sets/a/1.jpg', 'p/../../b.jpg', '.', '', '..', 'a\0b.jpg'])(
    'is refused when it is %j, with the row',
    (image) => {
      try {
        imagePath('/sets/a', image, row)
        expect.unreachable('it was taken')
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Failure)
        expect(thrown).toMatchObject({ code: 'evaluate.outsideImages' })
        expect((thrown as Failure).message).toContain('pairs.csv: line 7')
      }
    },
  )

  test('never leaves the folder, whatever a row says', () => {
    const part = fc.constantFrom('..', '.', '', 'a', '/', '\\', '...', ' ', '~', '%2e%2e')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        try {
          expect(imagePath('/sets/a', parts.join('/'), row).startsWith('/sets/a/')).toBe(true)
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'evaluate.outsideImages' })
        }
      }),
    )
  })
})
