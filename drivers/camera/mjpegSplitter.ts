import { HeldBytes } from '../byte-stream/held-bytes.ts'

/** A picture that grows beyond this without an end is noise; it is dropped. 8 MiB holds a 4K camera frame. */
export const maxJpegBytes = 8 * 1024 * 1024

/**
 * Cuts a stream of JPEGs, one after the other, into pictures, whatever the chunks. Walks the segments, so that a
 * thumbnail inside a picture's metadata does not end it early. Bytes between pictures are skipped.
 */
export class MjpegSplitter {
  readonly #bytes = new HeldBytes()
  /** Where the picture being read begins in what is held; undefined while looking for one. */
  #start: number | undefined
  /** How far it has been understood. */
  #at = 0
  #inScan = false

  /** Returns the pictures completed by `chunk`, each a copy of its own. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#bytes.append(chunk)
    const held = this.#bytes.view()
    const pictures: Uint8Array[] = []
    for (let start = this.#findStart(held); start !== undefined; start = this.#findStart(held)) {
      const end = this.#findEnd(held)
      if (end === 'more' && held.length - start <= maxJpegBytes) break
      if (typeof end === 'number') pictures.push(held.slice(start, end))
      // After something that is no picture, look again right behind its first marker.
      this.#at = typeof end === 'number' ? end : start + 2
      this.#start = undefined
      this.#inScan = false
    }
    this.#letGo()
    return pictures
  }

  /** Overwrites what is held and forgets it. */
  reset(): void {
    this.#bytes.clear()
    this.#start = undefined
    this.#at = 0
    this.#inScan = false
  }

  /** Of everything before the picture being read. */
  #letGo(): void {
    const done = this.#start ?? this.#at
    this.#bytes.drop(done)
    this.#at -= done
    if (this.#start !== undefined) this.#start = 0
  }

  #findStart(held: Uint8Array): number | undefined {
    if (this.#start !== undefined) return this.#start
    for (; this.#at + 1 < held.length; this.#at++) {
      if (held[this.#at] !== 0xff || held[this.#at + 1] !== 0xd8) continue
      this.#start = this.#at
      this.#at += 2
      return this.#start
    }
    return undefined
  }

  /** The offset after EOI, once it has arrived. */
  #findEnd(held: Uint8Array): number | 'more' | 'broken' {
    for (;;) {
      if (this.#inScan && !this.#skipScan(held)) return 'more'
      if (this.#at + 2 > held.length) return 'more'
      if (held[this.#at] !== 0xff) return 'broken'
      const marker = held[this.#at + 1]!
      if (marker === 0xd9) return this.#at + 2
      if (marker === 0xd8) return 'broken'
      if (marker === 0xff) {
        this.#at += 1
        continue
      }
      if (this.#at + 4 > held.length) return 'more'
      const length = (held[this.#at + 2]! << 8) | held[this.#at + 3]!
      if (length < 2) return 'broken'
      if (this.#at + 2 + length > held.length) return 'more'
      this.#at += 2 + length
      this.#inScan = marker === 0xda
    }
  }

  /** Entropy-coded bytes: FF00 is a stuffed byte, FFD0…FFD7 are restarts, anything else ends the scan. */
  #skipScan(held: Uint8Array): boolean {
    for (; this.#at + 1 < held.length; this.#at++) {
      if (held[this.#at] !== 0xff) continue
      const next = held[this.#at + 1]!
      if (next === 0x00 || next === 0xff || (next >= 0xd0 && next <= 0xd7)) continue
      this.#inScan = false
      return true
    }
    return false
  }
}

/** All pictures of a recording held in memory. */
export function splitMjpeg(recording: Uint8Array): Uint8Array[] {
  return new MjpegSplitter().push(recording)
}
