/** Something on the paper. Dots; x from the left edge of the printable area, y from the top of its row. */
export type Mark =
  | {
      readonly kind: 'character'
      readonly character: string
      readonly x: number
      readonly widthDots: number
      readonly heightDots: number
      readonly bold: boolean
      readonly inverted: boolean
      readonly underlined: boolean
    }
  /** Rows of dots, one byte for eight dots, most significant bit left. */
  | {
      readonly kind: 'raster'
      readonly x: number
      readonly bytesPerRow: number
      readonly heightDots: number
      readonly bytes: Uint8Array
    }
  | {
      readonly kind: 'qr'
      readonly x: number
      readonly data: string
      readonly cellDots: number
      readonly modules: readonly Uint8Array[]
    }

export interface PaperRow {
  readonly heightDots: number
  /** As a person reads it, gaps as spaces. */
  readonly text: string
  readonly marks: readonly Mark[]
}

/** One piece of paper in the shopper's hand. */
export interface Piece {
  /** 1, 2, 3… since the printer was made. */
  readonly number: number
  /** What can be drawn of it; empty for a piece that came out long ago. */
  readonly rows: readonly PaperRow[]
  /** As a person reads it. */
  readonly text: string
  /** What ended it: the cutter, the end of the roll, or somebody's hand where there is no cutter. */
  readonly endedBy: 'cut' | 'rollEnd' | 'torn'
}

/** A finished piece with its picture. */
export interface Paper extends Piece {
  readonly jobText: string
  readonly heightMm: number
  /** Drawn when asked for. */
  png(): Promise<Uint8Array>
}

/** 203 dpi. */
export const dotsPerMm = 8

export function textOf(rows: readonly PaperRow[]): string {
  return rows
    .map((row) => row.text)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
