import { stat } from 'node:fs/promises'
import type { Failure } from '../../src-main/contract/failure.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { cameraFailure } from './failures.ts'
import { ffmpegArguments, v4l2Input, type PictureWay } from './ffmpegArguments.ts'
import { startPictures, type PictureEnd, type PictureSource } from './ffmpegPictures.ts'
import { readJpegSize } from './jpegHeader.ts'
import { LatestFrame } from './latestFrame.ts'
import type { CameraFrame, CameraPort } from './port.ts'
import { setExposure, type Exposure } from './v4l2Controls.ts'

export interface V4l2CameraOptions {
  /** `/dev/video0`, or better its name in `/dev/v4l/by-id/`, which stays with the camera when others come and go. */
  readonly device: string
  /** Default 1280. */
  readonly widthPx?: number | undefined
  /** Default 720. */
  readonly heightPx?: number | undefined
  /** Default 15. */
  readonly framesPerSecond?: number | undefined
  /** Turns the picture as a mirror does. Costs the till an encoder; leave it to the screen where only people look. Default false. */
  readonly mirror?: boolean | undefined
  /** Left as it is when not given. Needs v4l2-ctl; a camera that cannot is told by `onProblem` and used all the same. */
  readonly exposure?: Exposure | undefined
  readonly onProblem?: ((failure: Failure) => void) | undefined
  /** Default `ffmpeg` and `v4l2-ctl` of the PATH. */
  readonly programs?: { readonly ffmpeg?: string; readonly v4l2Ctl?: string } | undefined
  /** What ffmpeg reads in the place of the device: a file or a made picture, for machines without a camera. */
  readonly input?: readonly string[] | undefined
  readonly clock?: DriverClock | undefined
}

/** The first picture of a camera that had slept; slower ones are taken for hung. */
const firstPictureLimitMs = 5000
/** A stream that stands still this long is started anew. */
const stallMs = 2500
const restartAfterMs = 250
/** Without a picture this long while it is wanted, the camera is lost. */
const lossLimitMs = 6000

/**
 * A V4L2 camera read by ffmpeg, for lanes whose page has none. Off until it is opened; the program is gone when it is closed.
 * A stream that ends or stands still is started again for some seconds before the readers hear that the camera is lost.
 */
export class V4l2Camera implements CameraPort {
  readonly kind = 'live'
  readonly #options: V4l2CameraOptions
  readonly #clock: DriverClock
  #opening: Opening | undefined
  /** Remembered from one opening to the next: most cameras have MJPEG, and asking one that has not costs a start. */
  #way: PictureWay

  constructor(options: V4l2CameraOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemDriverClock
    this.#way = options.mirror === true ? 'encoded' : 'copied'
  }

