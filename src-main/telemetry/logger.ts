import pino from 'pino'
import type { LogPort } from '../ports/log.ts'
import { prettyLine } from './pretty.ts'
import { redactFacts, redactText } from './redact.ts'
import { openRotatingFile, type RotatingFile } from './rotating-file.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LoggerOptions {
  /** What goes to stderr; `silent` for nothing. */
  readonly level: LogLevel | 'silent'
  /** Lines for a person on stderr instead of JSON. */
  readonly pretty?: boolean
  /** A file beside it, JSON, rotated at 10 MB, five older ones kept. */
  readonly file?: { readonly path: string; readonly level: LogLevel }
  /** Takes the lines meant for stderr; the process's own unless a test brings another. */
  readonly stderr?: { write(line: string): unknown }
}

export interface Logger extends LogPort {
  /** The same log with an area on every line, such as "printer". */
  child(area: string): Logger
  close(): void
}

const MAX_FILE_BYTES = 10 * 1024 * 1024
const KEPT_FILES = 5

/** Structured logging. Every fact and sentence passes redaction; see `redact.ts` for what never gets through. */
export function createLogger(options: LoggerOptions): Logger {
  const file =
    options.file === undefined
      ? null
      : openRotatingFile({ file: options.file.path, maxBytes: MAX_FILE_BYTES, keep: KEPT_FILES })
  const root = pino(
    {
      level: 'debug',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.multistream(streams(options, file)),
  )
  return wrap(root, () => file?.close())
}

function streams(options: LoggerOptions, file: RotatingFile | null): pino.StreamEntry[] {
  const stderr = options.stderr ?? process.stderr
  const write = (line: string) => void stderr.write(options.pretty === true ? prettyLine(line) : line)
  const entries: pino.StreamEntry[] = []
  if (options.level !== 'silent') entries.push({ level: options.level, stream: { write } })
  if (file !== null && options.file !== undefined) entries.push({ level: options.file.level, stream: file })
  return entries
}

function wrap(log: pino.Logger, close: () => void): Logger {
  const at = (level: LogLevel) => (facts: Record<string, unknown>, message: string) =>
    log[level](redactFacts(facts), redactText(message))
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (area) => wrap(log.child({ area }), close),
    close,
  }
}
