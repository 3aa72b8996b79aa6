import { instantiateKernel, type Kernel } from './kernel/kernel.ts'
import { blockAddress, rowsPerBlock, threadAddress, type Layout } from './layout.ts'
import { packProbe, type PackedProbe } from './packing.ts'
import { TopList, type Hit } from './topList.ts'

export interface ScanRequest {
  /** Float32Array of the layout's length, L2-normalised, under the gallery's transform. */
  readonly probe: Float32Array
  /** Rows of the gallery to look at, from the first. */
  readonly rows: number
  /** Length of the candidate list. */
  readonly k: number
}

export interface ScanResult {
  readonly hits: readonly Hit[]
  /** How many blocks it looked through. */
  readonly blocks: number
}

/** The whole memory, as whole numbers without and with a sign, and as float32. */
interface Views {
  readonly words: Uint32Array
  readonly whole: Int32Array
  readonly floats: Float32Array
}

/** Several references of one subject take one place of the list together. */
const groupsAPlace = 2

/**
 * One thread's search: a pass over the high bits of every row, which bounds its comparison score from above, and the
 * exact score of the few rows that the bound lets onto the list. No row of the true list can be missed.
 */
export class Scanner {
  readonly #kernel: Kernel
  readonly #memory: WebAssembly.Memory
  readonly #layout: Layout
  readonly #space: number

  /** `thread`: whose working space this is, 0..layout.threads - 1. */
  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, layout: Layout, thread: number) {
    this.#kernel = instantiateKernel(module, memory)
    this.#memory = memory
    this.#layout = layout
    this.#space = threadAddress(layout, thread)
  }

  /** `nextBlock` deals out the blocks; null, or one past the last, ends the search. */
  search({ probe, rows, k }: ScanRequest, nextBlock: () => number | null): ScanResult {
    const { buffer } = this.#memory
    const { stride, space } = this.#layout
    const bytes = new Uint8Array(buffer, this.#space + space.probeBytes, stride)
    const values = new Float64Array(buffer, this.#space + space.probeValues, stride)
    const packed = packProbe(probe, bytes, values)
    const views: Views = {
      words: new Uint32Array(buffer),
      whole: new Int32Array(buffer),
      floats: new Float32Array(buffer),
    }
    const top = new TopList(k)
    try {
      for (let blocks = 0; ; blocks++) {
        const block = nextBlock()
        const count = block === null ? 0 : Math.min(rowsPerBlock, rows - block * rowsPerBlock)
        if (block === null || count <= 0) return { hits: top.hits(), blocks }
        this.#scan(block, count, packed, views, top)
      }
    } finally {
      new Uint8Array(buffer, this.#space, this.#layout.threadBytes).fill(0)
    }
  }

  #scan(block: number, count: number, probe: PackedProbe, views: Views, top: TopList): void {
    const { stride, columns, space } = this.#layout
    const at = blockAddress(this.#layout, block)
    const dots = this.#space + space.dots
    const selected = this.#space + space.selected
    this.#kernel.dots(this.#space + space.probeBytes, at + columns.high, count, stride, dots)
    if (!top.isFull()) this.#begin(block, at, count, views, top)
    const found = this.#kernel.select(
      dots,
      at + columns.scales,
      at + columns.offsets,
      at + columns.errors,
      0,
      count,
      probe.scale,
      probe.errorWeight,
      probe.margin,
      top.floor(),
      selected,
    )
    for (let i = 0; i < found; i++) this.#take(block, at, views.words[selected / 4 + i]!, views, top)
  }

  /** The most promising row of each few, so that there is a list for the others to beat. */
  #begin(block: number, at: number, count: number, views: Views, top: TopList): void {
    const { columns, space } = this.#layout
    const dots = (this.#space + space.dots) / 4
    const scales = (at + columns.scales) / 4
    const offsets = (at + columns.offsets) / 4
    const groupRows = Math.max(1, Math.floor(count / (top.size * groupsAPlace)))
    for (let first = 0; first < count; first += groupRows) {
      let best = first
      let bestScore = -Infinity
      for (let row = first; row < Math.min(count, first + groupRows); row++) {
        const score = (views.whole[dots + row]! + views.whole[offsets + row]!) * views.floats[scales + row]!
        if (score > bestScore) [best, bestScore] = [row, score]
      }
      this.#take(block, at, best, views, top)
    }
  }

  #take(block: number, at: number, row: number, views: Views, top: TopList): void {
    const { stride, columns, space } = this.#layout
    const sum = this.#kernel.score(
      at + columns.high + row * stride,
      at + columns.low + row * stride * 2,
      this.#space + space.probeValues,
      stride,
    )
    const scale = views.floats[(at + columns.scales) / 4 + row]!
    const score = Math.min(1, Math.max(-1, sum * scale))
    top.add(block * rowsPerBlock + row, score, views.words, (at + columns.subjectKeys) / 4 + row * 4)
  }
}
