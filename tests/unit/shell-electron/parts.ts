import path from 'node:path'
import type { LaneHostPort } from '../../../src-main/contract/channels.ts'
import type { LaneCommand } from '../../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import type { ClockPort } from '../../../src-main/ports/clock.ts'
import type { LogPort } from '../../../src-main/ports/log.ts'
import { openShell, type ShellParts } from '../../../src-main/shell/electron/shell.ts'
import { StandInElectron } from './electron-stand-in.ts'

/** A clock moved by hand. */
export class HandClock implements ClockPort {
  private now = 0
  private readonly timers = new Set<{ atMs: number; run: () => void }>()

  nowMs(): number {
    return this.now
  }

  monotonicMs(): number {
    return this.now
  }

  moment(): ReturnType<ClockPort['moment']> {
    return { atMs: this.now, bootId: '0'.repeat(32), monotonicMs: this.now }
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.now + delayMs, run }
    this.timers.add(timer)
    return () => void this.timers.delete(timer)
  }

  advance(ms: number): void {
    this.now += ms
    for (const timer of [...this.timers]) {
      if (timer.atMs <= this.now && this.timers.delete(timer)) timer.run()
    }
  }
}

export class RecordingLog implements LogPort {
  readonly lines: { level: string; facts: Record<string, unknown>; message: string }[] = []
  debug = this.recorder('debug')
  info = this.recorder('info')
  warn = this.recorder('warn')
  error = this.recorder('error')

  private recorder(level: string) {
    return (facts: Record<string, unknown>, message: string): void =>
      void this.lines.push({ level, facts, message })
  }
}

/** A lane that does what it is told and remembers it. The shell passes views on without reading them. */
export class RecordingHost implements LaneHostPort {
  readonly commands: LaneCommand[] = []
  readonly frames: ArrayBuffer[] = []
  cameraWanted = false
  closed = 0
  fails: Error | null = null
  listeners = new Set<(view: LaneView) => void>()
  bench: LaneHostPort['bench'] = null
  seen: Uint8Array | null = null

  view(): LaneView {
    return { version: 7 } as unknown as LaneView
  }

  onView(listener: (view: LaneView) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  async command(command: LaneCommand): Promise<{ kind: 'accepted' }> {
    if (this.fails !== null) throw this.fails
    this.commands.push(command)
    return { kind: 'accepted' }
  }

  pushCameraFrame(jpeg: ArrayBuffer): void {
    this.frames.push(jpeg)
  }

  wantsCamera(): boolean {
    return this.cameraWanted
  }

  cameraPreview(): Uint8Array | null {
    return this.seen
  }

  async close(): Promise<void> {
    this.closed += 1
    if (this.fails !== null) throw this.fails
  }
}

/** A bench whose only paper is `p1`. */
export const benchStandIn: NonNullable<LaneHostPort['bench']> = {
  view: () => ({ version: 3 }) as never,
  onView: () => () => undefined,
  command: async () => ({ kind: 'accepted' }),
  paper: (id) => (id === 'p1' ? new Uint8Array([1, 2, 3]) : null),
}

export interface Opened {
  readonly standIn: StandInElectron
  readonly host: RecordingHost
  readonly clock: HandClock
  readonly log: RecordingLog
}

/** The whole shell over stand-ins, its window open. */
export async function open(
  change: { production?: boolean; bench?: boolean; onlyInstance?: boolean; renderer?: string } = {},
): Promise<Opened> {
  const standIn = new StandInElectron()
  standIn.onlyInstance = change.onlyInstance ?? true
  const host = new RecordingHost()
  if (change.bench === true) host.bench = benchStandIn
  const clock = new HandClock()
  const log = new RecordingLog()
  const parts: ShellParts = {
    electron: standIn.electron,
    clock,
    log,
    renderer: change.renderer ?? path.resolve('no-such-renderer'),
    preload: path.resolve('preload.cjs'),
    production: change.production ?? true,
    startHost: async () => host,
  }
  await openShell(parts)
  return { standIn, host, clock, log }
}
