import type { LogPort } from '../../../../src-main/ports/log.ts'

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly facts: Record<string, unknown>
}

/** A log that remembers, so that a test can ask whether what it did was told. */
export interface RememberedLog extends LogPort {
  lines(): readonly LogLine[]
  /** Lines whose text, facts included, has all of `words`. */
  has(...words: readonly string[]): boolean
}

export function rememberedLog(also?: LogPort): RememberedLog {
  const lines: LogLine[] = []
  const at = (level: LogLine['level']) => (facts: Record<string, unknown>, message: string) => {
    lines.push({ level, message, facts })
    also?.[level](facts, message)
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    lines: () => lines,
    has: (...words) => lines.some((line) => words.every((word) => JSON.stringify(line).includes(word))),
  }
}
