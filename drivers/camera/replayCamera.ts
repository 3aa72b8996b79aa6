import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { cameraFailure } from './failures.ts'
import type { JpegSize } from './jpegHeader.ts'
import { readJpegSize } from './jpegHeader.ts'
import { LatestFrame } from './latestFrame.ts'
import { splitMjpeg } from './mjpegSplitter.ts'
import type { CameraFrame, ReplayCameraPort } from './port.ts'

export interface ReplayCameraOptions {
  /** An MJPEG recording; `<path>.json` beside it may say `{ "framesPerSecond": 15 }`. */
  readonly path: string
  /** Overrides the recording's own rate. */
  readonly framesPerSecond?: number
  readonly monotonicMs?: () => number
}

/** Rate of a recording that does not say its own. */
const defaultFramesPerSecond = 15

const sidecarSchema = z.object({ framesPerSecond: z.number().min(1).max(120) })

interface Recording {
  readonly pictures: readonly (JpegSize & { readonly bytes: Uint8Array })[]
  readonly framesPerSecond: number
}

/** Plays an MJPEG recording in a loop at its own pace. A lane with such a camera is a bench lane. */
export class ReplayCamera implements ReplayCameraPort {
  readonly kind = 'replay'
  readonly #options: ReplayCameraOptions
  #path: string
  #latest: LatestFrame | undefined
  #timer: NodeJS.Timeout | undefined
  #recording: Recording | undefined
  #position = 0
  #sequence = 0

  constructor(options: ReplayCameraOptions) {
    this.#options = options
    this.#path = options.path
  }

  async open(): Promise<void> {
    if (this.#latest !== undefined) throw cameraFailure('camera.busy', 'open the camera')
    const latest = new LatestFrame()
    this.#latest = latest
    const recording = await readRecording(this.#path).catch((thrown: unknown) => {
      this.#latest = undefined
      throw thrown
    })
    if (this.#latest !== latest) {
      erase(recording)
      return
    }
    this.#put(recording)
    this.#sequence = 0
    this.#schedule()
  }

  async *frames(signal?: AbortSignal): AsyncGenerator<CameraFrame, void> {
    if (this.#latest === undefined) throw cameraFailure('camera.closed', 'read frames')
    yield* this.#latest.read(signal)
  }

  async switchSource(path: string): Promise<void> {
    const recording = await readRecording(path)
    this.#path = path
    if (this.#latest === undefined) erase(recording)
    else this.#put(recording)
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#latest?.end()
    this.#latest = undefined
    if (this.#recording !== undefined) erase(this.#recording)
    this.#recording = undefined
  }

  #put(recording: Recording): void {
    if (this.#recording !== undefined) erase(this.#recording)
    this.#recording = recording
    this.#position = 0
  }

  #schedule(): void {
    const rate = this.#options.framesPerSecond ?? this.#recording?.framesPerSecond ?? defaultFramesPerSecond
    this.#timer = setTimeout(() => this.#play(), 1000 / rate)
  }

  #play(): void {
    const pictures = this.#recording?.pictures ?? []
    const picture = pictures[this.#position % pictures.length]
    if (picture === undefined || this.#latest === undefined) return
    this.#position += 1
    const data = new ArrayBuffer(picture.bytes.byteLength)
    new Uint8Array(data).set(picture.bytes)
    const { widthPx, heightPx } = picture
    const capturedAtMonotonicMs = (this.#options.monotonicMs ?? (() => performance.now()))()
    this.#latest.put({
      sequence: this.#sequence++,
      capturedAtMonotonicMs,
      encoding: 'jpeg',
      widthPx,
      heightPx,
      data,
    })
    this.#schedule()
  }
}

function erase(recording: Recording): void {
  for (const { bytes } of recording.pictures) bytes.fill(0)
}

async function readRecording(path: string): Promise<Recording> {
  const bytes = await readFile(path).catch((thrown: unknown) => {
    const nativeCode = (thrown as NodeJS.ErrnoException).code
    throw cameraFailure('camera.offline', `open the recording ${path}`, nativeCode)
  })
  const pictures = splitMjpeg(bytes).flatMap((picture) => {
    const size = readJpegSize(picture)
    return size === undefined ? [] : [{ ...size, bytes: picture }]
  })
  if (pictures.length === 0) throw cameraFailure('camera.offline', `open the recording ${path}`, 'noPictures')
  return { pictures, framesPerSecond: await readRate(path) }
}

async function readRate(path: string): Promise<number> {
  try {
    return sidecarSchema.parse(JSON.parse(await readFile(`${path}.json`, 'utf8'))).framesPerSecond
  } catch {
    return defaultFramesPerSecond
  }
}
