import { once } from 'node:events'
import type { CameraFrame, CameraPort } from '../../drivers/camera/port.ts'
import type { PushedCamera } from '../../drivers/camera/pushedCamera.ts'
import type { ReplayCamera } from '../../drivers/camera/replayCamera.ts'

/** What stands in front of a bench lane's camera: a recording by its id, or the page's own camera. */
export const pageSourceId = 'page'

export interface BenchCameraOptions {
  readonly page: PushedCamera
  readonly replay: ReplayCamera
  /** Recordings: id to path. */
  readonly recordings: Readonly<Record<string, string>>
  readonly firstSourceId: string
  readonly changed: () => void
}

/**
 * The camera of a bench lane. It calls itself a replay whatever it shows: the banner stays, and the hub takes only
 * wallet money, because a recording is one touch away.
 */
export class BenchCamera implements CameraPort {
  readonly kind = 'replay'
  readonly #options: BenchCameraOptions
  #sourceId: string | null
  #open: CameraPort | null = null
  #preview: Uint8Array | null = null

  constructor(options: BenchCameraOptions) {
    this.#options = options
    this.#sourceId = options.firstSourceId
  }

  /** Null: the lens is covered. */
  sourceId(): string | null {
    return this.#sourceId
  }

  /** The page has to send its own camera's frames. */
  wantsPage(): boolean {
    return this.#sourceId === pageSourceId
  }

  /** Newest picture while the camera is on; for the bench panel only. */
  preview(): Uint8Array | null {
    return this.#preview
  }

  /** False for an unknown source. Between a recording and the page's camera it takes effect at the next look. */
  async choose(sourceId: string | null): Promise<boolean> {
    const path = sourceId === null ? undefined : this.#options.recordings[sourceId]
    if (path === undefined && sourceId !== pageSourceId && sourceId !== null) return false
    this.#sourceId = sourceId
    if (path !== undefined) await this.#options.replay.switchSource(path)
    this.#options.changed()
    return true
  }

  async open(): Promise<void> {
    if (this.#sourceId === null) return
    const camera = this.wantsPage() ? this.#options.page : this.#options.replay
    await camera.open()
    this.#open = camera
  }

  async *frames(signal?: AbortSignal): AsyncIterable<CameraFrame> {
    // A covered lens shows nothing for as long as the lane looks.
    if (!this.#open) {
      if (signal?.aborted === false) await once(signal, 'abort')
      return
    }
    for await (const frame of this.#open.frames(signal)) {
      this.#preview = new Uint8Array(frame.data.slice(0))
      yield frame
    }
  }

  async close(): Promise<void> {
    this.#preview?.fill(0)
    this.#preview = null
    const camera = this.#open
    this.#open = null
    await camera?.close()
  }
}
