/** A share with what it was counted on and its 95 % Wilson score interval; all of 0..1. */
export interface Rate {
  /** Null when there was nothing to count: n is 0. */
  readonly rate: number | null
  readonly low: number
  readonly high: number
  readonly n: number
}

/** The 97.5 % point of the normal distribution. */
const z95 = 1.959963984540054

/** Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22, 1927. */
export function rateOf(count: number, n: number): Rate {
  if (n === 0) return { rate: null, low: 0, high: 1, n }
  const share = count / n
  const z2 = z95 * z95
  const centre = share + z2 / (2 * n)
  const spread = z95 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))
  const scale = 1 + z2 / n
  return {
    rate: share,
    low: count === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    high: count === n ? 1 : Math.min(1, (centre + spread) / scale),
    n,
  }
}
