/** `1250` -> `12.50`: amounts travel as decimal strings of two places and never become a float. */
export function decimalOf(amountMinor: number): string {
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 0)
    throw new RangeError(`Not an amount in minor units: ${amountMinor}`)
  const digits = String(amountMinor).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** `12.5` -> `1250`; null for what is no amount: a sign, an exponent, a third place, more than 2^53. */
export function minorOf(decimal: unknown): number | null {
  const match = typeof decimal === 'string' ? /^(\d{1,15})(?:\.(\d{1,2}))?$/.exec(decimal) : null
  if (match === null) return null
  const minor = Number(`${match[1]}${(match[2] ?? '').padEnd(2, '0')}`)
  return Number.isSafeInteger(minor) ? minor : null
}
