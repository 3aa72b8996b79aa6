import { failureData } from '../../src-main/contract/failure.ts'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { holdStream } from '../byte-stream/held-stream.ts'
import type { CallOptions } from '../port/call.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import type { LineDisplayPort } from './line-display-port.ts'
import { lineDisplayModels, type LineDisplayModel, type LineDisplayModelId } from './models.ts'
import { bytesOf, columnsOf, fitted, showable, type Cell } from './screen-text.ts'

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
  /** Ends the scroll of each row. */
  const scrolls = new Map<number, () => void>()

  const held = holdStream(stream, {
    data: () => undefined,
    lost(failure) {
      stopScrolls()
      lifeCycle.lost(failure)
    },
  })
  const lifeCycle = createLifeCycle(
    { category: 'LineDisplay', name: options.name, address: stream.address },
    {
      claim: (call) => held.take(call),
      enable: (call) => stream.write(Uint8Array.from([...model.start, ...model.clear]), call),
      async disable(call) {
        stopScrolls()
        await stream.write(Uint8Array.from(model.clear), call)
      },
      async release() {
        stopScrolls()
        await held.free()
      },
    },
    clock,
  )

  function stopScrolls(): void {
    scrolls.forEach((stop) => stop())
    scrolls.clear()
  }
  const stopScroll = (row: number): void => {
    scrolls.get(row)?.()
    scrolls.delete(row)
  }

  const lineAt = (row: number, column: number, cells: readonly Cell[]): number[] => [
    ...model.moveTo(column + 1, row + 1),
    ...bytesOf(cells),
  ]
  const write = (attempted: string, bytes: readonly number[], call: CallOptions): Promise<void> =>
    lifeCycle.use(attempted, call, (signal) =>
      stream.write(Uint8Array.from(bytes), { timeoutMs: call.timeoutMs, signal }),
    )
  const checkPlace = (row: number, column: number): void => {
    if (Number.isInteger(row) && Number.isInteger(column) && row >= 0 && row < rows) {
      if (column >= 0 && column < columns) return
    }
    throw deviceFailure('illegal', `write at row ${row}, column ${column}`, 'There is no such place on it.')
  }

  /** One step of a scroll after the other, until somebody stops it. */
  const run = (row: number, cells: readonly Cell[], stepMs: number): void => {
    let shown = cells
    let stopped = false
    let cancel = (): void => undefined
    const step = (): void => {
      const [first, ...rest] = shown
      if (first !== undefined) shown = [...rest, first]
      const line = Uint8Array.from(lineAt(row, 0, fitted(shown, columns)))
      stream.write(line, { timeoutMs: scrollWriteLimitMs }).then(next, (thrown: unknown) => {
        if (stopped) return
        const { message } = failureData(thrown)
        lifeCycle.lost(deviceFailure('offline', `scroll on ${stream.address}`, message))
      })
    }
    const next = (): void => {
      if (!stopped) cancel = clock.after(stepMs, step)
    }
    scrolls.set(row, () => {
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
      stopScrolls()
      const bytes = Array.from({ length: rows }, (_, row) =>
        lineAt(row, 0, fitted(showable(lines[row] ?? '', characters), columns)),
      ).flat()
      return write('show lines on', bytes, call)
    },
    async displayTextAt(row, column, text, call) {
      lifeCycle.requireEnabled('write on')
      checkPlace(row, column)
      stopScroll(row)
      const cells = showable(text, characters)
      const width = Math.min(columns - column, columnsOf(cells))
      await write('write on', lineAt(row, column, fitted(cells, width)), call)
    },
    clearText(call) {
      stopScrolls()
      return write('clear', model.clear, call)
    },
    async scrollText(row, text, stepMs, call) {
      lifeCycle.requireEnabled('scroll on')
      checkPlace(row, 0)
      stopScroll(row)
      const cells = showable(text, characters)
      await write('scroll on', lineAt(row, 0, fitted(cells, columns)), call)
      const gap = showable('    ', characters)
      if (columnsOf(cells) > columns) run(row, [...cells, ...gap], stepMs)
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
