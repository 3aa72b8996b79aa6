import { Failure } from '../../../src-main/contract/failure.ts'
import type { FaceEngineOptions } from '../../../src-main/face/engine/engine.ts'
import { createFaceEngine } from '../../../src-main/face/engine/engine.ts'
import type { FaceEnginePort } from '../../../src-main/ports/faceEngine.ts'
import { percentile } from '../measures/percentile.ts'
import { frameHeight, frameWidth } from './frames.ts'

export interface Start {
  /** From the call that starts the engine to verified, loaded and warm models, median. */
  readonly engineReadyMs: number
  /** The first frame of a new engine against its tenth, medians. */
  readonly firstMs: number
  readonly tenthMs: number
  readonly firstOverTenth: number
}

const starts = 5
const frames = 10

/** New engines one after the other, each looking at ten frames. */
export async function measureStart(
  options: FaceEngineOptions,
  pictures: readonly Uint8Array[],
): Promise<Start> {
  const readies: number[] = []
  const firsts: number[] = []
  const tenths: number[] = []
  for (let start = 0; start < starts; start++) {
    const begunAtMs = performance.now()
    const engine = createFaceEngine(options)
    const ready = await engine.ready()
    if (!ready.ok) throw new Failure(ready.error)
    readies.push(performance.now() - begunAtMs)
    const took: number[] = []
    for (let frame = 0; frame < frames; frame++) {
      took.push(await analyse(engine, pictures[frame % pictures.length]!))
    }
    firsts.push(took[0]!)
    tenths.push(took[frames - 1]!)
    await engine.close()
  }
  const firstMs = percentile(firsts, 50)
  const tenthMs = percentile(tenths, 50)
  return {
    engineReadyMs: Math.round(percentile(readies, 50)),
    firstMs: Math.round(firstMs * 10) / 10,
    tenthMs: Math.round(tenthMs * 10) / 10,
    firstOverTenth: Math.round((firstMs / tenthMs) * 100) / 100,
  }
}

async function analyse(engine: FaceEnginePort, picture: Uint8Array): Promise<number> {
  const data = new ArrayBuffer(picture.length)
  new Uint8Array(data).set(picture)
  const facts = { sequence: 0, capturedAtMonotonicMs: 0, widthPx: frameWidth, heightPx: frameHeight }
  const begunAtMs = performance.now()
  const analysed = await engine.analyse({ ...facts, encoding: 'jpeg', data }, { pad: true, embed: 'plain' })
  if (!analysed.ok) throw new Failure(analysed.error)
  return performance.now() - begunAtMs
}
