import type { PrinterProfile } from './profile.ts'

/**
 * GS ( H function 48 is answered when printing is completed: Epson ESC/POS Programming Guide 10.01, page 428, and the
 * command reference on line (download4.epson.biz, escpos/gs_lparen_ch_fn48.html), whose list of models has every one
 * below.
 */
const processId = { fence: 'processId', qr: 'native', cutter: true, drawerPulse: 'realTime' } as const

/** Epson's numbers of ESC t are the same wherever a model has the page. */
const page = {
  cp437: { encoding: 'cp437', page: 0 },
  cp850: { encoding: 'cp850', page: 2 },
  cp1252: { encoding: 'cp1252', page: 16 },
  cp866: { encoding: 'cp866', page: 17 },
  cp852: { encoding: 'cp852', page: 18 },
  cp858: { encoding: 'cp858', page: 19 },
  cp1250: { encoding: 'cp1250', page: 45 },
  cp1251: { encoding: 'cp1251', page: 46 },
  cp1253: { encoding: 'cp1253', page: 47 },
  cp1254: { encoding: 'cp1254', page: 48 },
} as const

const windowsPages = [page.cp1250, page.cp1251, page.cp1253, page.cp1254] as const

export const epsonProfiles = {
  'epson-80': {
    id: 'epson-80',
    name: 'Epson TM series, 80 mm, simplified Chinese model',
    paperMm: 80,
    widthDots: 576,
    dpi: 203,
    columns: 48,
    doubleByte: 'gb18030',
    codePages: [],
    ...processId,
    evidence:
      '203 dpi, 576 dots, 48 columns of font A: the TM-T82/T20 class, data not yet confirmed on a device. Page 425 of ' +
      'the Programming Guide lists models without GS ( H (TM-T88III, TM-U220 among them): a printer on which every job ' +
      'ends as unknown is one, use generic-80.',
  },
  'epson-tm-t88v': {
    id: 'epson-tm-t88v',
    name: 'Epson TM-T88V',
    paperMm: 80,
    widthDots: 512,
    dpi: 180,
    columns: 42,
    doubleByte: null,
    codePages: [page.cp437, page.cp1252, page.cp858, page.cp866, page.cp852, ...windowsPages],
    ...processId,
    evidence:
      'receipt-print-hq/escpos-printer-db data/profile/TM-T88V.yml: 512 dots, 42 columns, pages; 180 dpi: ' +
      'NielsLeenheer/ReceiptPrinterEncoder data/printers/epson-tm-t88v.json.',
  },
  'epson-tm-t88vi': {
    id: 'epson-tm-t88vi',
    name: 'Epson TM-T88VI',
    paperMm: 80,
    widthDots: 512,
    dpi: 180,
    columns: 42,
    doubleByte: null,
    codePages: [page.cp437, page.cp1252, page.cp858, page.cp866, page.cp852, ...windowsPages],
    ...processId,
    evidence:
      'NielsLeenheer/ReceiptPrinterEncoder data/printers/epson-tm-t88vi.json: 180 dpi, 42 columns, the code pages of ' +
      'all Epson models; 512 dots as the TM-T88V, whose columns and dpi are the same.',
  },
  'epson-tm-t20iii': {
    id: 'epson-tm-t20iii',
    name: 'Epson TM-T20III',
    paperMm: 80,
    widthDots: 576,
    dpi: 203,
    columns: 48,
    doubleByte: null,
    codePages: [page.cp437, page.cp1252, page.cp858, page.cp866, page.cp852, ...windowsPages],
    ...processId,
    evidence:
      'receipt-print-hq/escpos-printer-db data/profile/TM-T20III.yml: 576 dots, 203 dpi, 48 columns; pages 0, 2, 5, 16 ' +
      "and 19 confirmed on a device there, the others from Epson's table of code pages by model.",
  },
  'epson-tm-m30iii': {
    id: 'epson-tm-m30iii',
    name: 'Epson TM-m30III',
    paperMm: 80,
    widthDots: 576,
    dpi: 203,
    columns: 48,
    doubleByte: null,
    codePages: [page.cp437, page.cp1252, page.cp850, page.cp866, page.cp852, ...windowsPages],
    ...processId,
    evidence:
      'receipt-print-hq/escpos-printer-db data/profile/TM-m30III.yml, tested there on a device; dimensions from the ' +
      'TM-m30III technical reference guide rev. E, page 121. Page 19 is not named there.',
  },
  'epson-tm-t70ii-ch': {
    id: 'epson-tm-t70ii-ch',
    name: 'Epson TM-T70II, simplified Chinese model',
    paperMm: 80,
    widthDots: 576,
    dpi: 203,
    columns: 48,
    doubleByte: 'gb18030',
    codePages: [page.cp437, page.cp1252, page.cp858, page.cp866, page.cp852],
    ...processId,
    evidence:
      'receipt-print-hq/escpos-printer-db data/profile/TM-T70II-CH.yml: 203 dpi, 576 dots, 48 columns, GB18030-2022 ' +
      'level 2, code pages of the ANK model.',
  },
} as const satisfies Record<string, PrinterProfile>
