/** Between two tries, ms: the ceiling doubles from the first to the last, and the wait is anywhere below it. */
const FIRST_CEILING_MS = 500
export const LAST_CEILING_MS = 30_000

/**
 * Exponential back-off with full jitter: a hub that comes back is not met by all its lanes at once.
 * `failures` counts the tries that failed in a row, from 1; `unit` is a random number in [0, 1).
 */
export function backOffMs(failures: number, unit: number): number {
  const ceiling = Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** Math.min(failures - 1, 16))
  return Math.floor(unit * ceiling)
}
