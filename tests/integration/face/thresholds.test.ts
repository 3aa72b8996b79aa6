import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cosine } from '../../../src-main/face/evaluation/comparator.ts'
import { defaultEngines } from '../../../src-main/face/evaluation/images/engines.ts'
import { evaluateIdentification } from '../../../src-main/face/evaluation/run/identification.ts'
import { evaluatePad } from '../../../src-main/face/evaluation/run/pad.ts'
import type { EvaluationSetup } from '../../../src-main/face/evaluation/run/setup.ts'
import type { Thresholds } from '../../../src-main/face/thresholds.ts'
import { capturePolicy, readThresholds } from '../../../src-main/face/thresholds.ts'
import { projectDir, readyPack } from './setUp.ts'

/**
 * The pictures the shipped limits rest on: LFW (`lfw/images`, `lfw/pairs.csv`) and NUAA (`pad/nuaa`). They are nobody's
 * to hand on, so they are not in the repository.
 */
const faces = path.resolve(projectDir, process.env['FACELANE_FACES'] ?? '../shared/faces')
const present = existsSync(path.join(faces, 'lfw/images')) && existsSync(path.join(faces, 'pad/nuaa'))
const absent = present ? '' : ' (not run: no lfw and pad/nuaa in ../shared/faces or FACELANE_FACES)'
/** All 3,811 pictures: some 40 s on two quiet cores. */
const limitMs = 1_200_000

type Evidence = Thresholds['packs'][string]['match']['evidence'][number]
interface Recomputed {
  readonly figure: number
  readonly n: number
  /** Set when n itself was counted by score, and not given by the set. */
  readonly nIsMeasured?: boolean
}

let setup: EvaluationSetup
let folder: string
const measured = new Map<string, Promise<unknown>>()

/** Several figures rest on one measurement. */
function once<T>(name: string, measure: () => Promise<T>): Promise<T> {
  const known = measured.get(name) as Promise<T> | undefined
  if (known !== undefined) return known
  const fresh = measure()
  measured.set(name, fresh)
  return fresh
}

const identify = () =>
  once('identification', () =>
    evaluateIdentification(
      {
        source: {
          kind: 'tree',
          folder: path.join(faces, 'lfw/images'),
          rule: { enrol: 1, probesAfter: 1 },
        },
        fuse: false,
      },
      setup,
    ),
  )

const attackDetection = (bonaFide: string, imagesDir: string, sequences: RegExp) =>
  once(`pad ${bonaFide} ${sequences.source}`, () =>
    evaluatePad({ bonaFide, attacks: [path.join(faces, 'pad/nuaa/print.csv')], imagesDir, sequences }, setup),
  )

/** NUAA by the sessions the set names: the last two digits of a sequence. */
function nuaa({ set }: Evidence): ReturnType<typeof evaluatePad> {
  const sessions = /sessions? (\d\d)(?:-(\d\d))?/.exec(set)
  if (sessions === null) throw new Error(`"${set}" names no session of NUAA`)
  const wanted = sessions[2] === undefined ? sessions[1] : `(${sessions[1]}|${sessions[2]})`
  const folderOfSet = path.join(faces, 'pad/nuaa')
  return attackDetection(path.join(folderOfSet, 'bona-fide.csv'), folderOfSet, new RegExp(`${wanted}$`))
}

/** Every eighth distinct picture of the pairs' first column, in the order of the table. */
async function pressPictures(): Promise<Recomputed> {
  const lines = readFileSync(path.join(faces, 'lfw/pairs.csv'), 'utf8').trim().split(/\r?\n/).slice(1)
  const first = [...new Set(lines.map((line) => line.split(',')[0] ?? ''))]
  const rows = first.filter((_, index) => index % 8 === 0).map((image, index) => `${image},s${index},x`)
  const table = path.join(folder, 'press.csv')
  writeFileSync(table, ['image,sequence,subject', ...rows].join('\n'))
  const images = path.join(faces, 'lfw/images')
  const attacks = [path.join(folder, 'none.csv')]
  writeFileSync(attacks[0] ?? '', `image,sequence,subject\n${rows[0] ?? ''}\n`)
  const { figures } = await evaluatePad({ bonaFide: table, attacks, imagesDir: images }, setup)
  return { figure: figures.perFrame.bpcer.rate ?? Number.NaN, n: figures.perFrame.bpcer.n }
}

