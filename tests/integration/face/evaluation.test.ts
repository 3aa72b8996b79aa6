import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capturePolicy, readThresholds } from '../../../src-main/face/thresholds.ts'
import { cosine } from '../../../src-main/face/evaluation/comparator.ts'
import { evaluateIdentification } from '../../../src-main/face/evaluation/run/identification.ts'
import { evaluatePad } from '../../../src-main/face/evaluation/run/pad.ts'
import type { EvaluationSetup } from '../../../src-main/face/evaluation/run/setup.ts'
import { evaluateVerification } from '../../../src-main/face/evaluation/run/verification.ts'
import type { EvaluationSet } from './evaluationSet.ts'
import { makeEvaluationSet } from './evaluationSet.ts'
import { projectDir, readyPack } from './setUp.ts'

let set: EvaluationSet
let setup: EvaluationSetup

beforeAll(async () => {
  set = await makeEvaluationSet()
  const { pack, packDir } = await readyPack()
  setup = {
    pack,
    packDir,
    policy: capturePolicy(await readThresholds(join(projectDir, 'models/thresholds.json')), pack.id),
    engines: 2,
    comparator: cosine,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    atMs: Date.UTC(2026, 10, 23),
  }
})
afterAll(() => set.remove())

describe('verification on real pictures', () => {
  test('tells one person in two photographs from strangers, and counts what has no face', async () => {
    const pairs = set.write(
      'pairs.csv',
      [
        'image_a,image_b,mated,fold',
        'anna/1.jpg,anna/2.jpg,1,1',
        'anna/1.jpg,anna/3.jpg,1,2',
        'bruno/1.jpg,bruno/2.jpg,1,1',
        'anna/1.jpg,room/1.jpg,1,2',
        'anna/1.jpg,bruno/1.jpg,0,1',
        'anna/3.jpg,carla/1.jpg,0,2',
        'bruno/1.jpg,flat/1.png,0,1',
        'carla/1.jpg,torn/1.jpg,0,2',
        'carla/1.jpg,nowhere/1.jpg,0,2',
      ].join('\n'),
    )
    const seen: string[] = []
    const onProgress: EvaluationSetup['onProgress'] = (stage, done, total) =>
      seen.push(`${stage} ${done}/${total}`)
    const result = await evaluateVerification({ pairs, imagesDir: set.folder }, { ...setup, onProgress })
    const { provenance, figures, scored } = result
    expect(provenance).toMatchObject({
      dataset: 'pairs',
      images: 10,
      failuresToAcquire: 2,
      failedToAcquire: ['flat/1.png', 'room/1.jpg'],
      unreadable: ['nowhere/1.jpg', 'torn/1.jpg'],
    })
    expect(figures).toMatchObject({ pairs: 9, matedPairs: 4, nonMatedPairs: 5, pairsNotCompared: 4 })
    // Three of four mated pairs beat every non-mated one; the fourth has no face and can pass nowhere.
    expect(figures.tmrAtFmr['0.001']).toBe(0.75)
    expect(figures.thresholdAtFmr['0.001']).toBeGreaterThan(-1)
    expect(figures.accuracyThresholdFrom).toBe('otherFolds')
    expect(scored.filter(({ score }) => score === -1)).toHaveLength(4)
    // Each image once, although anna/1.jpg stands in four pairs.
    expect(seen).toEqual(Array.from({ length: 10 }, (_, index) => `images ${index + 1}/10`))
  })

  test('overwrites every template before it answers', async () => {
    const pairs = set.write('one.csv', 'image_a,image_b,mated\nanna/1.jpg,anna/2.jpg,1\n')
    const { outcomes, scored } = await evaluateVerification({ pairs, imagesDir: set.folder }, setup)
    expect(scored[0]?.score).toBeGreaterThan(0.5)
    const templates = [...outcomes.values()].flatMap((outcome) =>
      outcome.kind === 'acquired' && outcome.face.embedding !== undefined ? [outcome.face.embedding] : [],
    )
    expect(templates.map((template) => [template.length, template.every((value) => value === 0)])).toEqual([
      [512, true],
      [512, true],
    ])
  })

  test('scores a picture against its own turned, grey and enlarged copies as the same face', async () => {
    const { default: sharp } = await import('sharp')
    const source = join(set.folder, 'anna/1.jpg')
    const copies = {
      'turned.jpg': await sharp(source)
        .rotate(-90)
        .withMetadata({ orientation: 6 })
        .jpeg({ quality: 95 })
        .toBuffer(),
      'grey.png': await sharp(source).greyscale().png().toBuffer(),
      'rgba.webp': await sharp(source).ensureAlpha().webp({ quality: 95 }).toBuffer(),
      'large.jpg': await sharp(source).resize({ width: 5000 }).jpeg({ quality: 90 }).toBuffer(),
    }
    const rows = Object.entries(copies).map(([name, bytes]) => {
      set.write(`copies/${name}`, bytes)
      return `anna/1.jpg,copies/${name},1`
    })
    const pairs = set.write('copies.csv', ['image_a,image_b,mated', ...rows].join('\n'))
    const { scored } = await evaluateVerification({ pairs, imagesDir: set.folder }, setup)
    for (const { imageB, score } of scored) {
      expect([imageB, score > (imageB.includes('grey') ? 0.8 : 0.9)]).toEqual([imageB, true])
    }
  })

  test('is given with and without label errata', async () => {
    const pairs = set.write(
      'labelled.csv',
      'image_a,image_b,mated\nanna/1.jpg,anna/2.jpg,1\nanna/1.jpg,bruno/1.jpg,0\nbruno/1.jpg,bruno/2.jpg,0\n',
    )
    const exclude = set.write(
      'errata.csv',
      'image,reason\nbruno/2.jpg,the same person under two names\nelsewhere.jpg,of another set\n',
    )
    const { figures, exclusion } = await evaluateVerification(
      { pairs, imagesDir: set.folder, exclude },
      setup,
    )
    expect(figures.suspects.map(({ imageB }) => imageB)).toEqual(['bruno/2.jpg'])
    expect(figures).toMatchObject({ pairs: 3, nonMatedPairs: 2 })
    expect(exclusion?.excluded).toEqual([{ image: 'bruno/2.jpg', reason: 'the same person under two names' }])
    expect(exclusion?.figures).toMatchObject({ pairs: 2, nonMatedPairs: 1, suspects: [] })
  })

  test('stops when it is told to, with a failure that says so', async () => {
    const stop = new AbortController()
    const pairs = set.write(
      'long.csv',
      ['image_a,image_b,mated', 'anna/1.jpg,anna/2.jpg,1', 'anna/3.jpg,anna/4.jpg,1'].join('\n'),
    )
    const running = evaluateVerification(
      { pairs, imagesDir: set.folder },
      { ...setup, signal: stop.signal, onProgress: () => stop.abort() },
    )
    await expect(running).rejects.toMatchObject({ code: 'evaluate.stopped' })
  })
})

