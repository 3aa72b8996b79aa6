const firstCapacity = 1024

/**
 * Bytes that wait for the rest of their frame: added at the end, taken from the front, without copying the whole each time.
 * What was taken is overwritten, because it may be a face or a card.
 */
export class HeldBytes {
  #buffer = new Uint8Array(firstCapacity)
  #start = 0
  #end = 0

  /** What is held. Valid until the next call of anything else here. */
  view(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end)
  }

  append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#buffer.length) this.#makeRoom(bytes.length)
    this.#buffer.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** Lets go of the first `count` bytes. */
  drop(count: number): void {
    const upTo = Math.min(this.#start + count, this.#end)
    this.#buffer.fill(0, this.#start, upTo)
    this.#start = upTo
    if (this.#start === this.#end) this.#start = this.#end = 0
  }

  /** Lets go of everything, and of the room it took. */
  clear(): void {
    this.#buffer.fill(0)
    this.#buffer = new Uint8Array(firstCapacity)
    this.#start = this.#end = 0
  }

  #makeRoom(more: number): void {
    const held = this.#end - this.#start
    const wanted = held + more
    const fits = wanted * 2 <= this.#buffer.length
    const next = fits ? this.#buffer : new Uint8Array(Math.max(wanted * 2, firstCapacity))
    if (fits) next.copyWithin(0, this.#start, this.#end)
    else next.set(this.view())
    if (fits) next.fill(0, held, this.#end)
    else this.#buffer.fill(0)
    this.#buffer = next
    this.#start = 0
    this.#end = held
  }
}
