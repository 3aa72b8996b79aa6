import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { FailureData } from '../../contract/failure.ts'
import type { Result } from '../../contract/result.ts'
import { err, ok } from '../../contract/result.ts'
import type { QualityLimits } from '../../domain/face/quality.ts'
import { defaultQualityLimits } from '../../domain/face/quality.ts'
import type {
  AnalyseOptions,
  FaceEngineInfo,
  FaceEnginePort,
  FaceFrame,
  FrameAnalysis,
} from '../../ports/faceEngine.ts'
import type { ModelPack } from '../models/manifest.ts'
import { engineFailure } from './failures.ts'
import type { WorkerMessage, WorkerRequest, WorkerSetup } from './protocol.ts'

export interface FaceEngineOptions {
  /** The folder that holds the pack's files. */
  readonly packDir: string
  readonly pack: ModelPack
  /**
   * Threads of each model. Default 1: threads that do not spin gain nothing on models this small (14.4 ms against 14.8
   * with 2, all models), and on a busy machine they wait for each other (34 ms a frame against 66).
   */
  readonly threads?: number
  readonly limits?: QualityLimits
  /** Where a bundler has put the worker; default the source file beside this one. */
  readonly workerUrl?: URL
  /** A frame that takes longer means a hung worker. Default 15 000 ms. */
  readonly hangMs?: number
  /** A start that takes longer means the same. Default 30 000 ms. */
  readonly startHangMs?: number
  /** Pauses before a lost worker is started again; the last one repeats. */
  readonly restartDelaysMs?: readonly number[]
}

type AnalyseResult = Result<FrameAnalysis, FailureData>

interface Job {
  readonly frame: FaceFrame
  readonly options: AnalyseOptions
  readonly settle: (result: AnalyseResult) => void
}

/** A worker of one life: from its start until it ends or is given up. */
interface Life {
  readonly worker: Worker
  readonly ended: Promise<void>
  readonly inNativeCode: Int32Array<SharedArrayBuffer>
  readonly started: Promise<Result<FaceEngineInfo, FailureData>>
  readonly startWatchdog: NodeJS.Timeout | undefined
  startError: FailureData | undefined
}

const longestNativeCallMs = 2000
const defaultRestartDelaysMs = [100, 1000, 5000, 30_000]

/** Starts the engine's worker at once. See `FaceEnginePort` for what callers may rely on. */
export function createFaceEngine(options: FaceEngineOptions): FaceEnginePort {
  return new WorkerFaceEngine(options)
}

class WorkerFaceEngine implements FaceEnginePort {
  readonly #options: FaceEngineOptions
  #life: Life
  #losses = 0
  #closed = false
  #running: { id: number; job: Job; watchdog: NodeJS.Timeout } | undefined
  #waiting: Job | undefined
  #nextId = 1
  #restart: NodeJS.Timeout | undefined
  /** Why there is no worker at the moment. */
  #down: FailureData | undefined