  async open(): Promise<void> {
    if (this.#opening !== undefined) throw cameraFailure('camera.busy', this.#attempted)
    const opening = new Opening(this.#options, this.#clock, this.#way)
    this.#opening = opening
    try {
      if (this.#options.input === undefined) await this.#prepare()
      await opening.firstPicture()
      this.#way = opening.way
    } catch (thrown) {
      await opening.stop()
      if (this.#opening === opening) this.#opening = undefined
      throw thrown
    }
  }

  async *frames(signal?: AbortSignal): AsyncGenerator<CameraFrame, void> {
    if (this.#opening === undefined) throw cameraFailure('camera.closed', 'read frames')
    yield* this.#opening.latest.read(signal)
  }

  /** A copy of the newest picture while the camera is on; null before the first one and afterwards. */
  preview(): Uint8Array | null {
    return this.#opening?.preview?.slice() ?? null
  }

  async close(): Promise<void> {
    const opening = this.#opening
    this.#opening = undefined
    await opening?.stop()
  }

  get #attempted(): string {
    return `open the camera ${this.#options.device}`
  }

  async #prepare(): Promise<void> {
    const { device, exposure, onProblem, programs } = this.#options
    const found = await stat(device).catch((thrown: unknown) => {
      throw cameraFailure('camera.offline', this.#attempted, (thrown as NodeJS.ErrnoException).code)
    })
    if (!found.isCharacterDevice()) throw cameraFailure('camera.offline', this.#attempted, 'ENOTTY')
    if (exposure === undefined) return
    await setExposure(programs?.v4l2Ctl ?? 'v4l2-ctl', device, exposure).catch((thrown: unknown) =>
      onProblem?.(thrown as Failure),
    )
  }
}

/** One time from open to close: the program, started as often as needed, and the newest picture. */
class Opening {
  readonly latest = new LatestFrame()
  readonly #options: V4l2CameraOptions
  readonly #clock: DriverClock
  way: PictureWay
  preview: Uint8Array | undefined
  #source: PictureSource | undefined
  #cancelTimer = (): void => undefined
  #sequence = 0
  #lastPictureAtMs: number
  #settleFirst: { taken: () => void; failed: (failure: Failure) => void } | undefined
  #stopped = false

  constructor(options: V4l2CameraOptions, clock: DriverClock, way: PictureWay) {
    this.#options = options
    this.#clock = clock
    this.way = way
    this.#lastPictureAtMs = clock.monotonicMs()
  }

  firstPicture(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settleFirst = { taken: resolve, failed: reject }
      if (this.#stopped) return reject(cameraFailure('camera.closed', this.#attempted))
      this.#start()
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    this.latest.end()
    this.preview?.fill(0)
    this.preview = undefined
    this.#settleFirst?.failed(cameraFailure('camera.closed', this.#attempted))
    await this.#source?.stop()
  }

  get #attempted(): string {
    return `read the camera ${this.#options.device}`
  }

  #start(): void {
    const { device, input, mirror = false, programs } = this.#options
    const { widthPx = 1280, heightPx = 720, framesPerSecond = 15 } = this.#options
    const read = input ?? v4l2Input(device, { widthPx, heightPx, framesPerSecond }, this.way)
    this.#source = startPictures(programs?.ffmpeg ?? 'ffmpeg', ffmpegArguments(read, this.way, mirror), {
      picture: (jpeg) => this.#take(jpeg),
      ended: (end) => this.#ended(end),
    })
    this.#watch(this.#sequence === 0 ? firstPictureLimitMs : stallMs)
  }

  #take(jpeg: Uint8Array): void {
    const size = readJpegSize(jpeg)
    if (size === undefined || this.#stopped) return void jpeg.fill(0)
    const data = new ArrayBuffer(jpeg.byteLength)
    new Uint8Array(data).set(jpeg)
    this.preview?.fill(0)
    this.preview = jpeg
    this.#lastPictureAtMs = this.#clock.monotonicMs()
    this.latest.put({
      sequence: this.#sequence++,
      capturedAtMonotonicMs: this.#lastPictureAtMs,
      encoding: 'jpeg',
      ...size,
      data,
    })
    this.#settleFirst?.taken()
    this.#settleFirst = undefined
    this.#watch(stallMs)
  }

  #watch(limitMs: number): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#clock.after(limitMs, () => {
      const hung = this.#source
      this.#source = undefined
      void hung?.stop().then(() => {
        if (!this.#stopped) this.#ended({ spawn: null, says: 'the stream stood still' })
      })
    })
  }

  #ended(end: PictureEnd): void {
    this.#cancelTimer()
    this.#source = undefined
    if (this.#settleFirst !== undefined) return this.#failedToBegin(this.#settleFirst, end)
    if (this.#clock.monotonicMs() - this.#lastPictureAtMs >= lossLimitMs)
      return this.latest.end(lossOf(end, this.#attempted))
    this.#cancelTimer = this.#clock.after(restartAfterMs, () => this.#start())
  }

  /** A camera without MJPEG says so before its first picture; its pictures are encoded then. */
  #failedToBegin({ failed }: { failed: (failure: Failure) => void }, end: PictureEnd): void {
    const failure = lossOf(end, this.#attempted)
    if (this.way === 'encoded' || failure.code !== 'camera.extended') return failed(failure)
    this.way = 'encoded'
    this.#start()
  }
}

/** ffmpeg says what the kernel said, in words of its C library. */
const said: readonly (readonly [RegExp, 'camera.busy' | 'camera.offline', string])[] = [
  [/resource busy/i, 'camera.busy', 'EBUSY'],
  [/no such (file|device)/i, 'camera.offline', 'ENODEV'],
  [/input\/output error/i, 'camera.offline', 'EIO'],
  [/permission denied/i, 'camera.offline', 'EACCES'],
  [/stood still/, 'camera.offline', 'ETIMEDOUT'],
]

function lossOf({ spawn, says }: PictureEnd, attempted: string): Failure {
  if (spawn !== null) return cameraFailure('camera.noService', attempted, spawn)
  const [, code, nativeCode] = said.find(([pattern]) => pattern.test(says)) ?? []
  if (code !== undefined) return cameraFailure(code, attempted, nativeCode)
  return cameraFailure('camera.extended', attempted, says.split('\n').at(-1)?.slice(0, 200) ?? 'ended')
}
