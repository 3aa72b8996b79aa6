/** The part of stderr a progress bar needs. */
export interface ProgressStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface Progress {
  /** Told as often as there is news; shows some of it. */
  update(label: string, done: number, total: number): void
  /** Leaves the cursor on a fresh line. */
  end(): void
}

const barIntervalMs = 100
const lineIntervalMs = 10_000

/** A bar that redraws itself on a terminal; elsewhere a plain line at once, now and then, and at the end of each label. */
export function createProgress(stream: ProgressStream, now: () => number): Progress {
  const onTerminal = stream.isTTY === true
  let label = ''
  let begunAt = now()
  let shownAt = -Infinity
  let open = false
  const end = () => {
    if (open) stream.write('\n')
    open = false
  }
  return {
    update(nextLabel, done, total) {
      if (nextLabel !== label) {
        end()
        label = nextLabel
        begunAt = now()
        shownAt = -Infinity
      }
      const finished = done >= total
      if (!finished && now() - shownAt < (onTerminal ? barIntervalMs : lineIntervalMs)) return
      shownAt = now()
      const line = progressLine({ label, done, total, elapsedMs: now() - begunAt })
      // \u001b[K clears what a longer line before it left.
      stream.write(onTerminal ? `\r${line}\u001b[K` : `${line}\n`)
      open = onTerminal
      if (finished) end()
    },
    end,
  }
}

export interface ProgressState {
  readonly label: string
  readonly done: number
  readonly total: number
  readonly elapsedMs: number
}

const barWidth = 24
/** Before it, the first image says nothing about the rest. */
const tooSoonMs = 500

export function progressLine({ label, done, total, elapsedMs }: ProgressState): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * barWidth)
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`
  const percent = `${Math.floor(share * 100)}%`.padStart(4)
  const rest = share >= 1 ? `done in ${clockText(elapsedMs)}` : `ETA ${eta(elapsedMs, share)}`
  return `${label.padEnd(8)} ${bar} ${percent}  ${done}/${total}  ${rest}`
}

function eta(elapsedMs: number, share: number): string {
  return share === 0 || elapsedMs < tooSoonMs ? '-:--' : clockText((elapsedMs / share) * (1 - share))
}

function clockText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
