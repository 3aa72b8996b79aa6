import type { PrinterProfile } from './profile.ts'

/** GS ( H is not documented for these, so paper is confirmed by GS r behind the cut. */
const statusAfterCut = { fence: 'statusAfterCut', drawerPulse: 'queued' } as const

export const otherProfiles = {
  'bixolon-srp-350iii': {
    id: 'bixolon-srp-350iii',
    name: 'Bixolon SRP-350III',
    paperMm: 80,
    widthDots: 512,
    dpi: 180,
    columns: 42,
    doubleByte: null,
    codePages: [{ encoding: 'cp437', page: 0 }],
    ...statusAfterCut,
    qr: 'raster',
    cutter: true,
    evidence:
      'NielsLeenheer/ReceiptPrinterEncoder data/printers/bixolon-srp350iii.json: 180 dpi, 42 columns of 12 dots, cutter; ' +
      '512 dots as others of 180 dpi and 42 columns. Page 0 is PC437 by default; its further pages are not known here.',
  },
  'citizen-ct-s310ii': {
    id: 'citizen-ct-s310ii',
    name: 'Citizen CT-S310II',
    paperMm: 80,
    widthDots: 576,
    dpi: 203,
    columns: 48,
    doubleByte: null,
    codePages: [{ encoding: 'cp437', page: 0 }],
    ...statusAfterCut,
    qr: 'raster',
    cutter: true,
    evidence:
      'NielsLeenheer/ReceiptPrinterEncoder data/printers/citizen-ct-s310ii.json: 203 dpi, 48 columns of 12 dots, cutter. ' +
      'Page 0 is PC437 by default; its further pages are not known here.',
  },
  'xprinter-xp-t80q': {
    id: 'xprinter-xp-t80q',
    name: 'Xprinter XP-T80Q',
    paperMm: 80,
    widthDots: 576,
    dpi: 203,
    columns: 48,
    doubleByte: null,
    codePages: [{ encoding: 'cp437', page: 0 }],
    ...statusAfterCut,
    qr: 'raster',
    cutter: true,
    evidence:
      'NielsLeenheer/ReceiptPrinterEncoder data/printers/xprinter-xp-t80q.json: 203 dpi, 48 columns of 12 dots, cutter. ' +
      'Page 0 is PC437 by default. Models sold in China print GB18030: they are generic-80.',
  },
  'netum-nt-5890k': {
    id: 'netum-nt-5890k',
    name: 'Netum NT-5890K and its twins (POS-5890)',
    paperMm: 58,
    widthDots: 384,
    dpi: 203,
    columns: 32,
    doubleByte: null,
    codePages: [
      { encoding: 'cp437', page: 0 },
      { encoding: 'cp1252', page: 16 },
      { encoding: 'cp858', page: 19 },
      { encoding: 'cp866', page: 17 },
      { encoding: 'cp852', page: 18 },
    ],
    ...statusAfterCut,
    qr: 'raster',
    cutter: false,
    evidence:
      'receipt-print-hq/escpos-printer-db data/profile/NT-5890K.yml: 384 dots, 32 columns, no cutter, pages; 203 dpi: ' +
      'NielsLeenheer/ReceiptPrinterEncoder data/printers/pos-5890.json.',
  },
} as const satisfies Record<string, PrinterProfile>
