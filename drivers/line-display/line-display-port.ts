import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'

/** What the device can show; columns are those of Latin letters, a Chinese character takes two. */
export interface LineDisplayScreen {
  readonly columns: number
  readonly rows: number
  /** `gb18030`: simplified Chinese as it is. `ascii`: what it cannot show is left out; see `showable`. */
  readonly characters: 'gb18030' | 'ascii'
}

/**
 * A display of a few lines towards the customer. It answers nothing: what was written was taken by the operating
 * system, no more. Text is cut to the line; characters the device lacks are left out.
 */
export interface LineDisplayPort extends DevicePort {
  readonly category: 'LineDisplay'
  readonly screen: LineDisplayScreen
  /** Replaces everything shown by `lines`, the first `rows` of them. Ends a running scroll. */
  displayLines(lines: readonly string[], call: CallOptions): Promise<void>
  /** Writes from `row` and `column` on, both from 0; what else is shown stays. Ends a running scroll of that row. */
  displayTextAt(row: number, column: number, text: string, call: CallOptions): Promise<void>
  clearText(call: CallOptions): Promise<void>
  /** Runs `text` through a row for as long as nothing else is written there; `stepMs` for each column. */
  scrollText(row: number, text: string, stepMs: number, call: CallOptions): Promise<void>
  /** 1 to 4. */
  setBrightness(level: number, call: CallOptions): Promise<void>
}
