import type { CameraFrame, CameraPort } from '../../drivers/camera/port.ts'
import { Failure } from '../contract/failure.ts'
import { breaksBurst, guidanceFor } from '../domain/face/guidance.ts'
import { compare } from '../domain/face/embedding.ts'
import type { CapturePolicy } from '../domain/face/policy.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { CaptureFailure, CaptureOptions } from '../ports/faceCapture.ts'
import type { FaceEnginePort, FrameAnalysis } from '../ports/faceEngine.ts'
import { Burst } from './burstBuffer.ts'

export interface CaptureLoopDeps {
  readonly camera: CameraPort
  readonly engine: FaceEnginePort
  readonly clock: ClockPort
  readonly policy: CapturePolicy
}

export interface CaptureGoal<T> {
  readonly framesNeeded: number
  /** Asked after each usable frame; an answer ends the look. */
  readonly decide: (burst: Burst) => Promise<T | undefined>
  /** A changed face begins the burst again (identification) or stays in it, to be refused (enrolment). */
  readonly restartOnOtherFace: boolean
}

/** Opens the camera, feeds the engine the newest frames until `goal.decide` answers, and always leaves it closed. */
export async function look<T>(
  deps: CaptureLoopDeps,
  options: CaptureOptions,
  goal: CaptureGoal<T>,
): Promise<T | CaptureFailure> {
  if (options.signal.aborted) return { kind: 'aborted' }
  // Nobody is filmed for an engine that cannot look.
  const known = await Promise.race([deps.engine.ready(), Promise.resolve(null)])
  if (known?.ok === false) return { kind: 'engineUnavailable', code: known.error.code }
  options.onProgress({ camera: 'opening', guidance: 'lookHere', faceBox: null, progress: 0 })
  try {
    await deps.camera.open()
  } catch (thrown) {
    return cameraUnavailable(thrown)
  }
  const burst = new Burst()
  try {
    return await watchInTime(deps, options, goal, burst)
  } catch (thrown) {
    return cameraUnavailable(thrown)
  } finally {
    burst.erase()
    await deps.camera.close()
  }
}

function cameraUnavailable(thrown: unknown): CaptureFailure {
  if (thrown instanceof Failure && thrown.code.startsWith('camera.')) {
    return { kind: 'cameraUnavailable', code: thrown.code }
  }
  throw thrown
}

async function watchInTime<T>(
  deps: CaptureLoopDeps,
  options: CaptureOptions,
  goal: CaptureGoal<T>,
  burst: Burst,
): Promise<T | CaptureFailure> {
  const timeUp = new AbortController()
  const cancelTimeout = deps.clock.after(deps.policy.timeoutMs, () => timeUp.abort())
  try {
    const signal = AbortSignal.any([options.signal, timeUp.signal])
    const answer = await watch(deps, options, goal, burst, signal)
    if (answer !== undefined) return answer
    if (options.signal.aborted) return { kind: 'aborted' }
    if (timeUp.signal.aborted) return { kind: 'timeout', unclear: burst.sawSomebody }
    return { kind: 'cameraUnavailable', code: 'camera.closed' }
  } finally {
    cancelTimeout()
  }
}

async function watch<T>(
  deps: CaptureLoopDeps,
  options: CaptureOptions,
  goal: CaptureGoal<T>,
  burst: Burst,
  signal: AbortSignal,
): Promise<T | CaptureFailure | undefined> {
  for await (const frame of deps.camera.frames(signal)) {
    const analysis = await analyse(deps.engine, frame, signal)
    if (analysis === 'skip') continue
    if ('kind' in analysis) return analysis
    take(burst, analysis, goal.restartOnOtherFace ? deps.policy.sameFaceScore : -1)
    const answer = analysis.rejects.length === 0 ? await goal.decide(burst) : undefined
    options.onProgress({
      camera: 'on',
      guidance: answer === undefined ? guidanceFor(analysis.rejects) : 'checking',
      faceBox: analysis.face?.box ?? null,
      progress: answer === undefined ? Math.min(0.95, burst.length / goal.framesNeeded) : 1,
    })
    if (answer !== undefined) return answer
  }
  return undefined
}

async function analyse(
  engine: FaceEnginePort,
  frame: CameraFrame,
  signal: AbortSignal,
): Promise<FrameAnalysis | CaptureFailure | 'skip'> {
  const analysed = await engine.analyse(frame, { pad: true, embed: 'plain', signal })
  if (analysed.ok) return analysed.value
  const skipped = ['face.badFrame', 'face.frameDropped', 'face.aborted']
  return skipped.includes(analysed.error.code)
    ? 'skip'
    : { kind: 'engineUnavailable', code: analysed.error.code }
}

function take(burst: Burst, analysis: FrameAnalysis, sameFaceScore: number): void {
  burst.note(analysis)
  if (breaksBurst(analysis.rejects)) return burst.restart()
  const { embedding, padScore, face } = analysis
  if (embedding === undefined || padScore === undefined || face === undefined) return
  const last = burst.lastEmbedding
  if (last !== undefined && compare(last, embedding) < sameFaceScore) burst.restart()
  burst.add({
    embedding,
    padScore,
    weight: face.quality,
    capturedAtMonotonicMs: analysis.capturedAtMonotonicMs,
  })
}