  constructor(options: FaceEngineOptions) {
    this.#options = options
    this.#life = this.#begin()
    process.on('exit', this.#onProcessExit)
  }

  /** A process that exits stops its threads by force: the one in native code is let through first. */
  readonly #onProcessExit = (): void => {
    Atomics.wait(this.#life.inNativeCode, 0, 1, longestNativeCallMs)
  }

  ready(): Promise<Result<FaceEngineInfo, FailureData>> {
    if (this.#closed) return Promise.resolve(err(engineFailure('face.closed')))
    return this.#down === undefined ? this.#life.started : Promise.resolve(err(this.#down))
  }

  analyse(frame: FaceFrame, options: AnalyseOptions): Promise<AnalyseResult> {
    return new Promise((resolve) => {
      const job = this.#track(frame, options, resolve)
      if (this.#closed) return job.settle(err(engineFailure('face.closed')))
      if (options.signal?.aborted === true) return job.settle(err(engineFailure('face.aborted')))
      if (this.#down !== undefined) return job.settle(err(this.#down))
      const replaced = this.#waiting
      this.#waiting = job
      replaced?.settle(err(engineFailure('face.frameDropped')))
      void this.#pump()
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    process.off('exit', this.#onProcessExit)
    clearTimeout(this.#restart)
    clearTimeout(this.#life.startWatchdog)
    const idle = this.#running === undefined && Atomics.load(this.#life.inNativeCode, 0) === 0
    this.#settleAll(engineFailure('face.closed'))
    this.#life.worker.ref()
    await end(this.#life, idle ? 0 : this.#hangMs)
  }

  get #hangMs(): number {
    return this.#options.hangMs ?? 15_000
  }

  /** A job settles once; on abort it settles early and its late result is overwritten. */
  #track(frame: FaceFrame, options: AnalyseOptions, resolve: (result: AnalyseResult) => void): Job {
    let settled = false
    const onAbort = () => {
      if (this.#waiting === job) this.#waiting = undefined
      job.settle(err(engineFailure('face.aborted')))
    }
    const job: Job = {
      frame,
      options,
      settle: (result) => {
        if (settled) {
          if (result.ok) result.value.embedding?.fill(0)
          return
        }
        settled = true
        options.signal?.removeEventListener('abort', onAbort)
        eraseIfHeld(frame)
        resolve(result)
      },
    }
    options.signal?.addEventListener('abort', onAbort, { once: true })
    return job
  }

  async #pump(): Promise<void> {
    if (this.#running !== undefined || this.#waiting === undefined) return
    const life = this.#life
    const started = await life.started
    if (life !== this.#life || this.#running !== undefined || this.#waiting === undefined) return
    const job = this.#waiting
    this.#waiting = undefined
    if (!started.ok) {
      job.settle(err(started.error))
      return
    }
    const id = this.#nextId++
    const watchdog = setTimeout(() => this.#lose(life, 'hung'), this.#hangMs)
    this.#running = { id, job, watchdog }
    const { frame } = job
    const { pad, embed, evenIfRejected = false, near } = job.options
    const request: WorkerRequest = { kind: 'analyse', id, frame, pad, embed, evenIfRejected, near }
    life.worker.postMessage(request, [frame.data])
  }

  #begin(): Life {
    const { packDir, pack, threads = 1, limits = defaultQualityLimits } = this.#options
    const inNativeCode = new Int32Array(new SharedArrayBuffer(4))
    const workerData: WorkerSetup = { packDir, pack, threads, limits, inNativeCode }
    const worker = new Worker(this.#options.workerUrl ?? new URL('./worker.ts', import.meta.url), {
      workerData,
    })
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    let startWatchdog: NodeJS.Timeout | undefined
    const started = new Promise<Result<FaceEngineInfo, FailureData>>((resolve) => {
      startWatchdog = setTimeout(() => {
        resolve(err(engineFailure('face.engineLost', 'hung')))
        this.#lose(life, 'hung')
      }, this.#options.startHangMs ?? 30_000)
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'analysed') return this.#finish(message.id, message.result)
        clearTimeout(startWatchdog)
        if (message.result.ok) return resolve(ok({ packId: pack.id, ...message.result.value }))
        life.startError = message.result.error
        resolve(message.result)
      })
      worker.once('error', (error: unknown) =>
        this.#lose(life, error instanceof Error ? error.message : 'error'),
      )
      worker.once('exit', (code) => {
        resolve(err(engineFailure(this.#closed ? 'face.closed' : 'face.engineLost', `exit ${code}`)))
        this.#lose(life, `exit ${code}`)
      })
    })
    const life: Life = { worker, started, ended, inNativeCode, startWatchdog, startError: undefined }
    // Once it runs, the engine alone must not keep a finished program alive.
    void started.then(() => worker.unref())
    return life
  }

  #finish(id: number, result: AnalyseResult): void {
    if (this.#running?.id !== id) {
      if (result.ok) result.value.embedding?.fill(0)
      return
    }
    const { job, watchdog } = this.#running
    clearTimeout(watchdog)
    this.#running = undefined
    this.#losses = 0
    job.settle(result)
    void this.#pump()
  }

  /** The worker died or hangs: say so to everybody who waits, and start another after a pause. */
  #lose(life: Life, nativeCode: string): void {
    if (life !== this.#life || this.#closed || this.#restart !== undefined) return
    this.#down = life.startError ?? engineFailure('face.engineLost', nativeCode)
    clearTimeout(life.startWatchdog)
    this.#settleAll(this.#down)
    void end(life, 0)
    const delays = this.#options.restartDelaysMs ?? defaultRestartDelaysMs
    const delayMs = delays[Math.min(this.#losses, delays.length - 1)] ?? 1000
    this.#losses += 1
    this.#restart = setTimeout(() => {
      this.#restart = undefined
      this.#down = undefined
      this.#life = this.#begin()
      void this.#pump()
    }, delayMs)
    this.#restart.unref()
  }

  #settleAll(failure: FailureData): void {
    const running = this.#running
    const waiting = this.#waiting
    this.#running = undefined
    this.#waiting = undefined
    clearTimeout(running?.watchdog)
    running?.job.settle(err(failure))
    waiting?.settle(err(failure))
  }
}

/**
 * Tells a worker to end when it is through, and ends it by force when it is not within `graceMs`. One that is in
 * native code is left to end by itself: by force it would take the whole process along.
 */
async function end({ worker, ended, inNativeCode }: Life, graceMs: number): Promise<void> {
  worker.postMessage({ kind: 'end' } satisfies WorkerRequest)
  const waiting = new AbortController()
  const patience = sleep(graceMs, undefined, { signal: waiting.signal }).catch(() => undefined)
  await Promise.race([ended, patience])
  waiting.abort()
  if (Atomics.load(inNativeCode, 0) === 0) await worker.terminate()
  else worker.unref()
}

/** A buffer that was not handed to the worker is still ours to overwrite. */
function eraseIfHeld(frame: FaceFrame): void {
  if (frame.data.byteLength > 0) new Uint8Array(frame.data).fill(0)
}
