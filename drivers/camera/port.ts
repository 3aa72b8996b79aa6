/** One picture as it came from the camera. `data` belongs to whoever receives the frame; transfer or overwrite it. */
export interface CameraFrame {
  /** Counts up within one opening; gaps mean frames that nobody took in time. */
  readonly sequence: number
  /** `performance.now()` of the main process when the frame arrived whole. */
  readonly capturedAtMonotonicMs: number
  readonly encoding: 'jpeg' | 'rgba'
  readonly widthPx: number
  readonly heightPx: number
  readonly data: ArrayBuffer
}

export interface CameraPort {
  /** `replay`: recorded pictures, which makes the lane a bench lane. */
  readonly kind: 'live' | 'replay'
  /**
   * Turns the camera on. Rejects with a `Failure`: `camera.busy` when it is open already, `camera.offline` when there
   * is nothing to open, `camera.extended` with the native code for anything else.
   */
  open(): Promise<void>
  /**
   * The newest frame each time one is asked for: frames that arrive while the reader is busy are replaced, never
   * queued. Ends when the camera is closed or `signal` aborts. Rejects with `camera.closed` when the camera is not
   * open, with `camera.busy` when somebody reads already, and with the camera's failure when it is lost.
   */
  frames(signal?: AbortSignal): AsyncIterable<CameraFrame>
  /** Turns the camera off and overwrites every frame still held. Idempotent; readers end. */
  close(): Promise<void>
}

/** A camera whose recording can be changed while it runs: the bench panel's "what the camera sees". */
export interface ReplayCameraPort extends CameraPort {
  readonly kind: 'replay'
  /** Takes effect at the next frame when open, else at the next opening. Rejects with `camera.offline`. */
  switchSource(path: string): Promise<void>
}

/** The end a shell pushes the renderer's frames into. */
export interface FramePusher {
  /**
   * Takes one JPEG. Never throws: pictures that are no JPEG, too large or come while the camera is closed are refused
   * and counted; the answer says which.
   */
  pushFrame(bytes: Uint8Array): 'taken' | 'closed' | 'notJpeg' | 'tooLarge'
}
