import { cursorAddress } from './layout.ts'

const half = 32n
const blockMask = 0xffff_ffffn

/**
 * Deals the blocks of a search out to whichever thread is free. The number of the search is part of what is counted:
 * a thread that wakes up late, with a search in hand that others have finished, takes nothing from the next one.
 */
export class BlockDealer {
  readonly #cursor: BigInt64Array<SharedArrayBuffer>

  /** The view stays good when the memory grows. */
  constructor(memory: WebAssembly.Memory) {
    this.#cursor = new BigInt64Array(memory.buffer, cursorAddress, 1)
  }

  begin(search: number): void {
    Atomics.store(this.#cursor, 0, BigInt(search) << half)
  }

  /** The next block of this search; null when it is over. The caller knows how many there are. */
  next(search: number): number | null {
    const cursor = this.#cursor
    for (;;) {
      const dealt = Atomics.load(cursor, 0)
      if (dealt >> half !== BigInt(search)) return null
      if (Atomics.compareExchange(cursor, 0, dealt, dealt + 1n) === dealt) return Number(dealt & blockMask)
    }
  }
}