describe('identification on real pictures', () => {
  test('finds the enrolled from one reference and nobody for strangers', async () => {
    const gallery = set.write('gallery.csv', 'image,person\nanna/1.jpg,anna\nbruno/1.jpg,bruno\n')
    const probes = set.write(
      'probes.csv',
      'image,person\nanna/3.jpg,anna\nbruno/2.jpg,bruno\nroom/1.jpg,anna\ncarla/1.jpg,carla\n',
    )
    const { figures, provenance } = await evaluateIdentification(
      { source: { kind: 'tables', gallery, probes, imagesDir: set.folder }, fuse: false },
      setup,
    )
    expect(provenance).toMatchObject({ dataset: 'gallery+probes', failuresToAcquire: 1 })
    expect(figures).toMatchObject({ gallerySize: 2, references: 2, probesMated: 3, probesNonMated: 1 })
    expect(figures.rank1).toBeCloseTo(2 / 3, 12)
    expect(figures.fnirAtFpir['0.01']).toBeCloseTo(1 / 3, 12)
    expect(figures.laneDecisions.strangers).toEqual({ match: 0, ambiguous: 0 })
  })

  test.each([false, true])(
    'from a folder for each person takes more references to heart (fused: %s)',
    async (fuse) => {
      const rule = { enrol: 3, probesAfter: 3 }
      const { figures, provenance } = await evaluateIdentification(
        { source: { kind: 'tree', folder: set.folder, rule }, fuse },
        setup,
      )
      // anna, bruno, print, live (and the copies of anna made above) have two or more pictures.
      expect(figures.references).toBeGreaterThan(figures.gallerySize)
      expect(figures.probesNonMated).toBe(4)
      expect(provenance.unreadable).toEqual(['torn/1.jpg'])
      expect(figures.probesMated).toBeGreaterThanOrEqual(5)
    },
  )
})

