import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'

/** What the device can show; columns are those of Latin letters, a Chinese character takes two. */
export interface LineDisplayScreen {
  readonly columns: number
  readonly rows: number
  /** `gb18030`: simplified Chinese as it is. `ascii`: what it cannot show is left out; see `showable`. */
  readonly characters: 'gb18030' | 'ascii'
}

/** A part of the display in its own rows and columns, both from 0. */
export interface Viewport {
  readonly row: number
  readonly column: number
  readonly height: number
  readonly width: number
}

/**
 * A display of a few lines towards the customer. It answers nothing: what was written was taken by the operating
 * system, no more. Text is cut to the line; characters the device lacks are left out.
 *
 * Everything is written into the current window, whose rows and columns count from its own corner. Window 0 is the
 * whole display and always there. Windows may overlap: what was written last is seen. All but window 0 end with
 * `release`.
 */
export interface LineDisplayPort extends DevicePort {
  readonly category: 'LineDisplay'
  readonly screen: LineDisplayScreen
  /** Replaces everything in the window by `lines`, as many as it has rows. Ends every scroll in it. */
  displayLines(lines: readonly string[], call: CallOptions): Promise<void>
  /** Writes from `row` and `column` on, both from 0; what else is shown stays. Ends a scroll it writes over. */
  displayTextAt(row: number, column: number, text: string, call: CallOptions): Promise<void>
  clearText(call: CallOptions): Promise<void>
  /** Runs `text` through a row of the window (a marquee) until something else is written there; `stepMs` for each column. */
  scrollText(row: number, text: string, stepMs: number, call: CallOptions): Promise<void>
  /** The number of the current window. */
  currentWindow(): number
  /** Clears the viewport, and makes its window the current one; up to four beside window 0. Resolves to its number. */
  createWindow(viewport: Viewport, call: CallOptions): Promise<number>
  /** Ends the current window, which must not be 0, and its scrolls; what it shows stays until something is written there. */
  destroyWindow(call: CallOptions): Promise<void>
  /** Makes it the current window; `device.illegal` where there is none of this number. */
  selectWindow(window: number, call: CallOptions): Promise<void>
  /** 1 to 4. */
  setBrightness(level: number, call: CallOptions): Promise<void>
}
