import type { LineDisplayScreen } from './line-display-port.ts'

const ESC = 0x1b
const US = 0x1f

/** What differs between displays: bytes and characters. Rows and columns of the wire count from 1. */
export interface LineDisplayModel extends LineDisplayScreen {
  /** Known state, cursor hidden, text written over what stands there. */
  readonly start: readonly number[]
  readonly clear: readonly number[]
  moveTo(column: number, row: number): readonly number[]
  /** 1 to 4. */
  brightness(level: number): readonly number[]
}

const screen = { columns: 20, rows: 2 } as const
const clear = [0x0c]

/**
 * CD5220 command set ("PTC standard mode"), spoken by most Asian pole displays. Source: CD5220 customer display user's
 * manual, 6.1. ESC Q A and ESC Q B are left alone: they shut the display to other commands until it is cleared.
 */
const cd5220: LineDisplayModel = {
  ...screen,
  characters: 'ascii',
  start: [ESC, 0x40, ESC, 0x11, ESC, 0x5f, 0],
  clear,
  moveTo: (column, row) => [ESC, 0x6c, column, row],
  brightness: (level) => [ESC, 0x2a, level],
}

export const lineDisplayModels = {
  /**
   * Epson DM-D110, DM-D210 and displays in Epson mode. Source: Epson customer display P07303 user manual, 7.8 "EPSON
   * ESC/POS command list"; DM-D110 specification, 5.4.
   */
  'epson-dm-d': {
    ...screen,
    characters: 'ascii',
    start: [ESC, 0x40, US, 0x01, US, 0x43, 0],
    clear,
    moveTo: (column, row) => [US, 0x24, column, row],
    brightness: (level) => [US, 0x58, level],
  },
  cd5220,
  /**
   * The same commands on displays with a Chinese font, which take text as its GB 2312 or GBK bytes, two columns a
   * character; that range of GB 18030 is the same in all three. To be checked on each model.
   */
  'cd5220-gb18030': { ...cd5220, characters: 'gb18030' },
} as const satisfies Record<string, LineDisplayModel>

export type LineDisplayModelId = keyof typeof lineDisplayModels
