/** A row that may be on the candidate list. */
export interface Hit {
  readonly row: number
  readonly score: number
}

interface Entry {
  row: number
  score: number
  readonly subject: readonly [number, number, number, number]
}

/** The best reference of each of the `size` best subjects, best first; of equal scores the smaller key leads. */
export class TopList {
  readonly size: number
  readonly #entries: Entry[] = []

  constructor(size: number) {
    this.size = size
  }

  isFull(): boolean {
    return this.#entries.length >= this.size
  }

  /** What a row must reach to matter: the last score of a full list. */
  floor(): number {
    return this.isFull() ? (this.#entries.at(-1)?.score ?? Infinity) : -Infinity
  }

  /** `keys[at .. at + 4]` is the subject's key. */
  add(row: number, score: number, keys: Uint32Array, at: number): void {
    if (score < this.floor()) return
    const entries = this.#entries
    const known = entries.findIndex(({ subject }) => compareKeys(subject, keys, at) === 0)
    if (known >= 0) {
      const entry = entries[known]!
      if (score <= entry.score) return
      entries.splice(known, 1)
    }
    let place = entries.length
    while (place > 0 && leads(score, keys, at, entries[place - 1]!)) place -= 1
    const subject = [keys[at]!, keys[at + 1]!, keys[at + 2]!, keys[at + 3]!] as const
    entries.splice(place, 0, { row, score, subject })
    if (entries.length > this.size) entries.pop()
  }

  hits(): Hit[] {
    return this.#entries.map(({ row, score }) => ({ row, score }))
  }
}

function leads(score: number, keys: Uint32Array, at: number, other: Entry): boolean {
  if (score !== other.score) return score > other.score
  return compareKeys(other.subject, keys, at) > 0
}

function compareKeys(key: Entry['subject'], keys: Uint32Array, at: number): number {
  for (let i = 0; i < 4; i++) if (key[i] !== keys[at + i]) return key[i]! - keys[at + i]!
  return 0
}