describe('attack detection on real pictures', () => {
  const rows = (person: string, sequence: string) =>
    [1, 2, 3, 4, 5].map((index) => `${person}/${index}.jpg,${sequence},x`)

  test('accepts a person and refuses the print of her photograph, as a lane would over the burst', async () => {
    const bonaFide = set.write(
      'bona-fide.csv',
      ['image,sequence,subject', ...rows('live', 'live_01'), 'room/1.jpg,live_01,x'].join('\n'),
    )
    const print = set.write('print.csv', ['image,sequence,subject', ...rows('print', 'print_01')].join('\n'))
    const request = { bonaFide, attacks: [print], imagesDir: set.folder }
    const { figures } = await evaluatePad(request, setup)
    expect(figures.threshold).toBe(setup.policy.padThreshold)
    expect(figures.perFrame.bpcer).toMatchObject({ rate: 0, n: 5 })
    expect(figures.perFrame.apcer['print']?.n).toBe(5)
    expect(figures.perSequence.bpcer).toMatchObject({ rate: 0, n: 1 })
    expect(figures.perSequence.apcer['print']).toMatchObject({ rate: 0, n: 1 })
    expect(figures.nonResponse.bpnrr).toMatchObject({ n: 6, rate: 1 / 6 })
    const strict = await evaluatePad({ ...request, threshold: 1 }, setup)
    expect(strict.figures.perSequence.bpcer.rate).toBe(1)
  })

  test('takes only the sequences that were asked for', async () => {
    const bonaFide = set.write(
      'sessions.csv',
      ['image,sequence,subject', ...rows('live', 'a_01'), ...rows('live', 'a_02')].join('\n'),
    )
    const print = set.write('print.csv', ['image,sequence,subject', ...rows('print', 'b_01')].join('\n'))
    const request = { bonaFide, attacks: [print], imagesDir: set.folder }
    const { figures } = await evaluatePad({ ...request, sequences: /02$/ }, setup)
    expect(figures.perSequence.bpcer.n).toBe(1)
    expect(figures.perSequence.apcer['print']).toMatchObject({ rate: null, n: 0 })
    await expect(evaluatePad({ ...request, sequences: /99$/ }, setup)).rejects.toMatchObject({
      code: 'evaluate.nothingUsable',
    })
  })
})

describe('an evaluation that cannot be', () => {
  test('says why, in a code', async () => {
    const good = set.write('good.csv', 'image_a,image_b,mated\nanna/1.jpg,anna/2.jpg,1\n')
    const at = (pairs: string, imagesDir = set.folder) => evaluateVerification({ pairs, imagesDir }, setup)
    await expect(at(join(set.folder, 'nowhere.csv'))).rejects.toMatchObject({ code: 'evaluate.noCsv' })
    await expect(at(set.write('people.csv', 'image,person\na,b\n'))).rejects.toMatchObject({
      code: 'evaluate.badCsv',
    })
    await expect(at(good, join(set.folder, 'nowhere'))).rejects.toMatchObject({ code: 'evaluate.noImages' })
    const outside = set.write('outside.csv', 'image_a,image_b,mated\nanna/1.jpg,../x.jpg,1\n')
    await expect(at(outside)).rejects.toMatchObject({ code: 'evaluate.outsideImages' })
    const nothing = set.write('nothing.csv', 'image_a,image_b,mated\ntorn/1.jpg,nowhere.jpg,1\n')
    await expect(at(nothing)).rejects.toMatchObject({ code: 'evaluate.nothingUsable' })
    const tree = {
      kind: 'tree',
      folder: join(set.folder, 'anna'),
      rule: { enrol: 1, probesAfter: 1 },
    } as const
    await expect(evaluateIdentification({ source: tree, fuse: false }, setup)).rejects.toMatchObject({
      code: 'evaluate.nothingUsable',
    })
  })
})
