import type { Fence } from './pos-printer-port.ts'

/** Facts about a printer model; `evidence` says where they come from. */
export interface PrinterProfile {
  readonly id: string
  readonly name: string
  readonly paperMm: 58 | 80
  /** Printable dots across. */
  readonly widthDots: number
  readonly dpi: number
  /** Columns of the 12-dot font A; a Chinese character takes two. */
  readonly columns: number
  readonly encoding: 'gb18030'
  readonly fence: Fence
  /** `native`: the printer draws the symbol (GS ( k); `raster`: we send its dots (GS v 0). */
  readonly qr: 'native' | 'raster'
  readonly cutter: boolean
  /** `realTime`: DLE DC4 opens the drawer even while the printer is offline; `queued`: only ESC p, in its turn. */
  readonly drawerPulse: 'realTime' | 'queued'
  readonly evidence: string
}

export const printerProfiles = {
  'epson-80': {
    id: 'epson-80',
    name: 'Epson TM series, 80 mm, simplified Chinese model',
    paperMm: 80,
    widthDots: 576,
    dpi: 203,
    columns: 48,
    encoding: 'gb18030',
    fence: 'processId',
    qr: 'native',
    cutter: true,
    drawerPulse: 'realTime',
    evidence:
      'GS ( H function 48 is answered when printing is completed: Epson ESC/POS Programming Guide 10.01, page 428; ' +
      'page 425 lists models without it (TM-T88III, TM-U220 among them). 203 dpi, 576 dots, 48 columns of font A: the ' +
      'TM-T82/T20 class, data not yet confirmed on a device. A printer on which every job ends as unknown has no ' +
      'GS ( H: use generic-80.',
  },
  'generic-80': {
    id: 'generic-80',
    name: 'ESC/POS compatible, 80 mm',
    paperMm: 80,
    widthDots: 576,
    dpi: 203,
    columns: 48,
    encoding: 'gb18030',
    fence: 'statusAfterCut',
    qr: 'raster',
    cutter: true,
    drawerPulse: 'queued',
    evidence:
      'The common subset of compatible 80 mm printers: 72 mm at 8 dots/mm; GS r and GS v 0, no GS ( H assumed.',
  },
  'generic-58': {
    id: 'generic-58',
    name: 'ESC/POS compatible, 58 mm',
    paperMm: 58,
    widthDots: 384,
    dpi: 203,
    columns: 32,
    encoding: 'gb18030',
    fence: 'statusAfterCut',
    qr: 'raster',
    cutter: true,
    drawerPulse: 'queued',
    evidence:
      'The common subset of compatible 58 mm printers: 48 mm at 8 dots/mm; GS r and GS v 0, no GS ( H assumed.',
  },
} as const satisfies Record<string, PrinterProfile>

export type PrinterProfileId = keyof typeof printerProfiles
