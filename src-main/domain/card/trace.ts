/** A terminal counts its transactions from 1 to this, then from 1 again (ZVT, BMP 0B: six digits). */
const lastTrace = 999_999
/** As many transactions as a terminal could have booked while nobody listened, with much to spare. */
const newerWindow = 100_000

/** Was `trace` given after `before`? `before` null: the terminal had booked nothing yet. */
export function isNewerTrace(trace: number, before: number | null): boolean {
  if (before === null) return true
  const ahead = (trace - before + lastTrace) % lastTrace
  return ahead > 0 && ahead < newerWindow
}
