import type { PrinterProfile } from '../models/profile.ts'
import type { PrintJob } from '../pos-printer-port.ts'
import { layOut, type TextLine } from './layout.ts'

/** What is sent as dots, in bands that each fit a part the printer confirms. */
export interface Pictures {
  /** Null: no logo. */
  readonly logo: readonly Uint8Array[] | null
  /** By `pictureKey`. */
  readonly lines: ReadonlyMap<string, readonly Uint8Array[]>
}

export const noPictures: Pictures = { logo: null, lines: new Map() }

/** Lines that look the same have the same dots. */
export function pictureKey({ text, align, size, bold }: TextLine): string {
  return `${align} ${size} ${bold ? 'bold' : 'plain'} ${text}`
}

/** The dots of every line of the job that no character of the printer says. */
export async function drawPictures(
  job: PrintJob,
  profile: PrinterProfile,
  logo: Pictures['logo'] = null,
): Promise<Pictures> {
  const drawn = layOut(job, profile).filter(
    (line): line is TextLine => line.kind === 'text' && line.voice === null,
  )
  if (drawn.length === 0) return { ...noPictures, logo }
  // Fonts and the picture library are loaded by who needs them, and not by every lane.
  const { drawLine } = await import('./drawn-line.ts')
  const lines = new Map<string, readonly Uint8Array[]>()
  for (const line of drawn) {
    const key = pictureKey(line)
    if (!lines.has(key)) lines.set(key, await drawLine(line, profile))
  }
  return { logo, lines }
}
