/** From `fromMs` on and before `untilMs`, ms UTC. */
export interface DayBounds {
  readonly fromMs: number
  readonly untilMs: number
}

const dayMs = 86_400_000

/** Midnight to midnight of `2026-11-22` in an IANA time zone; 23 or 25 hours where the clocks change. */
export function dayBounds(day: string, timeZone: string): DayBounds {
  const noonMs = Date.parse(`${day}T12:00:00Z`)
  const next = new Date(noonMs + dayMs).toISOString().slice(0, 10)
  return { fromMs: midnight(day, timeZone), untilMs: midnight(next, timeZone) }
}

/** The day that a moment belongs to. */
export function dayOf(atMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(atMs)
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** The first millisecond of a day, found by halves: a day begins where `dayOf` changes, whatever the zone does. */
function midnight(day: string, timeZone: string): number {
  const guessMs = Date.parse(`${day}T00:00:00Z`)
  let before = guessMs - dayMs
  let after = guessMs + dayMs
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (dayOf(middle, timeZone) < day) before = middle
    else after = middle
  }
  return after
}
