import { failureData } from '../../src-main/contract/failure.ts'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { holdStream } from '../byte-stream/held-stream.ts'
import type { CallOptions } from '../port/call.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import type { LineDisplayPort, Viewport } from './line-display-port.ts'
import { lineDisplayModels, type LineDisplayModel, type LineDisplayModelId } from './models.ts'
import { bytesOf, columnsOf, fitted, showable, type Cell } from './screen-text.ts'
import { createWindows } from './windows.ts'

export interface LineDisplayOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  readonly model: LineDisplayModelId
  readonly clock?: DriverClock | undefined
}

/** A step of a scroll that takes longer on the wire than this is a port that does not take bytes any more. */
const scrollWriteLimitMs = 2000

/** A customer display on a serial line. */
export function createLineDisplay(options: LineDisplayOptions): LineDisplayPort {
  const { stream, clock = systemDriverClock } = options
  const model: LineDisplayModel = lineDisplayModels[options.model]
  const { columns, rows, characters } = model
  const windows = createWindows(model)
  /** Each running scroll, in one row of the display, and what ends it. */
  const scrolls = new Map<Viewport, () => void>()

  const held = holdStream(stream, {
    data: () => undefined,
    lost(failure) {
      stopScrolls(windows.whole)
      lifeCycle.lost(failure)
    },
  })
  const lifeCycle = createLifeCycle(
    { category: 'LineDisplay', name: options.name, address: stream.address },
    {
      claim: (call) => held.take(call),
      enable: (call) => stream.write(Uint8Array.from([...model.start, ...model.clear]), call),
      async disable(call) {
        stopScrolls(windows.whole)
        await stream.write(Uint8Array.from(model.clear), call)
      },
      async release() {
        stopScrolls(windows.whole)
        windows.reset()
        await held.free()
      },
    },
    clock,
  )

  /** Those that what is written there would meet. */
  function stopScrolls(written: Viewport): void {
    for (const [place, stop] of scrolls) {
      if (!overlap(place, written)) continue
      stop()
      scrolls.delete(place)
    }
  }

  const lineAt = (row: number, column: number, cells: readonly Cell[]): number[] => [
    ...model.moveTo(column + 1, row + 1),
    ...bytesOf(cells),
  ]
  const write = (attempted: string, bytes: readonly number[], call: CallOptions): Promise<void> =>
    lifeCycle.use(attempted, call, (signal) =>
      stream.write(Uint8Array.from(bytes), { timeoutMs: call.timeoutMs, signal }),
    )
  /** From there to the end of the row, of the current window. */
  const placeAt = (row: number, column: number): Viewport => {
    const { row: top, column: left, height, width } = windows.viewport()
    if (Number.isInteger(row) && Number.isInteger(column) && row >= 0 && row < height) {
      if (column >= 0 && column < width)
        return { row: top + row, column: left + column, height: 1, width: width - column }
    }
    throw deviceFailure(
      'illegal',
      `write at row ${row}, column ${column}`,
      'There is no such place in the window.',
    )
  }
  /** Bytes that fill an area with lines. */
  const linesIn = ({ row, column, height, width }: Viewport, lines: readonly string[]): number[] =>
    Array.from({ length: height }, (_, index) =>
      lineAt(row + index, column, fitted(showable(lines[index] ?? '', characters), width)),
    ).flat()

  /** One step of a scroll after the other, until somebody stops it. */
  const run = (place: Viewport, cells: readonly Cell[], stepMs: number): void => {
    let shown = cells
    let stopped = false
    let cancel = (): void => undefined
    const step = (): void => {
      const [first, ...rest] = shown
      if (first !== undefined) shown = [...rest, first]
      const line = Uint8Array.from(lineAt(place.row, place.column, fitted(shown, place.width)))
      stream.write(line, { timeoutMs: scrollWriteLimitMs }).then(next, (thrown: unknown) => {
        if (stopped) return
        const { message } = failureData(thrown)
        lifeCycle.lost(deviceFailure('offline', `scroll on ${stream.address}`, message))
      })
    }
    const next = (): void => {
      if (!stopped) cancel = clock.after(stepMs, step)
    }
    scrolls.set(place, () => {
      stopped = true
      cancel()
    })
    next()
  }

  return {
    ...lifeCycle.port,
    category: 'LineDisplay',
    screen: { columns, rows, characters },
    displayLines(lines, call) {
      const place = windows.viewport()
      stopScrolls(place)
      return write('show lines on', linesIn(place, lines), call)
    },
    async displayTextAt(row, column, text, call) {
      lifeCycle.requireEnabled('write on')
      const rest = placeAt(row, column)
      const cells = showable(text, characters)
      const place = { ...rest, width: Math.min(rest.width, columnsOf(cells)) }
      stopScrolls(place)
      await write('write on', lineAt(place.row, place.column, fitted(cells, place.width)), call)
    },
    clearText(call) {
      const place = windows.viewport()
      stopScrolls(place)
      return write('clear', place === windows.whole ? model.clear : linesIn(place, []), call)
    },
    async scrollText(row, text, stepMs, call) {
      lifeCycle.requireEnabled('scroll on')
      const place = placeAt(row, 0)
      stopScrolls(place)
      const cells = showable(text, characters)
      await write('scroll on', lineAt(place.row, place.column, fitted(cells, place.width)), call)
      const gap = showable('    ', characters)
      if (columnsOf(cells) > place.width) run(place, [...cells, ...gap], stepMs)
    },
    currentWindow: () => windows.current,
    async createWindow(viewport, call) {
      lifeCycle.requireEnabled('create a window on')
      const window = windows.create(viewport)
      const place = windows.viewport()
      stopScrolls(place)
      await write('create a window on', linesIn(place, []), call)
      return window
    },
    async destroyWindow() {
      lifeCycle.requireEnabled('destroy a window on')
      const place = windows.viewport()
      windows.destroy()
      stopScrolls(place)
    },
    async selectWindow(window) {
      lifeCycle.requireEnabled('select a window on')
      windows.select(window)
    },
    async setBrightness(level, call) {
      lifeCycle.requireEnabled('dim')
      if (!Number.isInteger(level) || level < 1 || level > 4) {
        throw deviceFailure('illegal', `set brightness ${level}`, 'Brightness is 1 to 4.')
      }
      await write('dim', model.brightness(level), call)
    },
    async checkHealth() {
      await stream.probe()
      const healthy = lifeCycle.port.enabled()
      return { healthy, detailCode: healthy ? 'ok' : lifeCycle.port.state() }
    },
  }
}

function overlap(a: Viewport, b: Viewport): boolean {
  const apart =
    a.row + a.height <= b.row ||
    b.row + b.height <= a.row ||
    a.column + a.width <= b.column ||
    b.column + b.width <= a.column
  return !apart
}
