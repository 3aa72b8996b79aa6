/** How a plate behaves; what is on it in grams, gross. */
export interface Plate {
  /** What lies there from now on; the plate swings until it rests. */
  put(grams: number): void
  /** Somebody leans on the counter: in motion until `still()`. */
  shake(): void
  still(): void
  read(): { readonly milligrams: number; readonly moving: boolean }
}

/** Swings this many times before it rests. */
const swings = 3
/** At rest the swing is `e^-5`, under 1 % of the step. */
const damping = 5
const shakeMilligrams = 20_000
const shakeMs = 250

/** `settleMs`: from a change to rest. `nowMs` is any clock that never goes back. */
export function createPlate(settleMs: number, nowMs: () => number): Plate {
  let from = 0
  let target = 0
  let changedAtMs = -Infinity
  let shakenAtMs: number | null = null

  const swinging = (): number => {
    const part = (nowMs() - changedAtMs) / settleMs
    if (part >= 1) return target
    return target + (from - target) * Math.exp(-damping * part) * Math.cos(2 * Math.PI * swings * part)
  }
  const milligrams = (): number => {
    const shaken =
      shakenAtMs === null ? 0 : shakeMilligrams * Math.sin((2 * Math.PI * (nowMs() - shakenAtMs)) / shakeMs)
    return Math.round(swinging() + shaken)
  }
  return {
    put(grams) {
      from = swinging()
      target = grams * 1000
      changedAtMs = nowMs()
    },
    shake: () => (shakenAtMs ??= nowMs()),
    still() {
      shakenAtMs = null
      changedAtMs = nowMs()
      from = target
    },
    read: () => ({
      milligrams: milligrams(),
      moving: shakenAtMs !== null || nowMs() - changedAtMs < settleMs,
    }),
  }
}
