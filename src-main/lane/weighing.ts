import type { ScalePort, LiveWeight } from '../../drivers/scale/scale-port.ts'
import type { BasketLine } from '../contract/basket.ts'
import { Failure } from '../contract/failure.ts'
import type { PlateState, WeighingView } from '../contract/laneView.ts'
import type { Key } from '../contract/values.ts'
import { unitPriceMinor } from '../domain/basket/basket.ts'
import type { Sale } from '../domain/checkout/state.ts'
import { multiplyRounded } from '../domain/money/money.ts'
import type { ClockPort } from '../ports/clock.ts'
import { createScalePlate } from './scalePlate.ts'

/** The lane's scale, the same object whatever is unplugged and plugged in again. */
export interface ScaleAccess {
  answers(): boolean
  /** Null while no scale answers. */
  use<T>(work: (port: ScalePort | null) => Promise<T>): Promise<T>
  onChange(listener: () => void): () => void
}

export interface WeighingDeps {
  /** Null on a lane without a scale: staff weighs. */
  readonly scale: ScaleAccess | null
  readonly clock: ClockPort
  /** The open sale, while its screen is the one to weigh on. */
  readonly sale: () => Pick<Sale, 'saleId' | 'basket'> | null
  /** A weight the scale answers for, in grams. */
  readonly weighed: (lineId: number, grams: number) => void
  readonly changed: () => void
}

/** The shopper weighs: the plate is shown live, and what rests on it is taken at their touch. */
export interface Weighing {
  /** The scale will weigh this line; without one, or once the shopper asked for staff, it is theirs. */
  serves(saleId: Key, lineId: number): boolean
  view(): WeighingView | null
  /** Begins, goes on or ends looking at the plate; called after every change of the lane. */
  follow(): void
  /** After a restart: what was weighed last may still lie on the plate. */
  resume(): void
  /** `notStable`: nothing came to rest in time. `plateOccupied`: what was weighed before was not seen to leave. */
  take(lineId: number): Promise<'taken' | 'notNow' | 'notStable' | 'plateOccupied'>
  /** The shopper says that what lies on the plate from a line they took out is this one; false when it is not asked. */
  confirmSame(lineId: number): boolean
  /** The shopper asks staff to weigh; false when this line does not wait. */
  askStaff(lineId: number): boolean
  close(): void
}

interface WaitingLine {
  readonly saleId: Key
  readonly line: BasketLine
  readonly plate: PlateState
}

const lookEveryMs = 250
const lookLimitMs = 2000
const takeLimitMs = 3000

