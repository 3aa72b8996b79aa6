import type { DriverClock } from '../../port/clock.ts'
import type { BoardOutcome } from '../motor-board/messages.ts'
import type { SlotStatus } from '../vending-controller-port.ts'

export interface SlotState extends SlotStatus {
  readonly stock: number
  /** The next product will hang on its spiral. */
  readonly sticky: boolean
}

/** The part of a vending machine that is not electronics: spirals, products, gravity, the light barrier. */
export interface Machine {
  slots(): readonly SlotState[]
  setStock(slot: string, stock: number): void
  jam(slot: string): void
  clearJam(slot: string): void
  stick(slot: string): void
  blindSensor(blind: boolean): void
  sensorSees(): boolean
  /** Turns one spiral; `ended` hears how, once. False when another one turns. */
  turn(slot: string, key: string, ended: (outcome: BoardOutcome) => void): boolean
  turning(): boolean
  /** Stops the motor where it is; what has not fallen stays. */
  cutPower(): void
  /** What really fell, whatever anybody believes; the judge. */
  fallen(): readonly { readonly slot: string; readonly key: string }[]
}

export interface MachineOptions {
  /** Slots and what is in them. */
  readonly stock: Readonly<Record<string, number>>
  /** One turn of a spiral; the product falls after six tenths of it. */
  readonly turnMs: number
  readonly clock: DriverClock
  /** Told before anybody else hears of it. */
  readonly onFallen: (slot: string, key: string) => void
}

const fallsAfter = 0.6

interface Slot {
  stock: number
  jammed: boolean
  sticky: boolean
}

export function createMachine({ stock, turnMs, clock, onFallen }: MachineOptions): Machine {
  const slots = new Map<string, Slot>(
    Object.entries(stock).map(([slot, count]) => [slot, { stock: count, jammed: false, sticky: false }]),
  )
  const fallen: { slot: string; key: string }[] = []
  let blind = false
  let cancel: (() => void) | null = null

  const change = (slot: string, by: (state: Slot) => void): void => {
    const state = slots.get(slot)
    if (state === undefined) throw new Error(`The machine has no slot ${slot}`)
    by(state)
  }
  const drop = (slot: string, state: Slot, key: string): boolean => {
    if (state.sticky) {
      state.sticky = false
      return false
    }
    state.stock -= 1
    fallen.push({ slot, key })
    onFallen(slot, key)
    return !blind
  }

  return {
    slots: () =>
      [...slots].map(([slot, { stock: count, jammed, sticky }]) => ({
        slot,
        state: jammed ? 'jammed' : count === 0 ? 'empty' : 'ready',
        stock: count,
        sticky,
      })),
    setStock: (slot, count) => change(slot, (state) => (state.stock = count)),
    jam: (slot) => change(slot, (state) => (state.jammed = true)),
    clearJam: (slot) => change(slot, (state) => (state.jammed = false)),
    stick: (slot) => change(slot, (state) => (state.sticky = true)),
    blindSensor: (next) => (blind = next),
    sensorSees: () => !blind,
    turn(slot, key, ended) {
      const state = slots.get(slot)
      if (state === undefined || cancel !== null) return false
      cancel = clock.after(turnMs * fallsAfter, () => {
        if (state.jammed || state.stock === 0) {
          cancel = null
          return ended(state.jammed ? 'jammed' : 'empty')
        }
        const seen = drop(slot, state, key)
        cancel = clock.after(turnMs * (1 - fallsAfter), () => {
          cancel = null
          ended(seen ? 'dropped' : 'timeout')
        })
      })
      return true
    },
    turning: () => cancel !== null,
    cutPower() {
      cancel?.()
      cancel = null
    },
    fallen: () => [...fallen],
  }
}
