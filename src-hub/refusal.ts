/** The hub says no on purpose: an HTTP status and the contract's error body. Never carries personal data. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  /** Stable, `area.what`. */
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}
