import type { FaceBox } from '../../contract/face.ts'
import type { FailureData } from '../../contract/failure.ts'
import type { Result } from '../../contract/result.ts'
import type { QualityLimits } from '../../domain/face/quality.ts'
import type { EmbedMode, FaceFrame, FrameAnalysis } from '../../ports/faceEngine.ts'
import type { ModelPack } from '../models/manifest.ts'

/** What the worker is started with. */
export interface WorkerSetup {
  readonly packDir: string
  readonly pack: ModelPack
  readonly threads: number
  readonly limits: QualityLimits
  /**
   * One number, shared: 1 while native code (models, decoder) may be running on behalf of the worker, else 0. A worker
   * that is terminated then takes the whole process with it (onnxruntime-node 1.30: uncaught Napi::Error).
   */
  readonly inNativeCode: Int32Array<SharedArrayBuffer>
}

/** Main to worker; `frame.data` is in the transfer list. */
export interface AnalyseRequest {
  readonly kind: 'analyse'
  readonly id: number
  readonly frame: FaceFrame
  readonly pad: boolean
  readonly embed: EmbedMode
  readonly evenIfRejected: boolean
  readonly near: FaceBox | undefined
}

/** `end`: finish the frame at hand, then end the thread. */
export type WorkerRequest = AnalyseRequest | { readonly kind: 'end' }

/** Worker to main; an embedding's buffer is in the transfer list. */
export type WorkerMessage =
  | { readonly kind: 'started'; readonly result: Result<{ readonly startedInMs: number }, FailureData> }
  | { readonly kind: 'analysed'; readonly id: number; readonly result: Result<FrameAnalysis, FailureData> }
