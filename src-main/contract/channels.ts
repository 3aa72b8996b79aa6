import { z } from 'zod'
import { benchCommandSchema, benchViewSchema } from './bench.ts'
import type { BenchCommand, BenchView } from './bench.ts'
import { commandResultSchema, laneCommandSchema } from './laneCommand.ts'
import type { CommandResult, LaneCommand } from './laneCommand.ts'
import { laneViewSchema } from './laneView.ts'
import type { LaneView } from './laneView.ts'

/**
 * Page -> lane, one map for both shells: argument and answer of each channel. Binary camera frames (JPEG bytes, at most
 * `cameraFrameLimits.bytes`) travel beside it: WebSocket binary messages, or the IPC channel `camera:frame`.
 */
export const requestChannels = {
  'lane:command': { argument: laneCommandSchema, answer: commandResultSchema },
  'bench:command': { argument: benchCommandSchema, answer: commandResultSchema },
} as const

/** Lane -> page. */
export const eventChannels = {
  'lane:view': laneViewSchema,
  'bench:view': benchViewSchema,
} as const

export const cameraFrameChannel = 'camera:frame'
export const cameraFrameLimits = { bytes: 2_000_000, widthPx: 1920, heightPx: 1920 } as const

/** WebSocket envelopes of the browser shell. */
export const pageMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lane:command'), id: z.number().int(), argument: laneCommandSchema }),
  z.object({ kind: z.literal('bench:command'), id: z.number().int(), argument: benchCommandSchema }),
])
export type PageMessage = z.infer<typeof pageMessageSchema>
export const hostMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lane:view'), view: laneViewSchema }),
  z.object({ kind: z.literal('bench:view'), view: benchViewSchema }),
  z.object({ kind: z.literal('answer'), id: z.number().int(), result: commandResultSchema }),
])
export type HostMessage = z.infer<typeof hostMessageSchema>

/**
 * What the page sees of the lane, whichever shell hosts it: exposed by the Electron preload as `window.facelane`, and built
 * over the WebSocket in the browser shell. Subscriptions call back at once with the newest view and return an unsubscribe.
 */
export interface PageBridge {
  readonly shell: 'electron' | 'browser'
  onView(listener: (view: LaneView) => void): () => void
  onConnection(listener: (connected: boolean) => void): () => void
  command(command: LaneCommand): Promise<CommandResult>
  /** One JPEG; dropped by the lane while its camera is off. */
  sendCameraFrame(jpeg: ArrayBuffer): void
  /** Address of the newest JPEG of a camera that the lane reads itself, while it is on. */
  cameraPreviewUrl(sequence: number): string
  /** Null in production. */
  readonly bench: {
    onView(listener: (view: BenchView) => void): () => void
    command(command: BenchCommand): Promise<CommandResult>
    /** Address of a printed paper's PNG. */
    paperUrl(id: string): string
  } | null
}

/** The lane as its host sees it. Host = a shell: Electron or browser. */
export interface LaneHostPort {
  view(): LaneView
  onView(listener: (view: LaneView) => void): () => void
  command(command: LaneCommand): Promise<CommandResult>
  /** Takes ownership of the bytes. */
  pushCameraFrame(jpeg: ArrayBuffer): void
  /** True while the lane wants frames from the page: the only time the camera permission is granted. */
  wantsCamera(): boolean
  /** Newest JPEG of a camera that the lane reads itself, while it is on; else null. */
  cameraPreview(): Uint8Array | null
  readonly bench: {
    view(): BenchView
    onView(listener: (view: BenchView) => void): () => void
    command(command: BenchCommand): Promise<CommandResult>
    /** PNG bytes of a printed paper, null when unknown. */
    paper(id: string): Uint8Array | null
  } | null
  close(): Promise<void>
}
