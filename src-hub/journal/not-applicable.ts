/** An entry that is genuine but does not fit what the hub already holds: it is parked for a person. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable'
  readonly reason: string

  constructor(reason: string) {
    super(`The entry cannot be applied: ${reason}`)
    this.reason = reason
  }
}
