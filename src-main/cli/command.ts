/** Where a command speaks: `out` is its answer, `say` is everything else. */
export interface CliIo {
  /** One line on stdout. */
  out(line: string): void
  /** One line on stderr: progress, warnings, trouble. */
  say(line: string): void
  /** The one JSON object of `--json`, on stdout. */
  answer(value: unknown): void
  readonly env: NodeJS.ProcessEnv
  /** Aborts when the user asks the command to stop (Ctrl-C, SIGTERM). */
  readonly stop: AbortSignal
}

/** One `facelane …` command, loaded when it is called. */
export interface Command {
  /** What `--help` prints: purpose, usage, options. */
  readonly help: string
  /** For commands with commands of their own: what `--help` prints, given the words that stand with it. */
  readonly helpFor?: (args: readonly string[]) => string
  /** Returns the exit code. May throw `Failure`, which is told in words; `UsageError` also shows where help is. */
  run(args: readonly string[], io: CliIo): Promise<number>
}

/** The words of the command line make no sense; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
