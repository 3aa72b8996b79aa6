import type { InterventionKind } from '../contract/events.ts'
import type { Key } from '../contract/values.ts'
import type { OpenBlock } from '../domain/basket/reading.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort } from '../ports/store.ts'

export interface Intervention {
  readonly interventionKey: Key
  readonly saleId: Key | null
  readonly kind: InterventionKind
  readonly lineId: number | null
}

/** An attack is looked into beside the sale: nothing of the shopper's waits for it, and the lane sells on. */
export function holdsSale(intervention: Intervention | null): boolean {
  return intervention !== null && intervention.kind !== 'presentationAttack'
}

export type Resolution = 'approved' | 'refused' | 'helped'

export type ResolveAnswer =
  | { readonly kind: 'resolved'; readonly intervention: Intervention; readonly staffId: string }
  | { readonly kind: 'refused'; readonly code: 'wrongPin' | 'locked' | 'notNow' | 'weightMissing' }

export type PinAnswer =
  | { readonly kind: 'staff'; readonly staffId: string }
  | { readonly kind: 'refused'; readonly code: 'wrongPin' | 'locked' | 'notNow' }

export interface StaffDeskDeps {
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly random: RandomPort
  /** The staff member whose PIN this is, null when nobody's. Slow on purpose. */
  readonly staffByPin: (pin: string) => Promise<string | null>
}

/** Calls for help, first come first served, settled at the lane with a staff PIN and nothing else. */
export interface StaffDesk {
  current(): Intervention | null
  pinState(): { wrongTries: number; lockedForMs: number }
  call(kind: InterventionKind, saleId: Key | null, lineId: number | null): void
  /** Calls for every open question of the basket, and drops the calls of questions that are settled or gone. */
  followBasket(saleId: Key, open: readonly OpenBlock[]): void
  /** What needs no staff after all: the shopper changed their mind, or the answer came. False when there was none. */
  dismiss(kind: 'help' | 'unknownOutcome' | 'guardianConsent' | 'faceDeletion' | 'cashReturn'): boolean
  /** The shopper has left; what concerns the lane itself stays. */
  dismissSale(): void
  /** Who this is, for what staff does outside an intervention; wrong PINs count and lock as everywhere. */
  identify(pin: string): Promise<PinAnswer>
  resolve(answer: {
    interventionKey: Key
    pin: string
    resolution: Resolution
    grams?: number
  }): Promise<ResolveAnswer>
}

const triesBeforeLock = 3
const firstLockMs = 30_000
const longestLockMs = 15 * 60_000

export function createStaffDesk({ store, clock, random, staffByPin }: StaffDeskDeps): StaffDesk {
  let open: readonly Intervention[] = []
  let wrongTries = 0
  let lockedUntilMs = 0
  let checking = false

  function lockAfterWrongPin(): void {
    wrongTries += 1
    if (wrongTries < triesBeforeLock) return
    const lockMs = Math.min(firstLockMs * 2 ** (wrongTries - triesBeforeLock), longestLockMs)
    lockedUntilMs = clock.monotonicMs() + lockMs
  }

  function drop(keep: (intervention: Intervention) => boolean): void {
    open = open.filter(keep)
  }

  function call(kind: InterventionKind, saleId: Key | null, lineId: number | null): void {
    if (open.some((other) => other.kind === kind && other.lineId === lineId)) return
    const intervention = { interventionKey: random.key(), saleId, kind, lineId }
    store.transact((tx) =>
      tx.append(aggregate(intervention), { type: 'intervention.opened', ...intervention }),
    )
    open = [...open, intervention]
  }

  async function identify(pin: string): Promise<PinAnswer> {
    if (lockedUntilMs > clock.monotonicMs()) return { kind: 'refused', code: 'locked' }
    if (checking) return { kind: 'refused', code: 'notNow' }
    checking = true
    const staffId = await staffByPin(pin).finally(() => {
      checking = false
    })
    if (staffId === null) {
      lockAfterWrongPin()
      return { kind: 'refused', code: 'wrongPin' }
    }
    wrongTries = 0
    return { kind: 'staff', staffId }
  }

  return {
    current: () => open.find(holdsSale) ?? open[0] ?? null,
    pinState: () => ({
      wrongTries,
      lockedForMs: Math.max(0, Math.round(lockedUntilMs - clock.monotonicMs())),
    }),
    call,
    followBasket(saleId, blocks) {
      drop(
        ({ kind, lineId }) =>
          lineId === null || blocks.some((at) => at.lineId === lineId && at.block === kind),
      )
      for (const { block, lineId } of blocks) call(block, saleId, lineId)
    },
    dismiss(kind) {
      const before = open.length
      drop((intervention) => intervention.kind !== kind)
      return open.length < before
    },
    dismissSale: () => {
      drop((intervention) => !holdsSale(intervention))
    },
    identify,
    async resolve({ interventionKey, pin, resolution, grams }) {
      const who = await identify(pin)
      if (who.kind === 'refused') return who
      const { staffId } = who
      const intervention = open.find((candidate) => candidate.interventionKey === interventionKey)
      if (!intervention) return { kind: 'refused', code: 'notNow' }
      const weighed = intervention.kind === 'weighing' && resolution === 'approved'
      if (weighed && grams === undefined) return { kind: 'refused', code: 'weightMissing' }
      store.transact((tx) =>
        tx.append(aggregate(intervention), {
          type: 'intervention.resolved',
          interventionKey,
          staffId,
          resolution,
          ...(weighed ? { grams } : {}),
        }),
      )
      drop((other) => other.interventionKey !== interventionKey)
      return { kind: 'resolved', intervention, staffId }
    },
  }
}

function aggregate({ interventionKey }: Intervention) {
  return { kind: 'intervention', id: interventionKey } as const
}
