import type { Fence } from '../pos-printer-port.ts'

/** Character sets of two bytes. `gbk` is GB18030 without its codes of four bytes, which small printers lack. */
export type DoubleByteEncoding = 'gb18030' | 'gbk' | 'shiftjis'
/** Code pages as IANA and iconv name them. */
export type CodePageEncoding =
  'cp437' | 'cp850' | 'cp852' | 'cp858' | 'cp866' | 'cp1250' | 'cp1251' | 'cp1252' | 'cp1253' | 'cp1254'

/** A code page and the number the model gives it (ESC t n). */
export interface CodePage {
  readonly encoding: CodePageEncoding
  readonly page: number
}

/** Facts about a printer model; `evidence` says where they come from. What is not known is not here. */
export interface PrinterProfile {
  readonly id: string
  readonly name: string
  readonly paperMm: 58 | 80
  /** Printable dots across. */
  readonly widthDots: number
  readonly dpi: 180 | 203
  /** Columns of the 12-dot font A; a Chinese character takes two. */
  readonly columns: number
  /** What it prints after FS &; null: nothing (what needs it is drawn). */
  readonly doubleByte: DoubleByteEncoding | null
  /** In the order in which they are tried. */
  readonly codePages: readonly CodePage[]
  readonly fence: Fence
  /** `native`: the printer draws the symbol (GS ( k); `raster`: we send its dots (GS v 0). */
  readonly qr: 'native' | 'raster'
  readonly cutter: boolean
  /** `realTime`: DLE DC4 opens the drawer even while the printer is offline; `queued`: only ESC p, in its turn. */
  readonly drawerPulse: 'realTime' | 'queued'
  readonly evidence: string
}
