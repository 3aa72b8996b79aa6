import type { DrawerPulse } from '../port/drawer-channel.ts'

const DLE = 0x10
const EOT = 0x04
const ESC = 0x1b
const GS = 0x1d

/** DLE EOT n: 1 printer, 2 what made it go offline, 3 error, 4 paper sensors. Answered ahead of buffered bytes. */
export type RealTimeStatusKind = 1 | 2 | 3 | 4

export function askRealTimeStatus(kind: RealTimeStatusKind): Uint8Array {
  return Uint8Array.of(DLE, EOT, kind)
}

/** GS a n: status back by itself on drawer, online, error and paper changes (bits 0 to 3); answers once at once. */
export const enableAutomaticStatus: Uint8Array = Uint8Array.of(GS, 0x61, 0x0f)

/** GS r 1: paper sensor status, answered when the bytes before it have been processed. */
export const requestPaperStatus: Uint8Array = Uint8Array.of(GS, 0x72, 1)

/**
 * GS ( H function 48: answers `id` (four characters from 20H to 7EH) when printing up to here is finished. Source:
 * Epson ESC/POS Programming Guide 10.01, page 428.
 */
export function requestProcessId(id: string): Uint8Array {
  if (!/^[ -~]{4}$/.test(id)) throw new Error(`A process id has four printable characters, not "${id}"`)
  return Uint8Array.of(GS, 0x28, 0x48, 6, 0, 48, 48, ...Buffer.from(id, 'latin1'))
}

/** GS V 66 0: feed to the cutter and cut, leaving one point. */
export const feedAndCut: Uint8Array = Uint8Array.of(GS, 0x56, 66, 0)

/** DLE DC4 1 m t counts in steps of 100 ms, 1 to 8 of them, the same for both times. */
const realTimeStepMs = 100
/** ESC p m t1 t2 counts in steps of 2 ms, 1 to 255 of them. */
const pulseStepMs = 2

/** ESC p m t1 t2: a pulse at the drawer connector, made when the bytes before it have been processed. */
export function drawerPulse({ pin, onMs, offMs }: DrawerPulse): Uint8Array {
  const steps = (ms: number): number => Math.min(255, Math.max(1, Math.round(ms / pulseStepMs)))
  return Uint8Array.of(ESC, 0x70, connectorOf(pin), steps(onMs), Math.max(steps(onMs), steps(offMs)))
}

/**
 * DLE DC4 1 m t: the same at once, also while the printer is offline or its buffer is full. Source: Epson TM-T88III
 * specification, sheet 75.
 */
export function realTimeDrawerPulse({ pin, onMs }: DrawerPulse): Uint8Array {
  const steps = Math.min(8, Math.max(1, Math.round(onMs / realTimeStepMs)))
  return Uint8Array.of(DLE, 0x14, 1, connectorOf(pin), steps)
}

function connectorOf(pin: DrawerPulse['pin']): number {
  return pin === 2 ? 0 : 1
}

/** ESC d 5: past the tear bar of a printer without a cutter. */
const feedToTearBar: Uint8Array = Uint8Array.of(ESC, 0x64, 5)

export function endOfPaper(cutter: boolean): Uint8Array {
  return cutter ? feedAndCut : feedToTearBar
}

/**
 * NUL, which prints nothing, for longer than any command of ours is. A link that broke in the middle of a command, or of
 * its length, left a printer that takes what comes next for the rest.
 */
export const restOfAnyCommand: Uint8Array = new Uint8Array(512)

/** ESC @: modes to their power-on values; ends automatic status too. Does not empty the receive buffer. */
export const initialize: Uint8Array = Uint8Array.of(ESC, 0x40)
