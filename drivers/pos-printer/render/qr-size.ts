import { qrcode } from 'receiptline'
import type { PrinterProfile } from '../profiles.ts'

const smallestCellDots = 3
const largestCellDots = 8

/** Dots per module: as large as fits 60 % of the paper's width, so that a phone reads it at arm's length. */
export function qrCellDots(data: string, profile: PrinterProfile): number {
  const modules = qrcode.generate({ data, type: 'qrcode', cell: smallestCellDots, level: 'm' }).length
  const fitting = Math.floor((profile.widthDots * 0.6) / modules)
  return Math.max(smallestCellDots, Math.min(largestCellDots, fitting))
}
