export const configProblemCodes = [
  'config.unreadable',
  'config.unknownKey',
  'config.missing',
  'config.invalid',
  /** Fine in development, refused in production. */
  'config.notInProduction',
] as const

/** One thing to put right. Values are never repeated in it: one of them may be a secret. */
export interface ConfigProblem {
  readonly code: (typeof configProblemCodes)[number]
  /** `hub.timeoutMs`; empty when the whole file is meant. */
  readonly key: string
  /** Where the value came from: a file, an environment variable, the defaults; empty when it came from nowhere. */
  readonly place: string
  /** A whole sentence with key, place and what to do. */
  readonly message: string
}
