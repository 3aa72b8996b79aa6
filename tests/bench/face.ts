import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Failure } from '../../src-main/contract/failure.ts'
import { createFaceEngine } from '../../src-main/face/engine/engine.ts'
import { loadPack } from '../../src-main/face/engine/sessions.ts'
import { currentPack, readModelManifest } from '../../src-main/face/models/manifest.ts'
import { fetchModels, packDir } from '../../src-main/face/models/models.ts'
import { capturePolicy, readThresholds } from '../../src-main/face/thresholds.ts'
import type { FaceEnginePort, StageTimings } from '../../src-main/ports/faceEngine.ts'
import { benchFrames } from './face/frames.ts'
import { Peer, peerName } from './face/peer.ts'
import type { Samples } from './face/rounds.ts'
import { measureRounds } from './face/rounds.ts'
import { measureStart } from './face/start.ts'
import { measureSustained } from './face/sustained.ts'
import { percentile } from './measures/percentile.ts'

const help = `npm run bench -- face [options]

How long the face engine takes from a camera frame (1280x720, one face) to a probe: detection, landmarks, quality gate and
embedding. First from the frame's pixels, then from JPEG, with attack detection, and where the face is followed from the
frame before. Ours, the models' own runs and the peer take turns on the same frames.

  --json         one JSON object on stdout, nothing else
  --rounds N     frames measured each (default 120)
  --seconds N    length of the sustained run through worker and camera (default 10)
  --threads N    threads of each model (default 1, as in the lane)
  --no-peer      without the peer, which is fetched once (42 MB) into an ignored folder
  --help
`

const projectDir = path.resolve(import.meta.dirname, '..', '..')
const modelsDir = path.join(projectDir, 'models/packs')

const { values } = parseArgs({
  allowNegative: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '120' },
    seconds: { type: 'string', default: '10' },
    threads: { type: 'string', default: '1' },
    peer: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(help)
else {
  const result = await measure()
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`)
}

async function measure(): Promise<Record<string, unknown>> {
  const rounds = Number(values.rounds)
  const threads = Number(values.threads)
  const manifest = await readModelManifest(path.join(projectDir, 'models/manifest.json'))
  const fetched = await fetchModels({ manifest, dir: modelsDir, projectDir })
  if (!fetched.ok) throw new Failure(fetched.error)
  const pack = currentPack(manifest)
  const where = { packDir: packDir(modelsDir, pack), pack, threads }
  const { pictures, recording } = await benchFrames(projectDir)
  const peer = values.peer ? await Peer.start(projectDir) : undefined
  say('frame to probe')
  const models = await loadPack(where.packDir, pack, threads)
  const samples = await measureRounds(models, pictures, peer, rounds)
  peer?.stop()
  say('start')
  const start = await measureStart(where, pictures)
  say('sustained')
  const policy = capturePolicy(await readThresholds(path.join(projectDir, 'models/thresholds.json')), pack.id)
  const engine = createFaceEngine(where)
  const sustained = await sustain(engine, recording, policy)
  return {
    ...frameToProbe(samples),
    ...sustained,
    start,
    input:
      'ours, peer, ratios: the RGB(A) pixels of a frame of 1280x720 with one face, to embedding; fromJpeg: the same frame ' +
      'as JPEG, decoded by sharp for both; withPad and stagesMs: from JPEG, attack detection on, as in the lane; refused: ' +
      'from pixels, a frame the quality gate refuses, as a whole and with its face followed from the frame before; the peer ' +
      'has detection, mesh and embedding on',
    rounds,
    threads,
    pack: pack.id,
    machine: {
      cpu: os.cpus()[0]?.model,
      cores: os.availableParallelism(),
      node: process.versions.node,
      load: os.loadavg().map(round),
    },
  }
}

async function sustain(
  engine: FaceEnginePort,
  recording: string,
  policy: Parameters<typeof measureSustained>[2],
): Promise<Awaited<ReturnType<typeof measureSustained>>> {
  try {
    const ready = await engine.ready()
    if (!ready.ok) throw new Failure(ready.error)
    return await measureSustained(engine, recording, policy, Number(values.seconds))
  } finally {
    await engine.close()
  }
}

function frameToProbe(samples: Samples): Record<string, unknown> {
  return {
    ours: spread(samples.ours),
    peer: { name: peerName, ...spread(samples.peer) },
    modelsOnly: spread(samples.modelsOnly),
    ratios: {
      peerOverOurs: ratio(samples.peer, samples.ours),
      oursOverModels: ratio(samples.ours, samples.modelsOnly),
    },
    fromJpeg: {
      ours: spread(samples.oursFromJpeg),
      peer: spread(samples.peerFromJpeg),
      ratios: {
        peerOverOurs: ratio(samples.peerFromJpeg, samples.oursFromJpeg),
        oursOverModels: ratio(samples.oursFromJpeg, samples.modelsOnly),
      },
    },
    refused: {
      whole: spread(samples.oursRefused),
      followed: spread(samples.oursFollowed),
      modelsOnlyFollowed: spread(samples.modelsOnlyFollowed),
      ratios: {
        wholeOverFollowed: ratio(samples.oursRefused, samples.oursFollowed),
        oursOverModels: ratio(samples.oursFollowed, samples.modelsOnlyFollowed),
      },
    },
    withPad: {
      ours: spread(samples.oursWithPad),
      modelsOnly: spread(samples.modelsOnlyWithPad),
      ratios: {
        peerOverOurs: ratio(samples.peerFromJpeg, samples.oursWithPad),
        oursOverModels: ratio(samples.oursWithPad, samples.modelsOnlyWithPad),
      },
    },
    stagesMs: stagesOf(samples.stages),
  }
}

/** Null when there was no peer. */
function spread(samples: readonly number[]): { minMs: number; p50Ms: number; p95Ms: number } | null {
  if (samples.length === 0) return null
  return {
    minMs: round(Math.min(...samples)),
    p50Ms: round(percentile(samples, 50)),
    p95Ms: round(percentile(samples, 95)),
  }
}

function stagesOf(samples: readonly StageTimings[]): Record<string, number> {
  const names = Object.keys(samples[0] ?? {}) as (keyof StageTimings)[]
  return Object.fromEntries(
    names.map((name) => [
      name.replace('Ms', ''),
      round(
        percentile(
          samples.map((sample) => sample[name]),
          50,
        ),
      ),
    ]),
  )
}

/** Of the medians; null when there was no peer. */
function ratio(above: readonly number[], below: readonly number[]): number | null {
  return above.length === 0 ? null : round(percentile(above, 50) / percentile(below, 50))
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