export function createWeighing({ scale, clock, sale, weighed, changed }: WeighingDeps): Weighing {
  const closing = new AbortController()
  /** Lines the shopper left to staff; of one sale only. */
  let left: { readonly saleId: Key; readonly lineIds: ReadonlySet<number> } | null = null
  let live: LiveWeight | null = null
  let lineId: number | null = null
  let looking = false
  /** On the scale now, in grams: a scale that comes back has none. */
  let tare = 0
  let taking = false
  const plate = createScalePlate()
  /** The scale answers one question at a time. */
  let turn: Promise<unknown> = Promise.resolve()

  const serves = (saleId: Key, id: number): boolean =>
    scale?.answers() === true && !(left?.saleId === saleId && left.lineIds.has(id))

  const waiting = (): readonly WaitingLine[] => {
    const open = sale()
    if (open === null) return []
    const { saleId, basket } = open
    return basket.lines
      .filter(({ blocks }) => blocks.includes('weighing'))
      .map((line) => ({ saleId, line, plate: plate.stateFor(saleId, basket.lines) }))
  }

  const current = (): WaitingLine | null =>
    waiting().find(({ saleId, line }) => serves(saleId, line.lineId)) ?? null

  /** Null when the scale is away or silent; the supervisor sees to that. */
  function ask<T>(work: (port: ScalePort) => Promise<T>): Promise<T | null> {
    const mine = turn.then(async () => {
      if (closing.signal.aborted || scale === null) return null
      try {
        return await scale.use(async (port) => (port === null ? null : await work(port)))
      } catch (thrown) {
        if (thrown instanceof Failure) return null
        throw thrown
      }
    })
    turn = mine.catch(() => undefined)
    return mine
  }

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, () => resolve())
    })

  /** The container of the item is taken off the plate; false while the scale does not do it. */
  async function tared(): Promise<boolean> {
    // An empty plate is only known by its weight without a tare.
    const wanted = plate.occupied() ? 0 : (current()?.line.item.tareGrams ?? 0)
    if (wanted === tare) return true
    const { signal } = closing
    const done = await ask((port) => port.setTareWeight(wanted, { timeoutMs: lookLimitMs, signal }))
    if (done === true) tare = wanted
    return done === true
  }

  async function lookOnce(): Promise<LiveWeight | null> {
    if (!(await tared())) return null
    const { signal } = closing
    return ask(async (port) => {
      const seen = await port.readLiveWeight({ timeoutMs: lookLimitMs, signal })
      // A weight without the container of the next item comes first.
      return plate.saw(seen, port.range.divisionGrams) ? null : seen
    })
  }

  /** Also while nothing waits: who puts the next item down before choosing it has lifted the last one off before. */
  async function look(): Promise<void> {
    looking = true
    try {
      while ((lineId !== null || plate.occupied()) && !closing.signal.aborted) {
        const before = plate.occupied()
        const seen = taking ? live : await lookOnce()
        const moved = seen?.status !== live?.status || seen?.grams !== live?.grams
        live = seen
        if (lineId !== null && (moved || plate.occupied() !== before)) changed()
        await pause(lookEveryMs)
      }
    } finally {
      looking = false
    }
  }

  function follow(): void {
    const next = current()?.line.lineId ?? null
    if (next !== lineId) {
      lineId = next
      live = null
    }
    if ((lineId !== null || plate.occupied()) && scale !== null && !looking) void look()
  }

  const unsubscribe = scale?.onChange(() => {
    if (!scale.answers()) tare = 0
    changed()
  })

  return {
    serves,
    follow,
    view() {
      const open = current()
      if (open === null) return null
      const { line } = open
      const grams = live?.grams ?? null
      // A price of a weight that still moves is none, and so is that of the last item.
      const resting = live?.status === 'stable' && grams !== null && open.plate === 'free'
      const total = resting ? multiplyRounded(unitPriceMinor(line), grams, 1000) : null
      return {
        line,
        status: live?.status ?? 'notReady',
        grams,
        totalMinor: total?.ok === true ? total.value : null,
        taking,
        plate: open.plate,
      }
    },
    resume() {
      const open = sale()
      const last = open?.basket.lines.findLast(
        ({ quantity }) => quantity.kind === 'weight' && quantity.grams > 0,
      )
      if (open && last) plate.weighed({ saleId: open.saleId, lineId: last.lineId })
      follow()
    },
    async take(id) {
      const open = current()
      if (open?.line.lineId !== id || taking) return 'notNow'
      if (open.plate !== 'free') return 'plateOccupied'
      taking = true
      changed()
      try {
        const { signal } = closing
        if (!(await tared())) return 'notStable'
        const weight = await ask((port) => port.readWeight({ timeoutMs: takeLimitMs, signal }))
        if (weight === null) return 'notStable'
        const still = current()
        if (still?.saleId !== open.saleId || still.line.lineId !== id) return 'notNow'
        weighed(id, weight.grams)
        // A weight that could not be kept is taken again, without lifting the item.
        const isKept = waiting().every(({ line }) => line.lineId !== id)
        if (isKept) plate.weighed({ saleId: open.saleId, lineId: id })
        return 'taken'
      } finally {
        taking = false
        changed()
      }
    },
    confirmSame(id) {
      const open = current()
      if (open?.line.lineId !== id || open.plate !== 'sameItem') return false
      plate.confirmed()
      changed()
      return true
    },
    askStaff(id) {
      const open = waiting().find(({ line }) => line.lineId === id)
      if (open === undefined) return false
      const before = left?.saleId === open.saleId ? left.lineIds : []
      left = { saleId: open.saleId, lineIds: new Set([...before, id]) }
      changed()
      return true
    },
    close() {
      unsubscribe?.()
      closing.abort()
    },
  }
}