/** Another processor rounds differently: a score next to a limit may fall to the other side of it. */
function near(measuredNow: number, value: number, slack: number): number {
  return Math.abs(measuredNow - value) <= slack ? value : measuredNow
}

type Recompute = (evidence: Evidence) => Promise<Recomputed>

const rate = ({ rate: figure, n }: { rate: number | null; n: number }): Recomputed => ({
  figure: figure ?? Number.NaN,
  n,
})
const share = (count: number, n: number): Recomputed => ({ figure: count / n, n })

/** How each kind of figure in `models/thresholds.json` is measured, by the name it has there. */
const ways: Readonly<Record<string, Recompute>> = {
  FPIR: async () => rate((await identify()).figures.atShippedThreshold.fpir),
  FNIR: async () => rate((await identify()).figures.atShippedThreshold.fnir),
  'strangers over threshold and margin': async () => {
    const { laneDecisions, probesNonMated } = (await identify()).figures
    return share(laneDecisions.strangers.match, probesNonMated)
  },
  'wrong rank 1 over threshold and margin': async () => {
    const { laneDecisions, probesMated } = (await identify()).figures
    return share(laneDecisions.mated.wrong, probesMated)
  },
  'right rank 1 sent to the second factor': async () => {
    const { laneDecisions, atShippedThreshold, probesMated } = (await identify()).figures
    const found = Math.round((1 - (atShippedThreshold.fnir.rate ?? Number.NaN)) * probesMated)
    return { ...share(laneDecisions.mated.ambiguous, found), nIsMeasured: true }
  },
  'APCER per frame, species print': async (evidence) =>
    rate((await nuaa(evidence)).figures.perFrame.apcer['print'] ?? { rate: null, n: 0 }),
  'BPCER per frame': async (evidence) => rate((await nuaa(evidence)).figures.perFrame.bpcer),
  'APCER per sequence, species print': async (evidence) =>
    rate((await nuaa(evidence)).figures.perSequence.apcer['print'] ?? { rate: null, n: 0 }),
  'BPCER per sequence': async (evidence) => rate((await nuaa(evidence)).figures.perSequence.bpcer),
  'BPCER per picture': pressPictures,
}

const { packs } = await readThresholds(path.join(projectDir, 'models/thresholds.json'))
const shipped = Object.entries(packs).flatMap(([packId, limits]) =>
  Object.entries(limits).flatMap(([limit, { value, evidence }]) =>
    evidence.map((item) => ({ packId, limit, value, item, title: `${limit} ${value}: ${item.rate}` })),
  ),
)

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-thresholds-'))
  const { pack, packDir } = await readyPack()
  setup = {
    pack,
    packDir,
    policy: capturePolicy({ formatVersion: 1, packs }, pack.id),
    engines: defaultEngines,
    comparator: cosine,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    atMs: Date.now(),
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the shipped decision limits', () => {
  test('rest on figures that can all be measured again', () => {
    expect(shipped.length).toBeGreaterThan(0)
    expect(shipped.filter(({ item }) => !Object.hasOwn(ways, item.rate)).map(({ title }) => title)).toEqual(
      [],
    )
  })

  test('are there for the pack that new references are made with', () => {
    expect(shipped.map(({ packId }) => packId)).toContain(setup.pack.id)
  })

  for (const { item, title } of shipped) {
    test.skipIf(!present)(
      `${title} is what the pictures give${absent}`,
      async () => {
        const { figure, n, nIsMeasured } = (await ways[item.rate]?.(item)) ?? { figure: Number.NaN, n: 0 }
        const nSlack = nIsMeasured === true ? 2 : 0
        expect({
          n: near(n, item.n, nSlack),
          figure: near(figure, item.figure, (nSlack + 1.5) / n + 0.00005),
        }).toEqual({ n: item.n, figure: item.figure })
      },
      limitMs,
    )
  }
})
