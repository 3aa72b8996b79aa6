import type { RealTimeStatusKind } from './commands.ts'
import type { DrawerLevel } from '../port/drawer-channel.ts'
import type { PrinterStatus } from './pos-printer-port.ts'

/** What is assumed until the printer has said something else. */
export const readyStatus: PrinterStatus = {
  online: true,
  cover: 'closed',
  paper: 'ok',
  error: 'none',
  drawer: 'low',
}

const bit = (byte: number, n: number): boolean => (byte & (1 << n)) !== 0

function paperOf(end: boolean, nearEnd: boolean): PrinterStatus['paper'] {
  if (end) return 'empty'
  return nearEnd ? 'nearEnd' : 'ok'
}

function errorOf(cutter: boolean, unrecoverable: boolean, recoverable: boolean): PrinterStatus['error'] {
  if (unrecoverable) return 'unrecoverable'
  if (cutter) return 'cutter'
  return recoverable ? 'recoverable' : 'none'
}

/** Automatic status back, Epson ESC/POS GS a: byte 1 printer, 2 errors, 3 paper sensors, 4 reserved. */
export function decodeAutomaticStatus(bytes: readonly [number, number, number, number]): PrinterStatus {
  const [printer, errors, paper] = bytes
  return {
    online: !bit(printer, 3),
    cover: bit(printer, 5) ? 'open' : 'closed',
    paper: paperOf((paper & 0x0c) !== 0, (paper & 0x03) !== 0),
    error: errorOf(bit(errors, 3), bit(errors, 5), bit(errors, 2) || bit(errors, 6)),
    drawer: decodeDrawerLevel(printer),
  }
}

/** GS r 1: bits 0-1 near the end, 2-3 at the end. */
export function decodePaperStatus(byte: number): PrinterStatus['paper'] {
  return paperOf((byte & 0x0c) !== 0, (byte & 0x03) !== 0)
}

/** The answers to DLE EOT 1, 2, 3 and 4 together. */
export function decodeRealTimeStatus(answers: Readonly<Record<RealTimeStatusKind, number>>): PrinterStatus {
  return {
    online: !bit(answers[1], 3),
    cover: bit(answers[2], 2) ? 'open' : 'closed',
    paper: paperOf((answers[4] & 0x60) !== 0 || bit(answers[2], 5), (answers[4] & 0x0c) !== 0),
    error: errorOf(bit(answers[3], 3), bit(answers[3], 5), bit(answers[3], 2) || bit(answers[3], 6)),
    drawer: decodeDrawerLevel(answers[1]),
  }
}

/** Bit 2 of DLE EOT 1 and of the first byte of automatic status back: pin 3 of the drawer connector. */
export function decodeDrawerLevel(byte: number): DrawerLevel {
  return bit(byte, 2) ? 'high' : 'low'
}

/** Equal but for the drawer, which is no business of the paper's. */
export function samePaperStatus(a: PrinterStatus, b: PrinterStatus): boolean {
  return a.online === b.online && a.cover === b.cover && a.paper === b.paper && a.error === b.error
}
