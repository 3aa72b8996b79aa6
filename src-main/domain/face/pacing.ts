/** How long the last frames took, newest last; ms from asking the engine to its answer. */
export type FacePace = readonly number[]

export const noPace: FacePace = []

const framesKept = 5
/** Up to this a machine keeps up with any camera and still has time for the screen: no pause. */
const unhurriedMs = 33
/** The share of the time that a slow machine spends on frames; the rest is for the screen, the camera and the till. */
const busyShare = 0.6
/** So that a burst of three frames is decided in time even where each takes a second. */
const longestPauseMs = 250

export function paceAfter(pace: FacePace, tookMs: number): FacePace {
  return [...pace, tookMs].slice(-framesKept)
}

/**
 * How long to leave the camera's frames alone before the next one is analysed, ms. By the median of the last frames: one
 * that took long, because another program had the machine for a moment, slows nothing.
 */
export function pauseMs(pace: FacePace): number {
  const sorted = [...pace].sort((a, b) => a - b)
  const typicalMs = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  if (!(typicalMs > unhurriedMs)) return 0
  return Math.min(longestPauseMs, Math.round((typicalMs * (1 - busyShare)) / busyShare))
}
