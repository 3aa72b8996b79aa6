import type { DriverClock } from '../../port/clock.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { openVirtualSerial, type VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'
import { printerProfiles, type PrinterProfile, type PrinterProfileId } from '../profiles.ts'
import { judgePapers, type ExpectedJob, type Verdict } from './judge.ts'
import { drawPaper } from './paper-image.ts'
import { dotsPerMm, type Paper } from './paper.ts'
import { createPrinterCore, type PrinterCoreState } from './printer-core.ts'

export interface EmulatePrinterOptions {
  /** Default by paper width: `epson-80` or `generic-58`. */
  readonly model?: PrinterProfileId | undefined
  /** Default 80; only where no model is given. */
  readonly paper?: 58 | 80 | undefined
  /** Default 115200. */
  readonly baud?: number | undefined
  readonly link?: string | undefined
  readonly kinds?: readonly VirtualSerialKind[] | undefined
  /** Paper speed; default 150, as a brisk till printer. */
  readonly mmPerSecond?: number | undefined
  /** Default 4096. */
  readonly bufferBytes?: number | undefined
  /** Left on the roll at the start; default 30 m. */
  readonly paperMm?: number | undefined
  /** From power on to ready; default 1500. */
  readonly bootMs?: number | undefined
  readonly clock?: DriverClock | undefined
}

export interface PrinterEmulatorState extends PrinterCoreState {
  readonly plugged: boolean
  readonly papers: number
}

/** How the line spoils what the printer answers. */
export type ReplyFault = 'none' | 'drop' | 'duplicate' | 'garble' | { readonly lateMs: number }

export interface EmulatedPrinter {
  readonly address: string
  readonly how: VirtualSerialKind
  readonly profile: PrinterProfile
  state(): PrinterEmulatorState
  /** After every change that can be seen: paper coming out, a cut, cover, plug, power. */
  onChange(listener: (state: PrinterEmulatorState) => void): Unsubscribe
  openCover(): void
  closeCover(): void
  /** Loads a roll with this many millimetres left. */
  setPaper(mm: number): void
  jam(): void
  clearJam(): void
  /** The drawer on the printer's connector, with the key; a pulse opens it too. */
  openDrawer(): void
  closeDrawer(): void
  stickDrawer(stuck: boolean): void
  powerCycle(): void
  /** Off and on `times` times, half a second apart. */
  flap(times: number): Promise<void>
  setReplyFault(fault: ReplyFault): void
  /** Calls `run` when `count` more bytes have come in: faults in the middle of a job. */
  afterBytes(count: number, run: () => void): void
  unplug(): Promise<void>
  replug(): Promise<void>
  /** The latest finished papers, at most 200, oldest first; `number` counts all of them. */
  papers(): Paper[]
  /** What hangs out of a printer without a cutter is torn off. */
  tearOff(): void
  /** What really came out, whatever the driver believes. */
  judge(jobs: readonly ExpectedJob[]): Verdict
  /** What the host sent, the latest megabyte of it. */
  received(): Uint8Array
  close(): Promise<void>
}

const bitsPerByte = 10
const flapMs = 500
const recordedBytes = 1024 * 1024

/** A receipt printer whose near end a driver opens. */
export async function emulatePrinter(options: EmulatePrinterOptions): Promise<EmulatedPrinter> {
  const { baud = 115_200, bootMs = 1500 } = options
  const profile = printerProfiles[options.model ?? (options.paper === 58 ? 'generic-58' : 'epson-80')]
  const wire = await openVirtualSerial({ baud, link: options.link, kinds: options.kinds })
  const core = createPrinterCore({
    profile,
    bytesPerSecond: baud / bitsPerByte,
    mmPerSecond: options.mmPerSecond ?? 150,
    bufferBytes: options.bufferBytes ?? 4096,
    paperMm: options.paperMm ?? 30_000,
    nearEndMm: 1500,
    clock: options.clock,
  })
  const changes = createSubscriptions<PrinterEmulatorState>()
  let received: Buffer = Buffer.alloc(0)
  let fault: ReplyFault = 'none'

  const state = (): PrinterEmulatorState => ({
    ...core.state(),
    plugged: wire.plugged(),
    papers: core.state().pieces,
  })
  const changed = (): void => changes.emit(state())
  const reply = (bytes: Uint8Array): void => {
    if (fault === 'drop') return
    if (fault === 'garble') return wire.write(bytes.map((byte) => byte ^ 0x55))
    if (typeof fault === 'object') return void setTimeout(() => wire.write(bytes), fault.lateMs)
    wire.write(bytes)
    if (fault === 'duplicate') wire.write(bytes)
  }
  core.onTransmit(reply)
  core.onChange(changed)
  wire.onData((bytes) => {
    received = Buffer.concat([received, bytes]).subarray(-recordedBytes)
    core.receive(bytes)
  })

  return {
    address: wire.address,
    how: wire.how,
    profile,
    state,
    onChange: (listener) => changes.add(listener),
    openCover: core.openCover,
    closeCover: core.closeCover,
    setPaper: core.setPaper,
    jam: core.jam,
    clearJam: core.clearJam,
    openDrawer: core.openDrawer,
    closeDrawer: core.closeDrawer,
    stickDrawer: core.stickDrawer,
    powerCycle: () => core.powerCycle(bootMs),
    async flap(times) {
      for (let i = 0; i < times; i++) {
        core.powerCycle(bootMs)
        await new Promise((resolve) => setTimeout(resolve, flapMs))
      }
    },
    setReplyFault: (next) => (fault = next),
    afterBytes: core.afterBytes,
    async unplug() {
      core.lineDown()
      await wire.unplug()
      changed()
    },
    async replug() {
      await wire.replug()
      changed()
    },
    papers: () =>
      core
        .pieces()
        .filter(({ rows }) => rows.length > 0)
        .map((piece) => ({
          ...piece,
          jobText: piece.text,
          heightMm: Math.round(piece.rows.reduce((sum, row) => sum + row.heightDots, 0) / dotsPerMm),
          png: () => drawPaper(piece.rows, profile.widthDots),
        })),
    tearOff: core.tearOff,
    judge: (jobs) => judgePapers(core.pieces(), jobs),
    received: () => received,
    async close() {
      core.close()
      await wire.close()
    },
  }
}
