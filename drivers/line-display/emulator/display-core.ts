import iconv from 'iconv-lite'

/** What the display shows, and what it was told beside text. */
export interface DisplayState {
  /** Two lines of twenty columns; a Chinese character fills two of them. */
  readonly lines: readonly string[]
  readonly brightness: number
}

export interface DisplayCore {
  hear(bytes: Uint8Array): void
  state(): DisplayState
  restart(): void
}

export interface DisplayCoreOptions {
  /** Bytes of two are one Chinese character; otherwise each byte above 0x7e is shown as a box. */
  readonly chinese: boolean
  readonly columns: number
  readonly rows: number
}

const ESC = 0x1b
const US = 0x1f
const brightest = 4
const box = '\u25a1'
/** The second column of a Chinese character. */
const filled = ''

/** Commands by their first bytes, and how many parameters follow. Both command sets are understood, as real ones do. */
const parameters: Readonly<Record<string, number>> = {
  [`${ESC},64`]: 0,
  [`${ESC},17`]: 0,
  [`${ESC},95`]: 1,
  [`${ESC},108`]: 2,
  [`${ESC},42`]: 1,
  [`${US},1`]: 0,
  [`${US},67`]: 1,
  [`${US},36`]: 2,
  [`${US},88`]: 1,
}

/** The display without its cable: takes bytes one by one, whatever the chunks. */
export function createDisplayCore({ chinese, columns, rows }: DisplayCoreOptions): DisplayCore {
  let cells: string[] = []
  let cursor = 0
  let brightness = brightest
  /** A command, or the first half of a Chinese character, that is not whole yet. */
  let pending: number[] = []

  const clear = (): void => {
    cells = Array.from({ length: columns * rows }, () => ' ')
    cursor = 0
  }
  const restart = (): void => {
    clear()
    brightness = brightest
    pending = []
  }
  const put = (...characters: string[]): void => {
    for (const character of characters) {
      cells[cursor] = character
      cursor = (cursor + 1) % cells.length
    }
  }
  const moveTo = (column: number, row: number): void => {
    if (column < 1 || column > columns || row < 1 || row > rows) return
    cursor = (row - 1) * columns + column - 1
  }
  const carryOut = ([lead, command, first = 0, second = 0]: readonly number[]): void => {
    if (command === 0x40) return restart()
    const name = `${lead},${command}`
    if (name === `${ESC},108` || name === `${US},36`) return moveTo(first, second)
    if (name === `${ESC},42` || name === `${US},88`) brightness = first
  }
  const text = (byte: number): void => {
    if (byte < 0x80) return put(String.fromCharCode(byte))
    if (!chinese) return put(box)
    pending = [byte]
  }
  const step = (byte: number): void => {
    const [lead] = pending
    if (lead === undefined) {
      if (byte === ESC || byte === US) pending = [byte]
      else if (byte === 0x0c) clear()
      else if (byte >= 0x20) text(byte)
      return
    }
    pending.push(byte)
    if (lead !== ESC && lead !== US) {
      put(iconv.decode(Buffer.from(pending), 'gb18030'), filled)
      pending = []
      return
    }
    const wanted = parameters[pending.slice(0, 2).join()] ?? 0
    if (pending.length < 2 + wanted) return
    const whole = pending
    pending = []
    carryOut(whole)
  }

  restart()
  return {
    hear: (bytes) => bytes.forEach(step),
    state: () => ({
      lines: Array.from({ length: rows }, (_, row) =>
        cells.slice(row * columns, (row + 1) * columns).join(''),
      ),
      brightness,
    }),
    restart,
  }
}
