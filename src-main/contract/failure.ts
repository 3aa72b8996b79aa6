/** What helps: try again, the shopper does something, staff does something, or nothing does. */
export type Remedy = 'retry' | 'shopper' | 'staff' | 'none'

/** A failure as data: crosses processes, journal and log. `code` is stable; text for people is chosen from it. */
export interface FailureData {
  readonly code: string
  /** What was being done, for the log: "open the printer at /dev/ttyUSB0". Never personal data. */
  readonly attempted: string
  readonly remedy: Remedy
  /** The device's, provider's or operating system's own code, untouched. */
  readonly nativeCode?: string
  /** Of a party that is too busy: it asks not to be tried again any sooner. */
  readonly retryAfterMs?: number
  readonly cause?: FailureData
  /** A sentence for the operator: what is wrong and what to do. */
  readonly message: string
}

/** An expected failure that has to travel as an exception (promise rejections, constructors). Bugs stay plain `Error`s. */
export class Failure extends Error implements FailureData {
  override readonly name = 'Failure'
  readonly code: string
  readonly attempted: string
  readonly remedy: Remedy
  readonly nativeCode?: string
  override readonly cause?: FailureData

  constructor(data: FailureData) {
    super(data.message)
    this.code = data.code
    this.attempted = data.attempted
    this.remedy = data.remedy
    if (data.nativeCode !== undefined) this.nativeCode = data.nativeCode
    if (data.cause !== undefined) this.cause = data.cause
  }

  toJSON(): FailureData {
    return failureData(this)
  }
}

/** The serialisable form of a failure, or of any thrown value (a bug gets the code `defect`). */
export function failureData(thrown: unknown): FailureData {
  if (thrown instanceof Failure) {
    return {
      code: thrown.code,
      attempted: thrown.attempted,
      remedy: thrown.remedy,
      message: thrown.message,
      ...(thrown.nativeCode === undefined ? {} : { nativeCode: thrown.nativeCode }),
      ...(thrown.cause === undefined ? {} : { cause: thrown.cause }),
    }
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: 'defect', attempted: 'run', remedy: 'staff', message }
}
