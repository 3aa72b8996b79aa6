import { cameraFailure } from './failures.ts'
import { readJpegSize } from './jpegHeader.ts'
import { LatestFrame } from './latestFrame.ts'
import { maxJpegBytes } from './mjpegSplitter.ts'
import type { CameraFrame, CameraPort, FramePusher } from './port.ts'

export interface PushedCameraOptions {
  /** Asks the renderer to start or stop its camera (getUserMedia); called on open and close. */
  readonly onWanted?: (wanted: boolean) => void
  /** Larger pictures are refused. Default 4096 x 4096. */
  readonly maxPixels?: number
  readonly monotonicMs?: () => number
}

/** A live camera that the renderer owns: it pushes JPEGs while the lane wants them. Used by both shells. */
export class PushedCamera implements CameraPort, FramePusher {
  readonly kind = 'live'
  readonly #options: PushedCameraOptions
  #latest: LatestFrame | undefined
  #sequence = 0

  constructor(options: PushedCameraOptions = {}) {
    this.#options = options
  }

  async open(): Promise<void> {
    if (this.#latest !== undefined) throw cameraFailure('camera.busy', 'open the camera')
    this.#latest = new LatestFrame()
    this.#sequence = 0
    this.#options.onWanted?.(true)
  }

  async *frames(signal?: AbortSignal): AsyncGenerator<CameraFrame, void> {
    if (this.#latest === undefined) throw cameraFailure('camera.closed', 'read frames')
    yield* this.#latest.read(signal)
  }

  async close(): Promise<void> {
    if (this.#latest === undefined) return
    this.#latest.end()
    this.#latest = undefined
    this.#options.onWanted?.(false)
  }

  /** The shell calls this when the renderer says that its camera failed: readers reject with it. */
  lost(nativeCode: string): void {
    this.#latest?.end(cameraFailure('camera.extended', 'read frames from the renderer', nativeCode))
  }

  pushFrame(bytes: Uint8Array): 'taken' | 'closed' | 'notJpeg' | 'tooLarge' {
    if (this.#latest === undefined) return 'closed'
    if (bytes.byteLength > maxJpegBytes) return 'tooLarge'
    const size = readJpegSize(bytes)
    if (size === undefined) return 'notJpeg'
    if (size.widthPx * size.heightPx > (this.#options.maxPixels ?? 4096 * 4096)) return 'tooLarge'
    const data = new ArrayBuffer(bytes.byteLength)
    new Uint8Array(data).set(bytes)
    const capturedAtMonotonicMs = (this.#options.monotonicMs ?? (() => performance.now()))()
    this.#latest.put({ sequence: this.#sequence++, capturedAtMonotonicMs, encoding: 'jpeg', ...size, data })
    return 'taken'
  }
}
