import type { CameraFrame, CameraPort } from '../../drivers/camera/port.ts'
import { Failure } from '../contract/failure.ts'
import type { CaptureView } from '../contract/laneView.ts'
import { noPace, paceAfter, pauseMs } from '../domain/face/pacing.ts'
import type { CapturePolicy } from '../domain/face/policy.ts'
import type { FaceTrack } from '../domain/face/tracking.ts'
import { boxToLookNear, trackAfter } from '../domain/face/tracking.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { CaptureFailure, CaptureOptions } from '../ports/faceCapture.ts'
import type { AnalyseOptions, EmbedMode, FaceEnginePort, FrameAnalysis } from '../ports/faceEngine.ts'

export interface CaptureLoopDeps {
  readonly camera: CameraPort
  readonly engine: FaceEnginePort
  readonly clock: ClockPort
  readonly policy: CapturePolicy
}

/** What one frame led to, and what the screen says after it. */
export interface Seen<T> {
  /** Ends the look. */
  readonly answer?: T
  readonly view: Pick<CaptureView, 'guidance' | 'progress' | 'challenge'>
  /** The look has so much time from now on, instead of what was left. */
  readonly newLimitMs?: number
}

/** What a look is for. It holds the embeddings of the look, and overwrites them when it is erased. */
export interface CaptureGoal<T> {
  /** Which orientation of the next frame is embedded. */
  embed(): EmbedMode
  /** Whether a face may be followed from the last frame to the next one, so that not all of it is looked at. */
  mayFollow(): boolean
  /** Rejects when the gallery cannot be searched, or the signal calls it off. */
  take(analysis: FrameAnalysis, signal: AbortSignal): Promise<Seen<T>>
  /** The answer of a look whose time is up. */
  timedOut(): T | Extract<CaptureFailure, { kind: 'timeout' }>
  erase(): void
}

/** Opens the camera, feeds the engine the newest frames until the goal has an answer, and always leaves it closed. */
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
    return unavailable(thrown)
  }
  try {
    return await watchInTime(deps, options, goal)
  } catch (thrown) {
    return unavailable(thrown)
  } finally {
    goal.erase()
    await deps.camera.close()
  }
}

/** A part of the face path that is missing ends the look; anything else is a bug. */
function unavailable(thrown: unknown): CaptureFailure {
  if (thrown instanceof Failure && thrown.code.startsWith('camera.')) {
    return { kind: 'cameraUnavailable', code: thrown.code }
  }
  if (thrown instanceof Failure && thrown.code.startsWith('face.')) {
    return { kind: 'engineUnavailable', code: thrown.code }
  }
  throw thrown
}

async function watchInTime<T>(
  deps: CaptureLoopDeps,
  options: CaptureOptions,
  goal: CaptureGoal<T>,
): Promise<T | CaptureFailure> {
  const timeUp = new AbortController()
  let cancelTimeout: () => void = () => undefined
  const limit = (ms: number): void => {
    cancelTimeout()
    cancelTimeout = deps.clock.after(ms, () => timeUp.abort())
  }
  limit(deps.policy.timeoutMs)
  try {
    const signal = AbortSignal.any([options.signal, timeUp.signal])
    const answer = await watch(deps, options, goal, limit, signal)
    if (answer !== undefined) return answer
    if (options.signal.aborted) return { kind: 'aborted' }
    return timeUp.signal.aborted ? goal.timedOut() : { kind: 'cameraUnavailable', code: 'camera.closed' }
  } finally {
    cancelTimeout()
  }
}

async function watch<T>(
  deps: CaptureLoopDeps,
  options: CaptureOptions,
  goal: CaptureGoal<T>,
  limit: (ms: number) => void,
  signal: AbortSignal,
): Promise<T | CaptureFailure | undefined> {
  let track: FaceTrack | null = null
  let pace = noPace
  for await (const frame of deps.camera.frames(signal)) {
    const near = goal.mayFollow() ? boxToLookNear(track, frame.capturedAtMonotonicMs) : null
    const begunAtMs = deps.clock.monotonicMs()
    const analysis = await analyse(deps.engine, frame, {
      pad: true,
      embed: goal.embed(),
      signal,
      ...(near === null ? {} : { near }),
    })
    if (analysis === 'skip') continue
    if ('kind' in analysis) return analysis
    pace = paceAfter(pace, deps.clock.monotonicMs() - begunAtMs)
    track = trackAfter(track, analysis)
    const seen = await taken(goal, analysis, signal)
    if (seen === 'calledOff') return undefined
    const { answer, view, newLimitMs } = seen
    if (newLimitMs !== undefined) limit(newLimitMs)
    options.onProgress({ camera: 'on', faceBox: analysis.face?.box ?? null, ...view })
    if (answer !== undefined) return answer
    await pause(deps.clock, pauseMs(pace), signal)
  }
  return undefined
}

/** Frames that come meanwhile take each other's place; the newest is analysed afterwards. */
async function pause(clock: ClockPort, ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0 || signal.aborted) return
  await new Promise<void>((resolve) => {
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end, { once: true })
    function end(): void {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}

async function taken<T>(
  goal: CaptureGoal<T>,
  analysis: FrameAnalysis,
  signal: AbortSignal,
): Promise<Seen<T> | 'calledOff'> {
  try {
    return await goal.take(analysis, signal)
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'face.aborted') return 'calledOff'
    throw thrown
  }
}

async function analyse(
  engine: FaceEnginePort,
  frame: CameraFrame,
  options: AnalyseOptions,
): Promise<FrameAnalysis | CaptureFailure | 'skip'> {
  const analysed = await engine.analyse(frame, options)
  if (analysed.ok) return analysed.value
  const skipped = ['face.badFrame', 'face.frameDropped', 'face.aborted']
  return skipped.includes(analysed.error.code)
    ? 'skip'
    : { kind: 'engineUnavailable', code: analysed.error.code }
}
