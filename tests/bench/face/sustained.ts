import { spawn } from 'node:child_process'
import os from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { ReplayCamera } from '../../../drivers/camera/replayCamera.ts'
import { look } from '../../../src-main/face/captureLoop.ts'
import type { CapturePolicy } from '../../../src-main/domain/face/policy.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import type { FaceEnginePort, FrameAnalysis } from '../../../src-main/ports/faceEngine.ts'
import { percentile } from '../measures/percentile.ts'

export interface Sustained extends Sustaining {
  /** The main thread with nothing to do, just before: what the machine itself delays. */
  readonly eventLoopIdleP99Ms: number
  /** The same with another program on every core that never rests. */
  readonly besideBusyCores: Sustaining & { readonly busyPrograms: number }
}

export interface Sustaining {
  /** Frames analysed a second, by the worker, from a camera of 30 frames a second. */
  readonly fps: number
  /** Of the main thread meanwhile. */
  readonly eventLoopP99Ms: number
  /** From the frame's arrival in the main thread to its analysis there. */
  readonly frameToAnalysisP50Ms: number
  readonly frames: number
}

const resolutionMs = 5

/** Long looks, alone and beside others: camera, capture loop and worker as the lane has them, nothing decided. */
export async function measureSustained(
  engine: FaceEnginePort,
  recording: string,
  policy: CapturePolicy,
  seconds: number,
): Promise<Sustained> {
  const eventLoopIdleP99Ms = await delayDuring(() => sleep(2000))
  const alone = await measureLook(engine, recording, policy, seconds)
  const busyPrograms = os.availableParallelism()
  const programs = Array.from({ length: busyPrograms }, () =>
    spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' }),
  )
  try {
    const besideBusyCores = await measureLook(engine, recording, policy, seconds)
    return { ...alone, eventLoopIdleP99Ms, besideBusyCores: { ...besideBusyCores, busyPrograms } }
  } finally {
    for (const program of programs) program.kill('SIGKILL')
  }
}

async function measureLook(
  engine: FaceEnginePort,
  recording: string,
  policy: CapturePolicy,
  seconds: number,
): Promise<Sustaining> {
  const clock = createClock('0'.repeat(32))
  const latencies: number[] = []
  let embedded = 0
  const camera = new ReplayCamera({ path: recording })
  const goal = {
    embed: () => 'plain' as const,
    mayFollow: () => true,
    take: (analysis: FrameAnalysis) => {
      latencies.push(performance.now() - analysis.capturedAtMonotonicMs)
      if (analysis.embedding !== undefined) embedded += 1
      analysis.embedding?.fill(0)
      return Promise.resolve({ view: { guidance: 'holdStill', progress: 0 } as const })
    },
    timedOut: () => 'done' as const,
    erase: () => undefined,
  }
  const eventLoopP99Ms = await delayDuring(async () => {
    const options = { signal: AbortSignal.timeout((seconds + 30) * 1000), onProgress: () => undefined }
    const deps = { camera, engine, clock, policy: { ...policy, timeoutMs: seconds * 1000 } }
    const ended = await look(deps, options, goal)
    if (ended !== 'done') throw new Error(`The look ended early: ${ended.kind}`)
  })
  if (embedded < latencies.length) {
    throw new Error(`${latencies.length - embedded} of ${latencies.length} frames were not embedded`)
  }
  return {
    fps: round(latencies.length / seconds),
    eventLoopP99Ms,
    frameToAnalysisP50Ms: round(percentile(latencies, 50)),
    frames: latencies.length,
  }
}

/** How much later than asked for a timer of the main thread came, p99. */
async function delayDuring(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  await work()
  histogram.disable()
  return round(Math.max(0, histogram.percentile(99) / 1e6 - resolutionMs))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
