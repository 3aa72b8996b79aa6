import { cameraFailure } from './failures.ts'
import type { CameraFrame } from './port.ts'

/** A place for one frame: the newest wins, the one it replaces is overwritten. One reader at a time. */
export class LatestFrame {
  #frame: CameraFrame | undefined
  #wake: (() => void) | undefined
  #ended = false
  #lost: Error | undefined
  #reading = false

  put(frame: CameraFrame): void {
    if (this.#ended) return eraseFrame(frame)
    if (this.#frame !== undefined) eraseFrame(this.#frame)
    this.#frame = frame
    this.#wake?.()
  }

  /** No more frames: readers end, or reject with `lost`. */
  end(lost?: Error): void {
    this.#ended = true
    this.#lost ??= lost
    if (this.#frame !== undefined) eraseFrame(this.#frame)
    this.#frame = undefined
    this.#wake?.()
  }

  async *read(signal?: AbortSignal): AsyncGenerator<CameraFrame, void> {
    if (this.#reading) throw cameraFailure('camera.busy', 'read frames')
    this.#reading = true
    const onAbort = () => this.#wake?.()
    signal?.addEventListener('abort', onAbort)
    try {
      for (;;) {
        if (signal?.aborted === true) return
        if (this.#ended) {
          if (this.#lost !== undefined) throw this.#lost
          return
        }
        const frame = this.#frame
        this.#frame = undefined
        if (frame === undefined) await new Promise<void>((resolve) => (this.#wake = resolve))
        else yield frame
      }
    } finally {
      this.#reading = false
      signal?.removeEventListener('abort', onAbort)
    }
  }
}

export function eraseFrame(frame: CameraFrame): void {
  if (frame.data.byteLength > 0) new Uint8Array(frame.data).fill(0)
}
