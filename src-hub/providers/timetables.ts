import type { ProviderTimetable } from './port.ts'

/** A ledger in the hub's own database answers at once; only a crash leaves a charge of it without its final word. */
export const hubTimetable: ProviderTimetable = {
  firstQueryMs: 5_000,
  everyMs: 5_000,
  patienceMs: 60_000,
  cancelNotBeforeMs: 0,
}
