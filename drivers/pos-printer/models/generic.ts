import type { PrinterProfile } from './profile.ts'

/** For printers that are not in the tables: the common subset, nothing that some of them lack. */
export const genericProfiles = {
  'generic-80': {
    id: 'generic-80',
    name: 'ESC/POS compatible, 80 mm',
    paperMm: 80,
    widthDots: 576,
    dpi: 203,
    columns: 48,
    doubleByte: 'gbk',
    codePages: [],
    fence: 'statusAfterCut',
    qr: 'raster',
    cutter: true,
    drawerPulse: 'queued',
    evidence:
      'The common subset of compatible 80 mm printers: 72 mm at 8 dots/mm; GS r and GS v 0, no GS ( H assumed.',
  },
  'generic-80-jp': {
    id: 'generic-80-jp',
    name: 'ESC/POS compatible, 80 mm, Japanese model',
    paperMm: 80,
    widthDots: 576,
    dpi: 203,
    columns: 48,
    doubleByte: 'shiftjis',
    codePages: [],
    fence: 'statusAfterCut',
    drawerPulse: 'queued',
    qr: 'raster',
    cutter: true,
    evidence:
      'Epson ESC/POS, FS C 1: Shift JIS after FS & on models with Japanese characters; the rest as generic-80.',
  },
  'generic-58': {
    id: 'generic-58',
    name: 'ESC/POS compatible, 58 mm',
    paperMm: 58,
    widthDots: 384,
    dpi: 203,
    columns: 32,
    doubleByte: 'gbk',
    codePages: [],
    fence: 'statusAfterCut',
    qr: 'raster',
    cutter: true,
    drawerPulse: 'queued',
    evidence:
      'The common subset of compatible 58 mm printers: 48 mm at 8 dots/mm; GS r and GS v 0, no GS ( H assumed.',
  },
} as const satisfies Record<string, PrinterProfile>
