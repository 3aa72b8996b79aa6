/** When attacks at the camera close the face tender of a lane, and for how long. */
export interface LockOutPolicy {
  /** Attacks within `withinMs` that close it. */
  readonly attacks: number
  readonly withinMs: number
  /** How long the first lock lasts; each further one, begun within `withinMs` of the end of the last, twice as long. */
  readonly firstMs: number
  readonly longestMs: number
}

/** Times are ms of one clock that does not go back. */
export interface LockOut {
  /** Attacks since the last lock, oldest first; those that are too old to count are dropped by the next one. */
  readonly attacksAtMs: readonly number[]
  /** Locks in a row. */
  readonly locks: number
  /** 0 before the first lock. */
  readonly lockedUntilMs: number
}

export const noAttacks: LockOut = { attacksAtMs: [], locks: 0, lockedUntilMs: 0 }

/** Milliseconds until the face tender opens again; 0 while it is open. */
export function lockedForMs(state: LockOut, nowMs: number): number {
  return Math.max(0, state.lockedUntilMs - nowMs)
}

/** One more attack at `atMs`. A look that ends while the lane is locked already changes nothing. */
export function attacked(state: LockOut, atMs: number, policy: LockOutPolicy): LockOut {
  if (lockedForMs(state, atMs) > 0) return state
  const relapse = state.locks > 0 && atMs - state.lockedUntilMs <= policy.withinMs
  const locks = relapse ? state.locks : 0
  const attacksAtMs = [...state.attacksAtMs.filter((earlier) => atMs - earlier <= policy.withinMs), atMs]
  if (!relapse && attacksAtMs.length < policy.attacks) return { ...state, attacksAtMs, locks }
  const lockMs = Math.min(policy.firstMs * 2 ** locks, policy.longestMs)
  return { attacksAtMs: [], locks: locks + 1, lockedUntilMs: atMs + lockMs }
}

/**
 * The same state told by another clock, `byMs` ahead of the first. A clock that jumped while the lane was off can
 * neither keep the tender closed beyond the longest lock after `nowMs`, nor make an attack happen in the future.
 */
export function onOtherClock(state: LockOut, byMs: number, nowMs: number, policy: LockOutPolicy): LockOut {
  return {
    attacksAtMs: state.attacksAtMs.map((atMs) => Math.min(atMs + byMs, nowMs)),
    locks: state.locks,
    lockedUntilMs: state.locks === 0 ? 0 : Math.min(state.lockedUntilMs + byMs, nowMs + policy.longestMs),
  }
}
