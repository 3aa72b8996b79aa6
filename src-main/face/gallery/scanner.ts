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

/** The whole memory, as whole numbers and as float32. */
interface Views {
  readonly words: Uint32Array
  readonly floats: Float32Array
}

/** Rows looked at before there is a list to beat; then twice as many, and so on. A multiple of four. */
const firstRows = 16

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
    const views = { words: new Uint32Array(buffer), floats: new Float32Array(buffer) }
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
    let step = top.isFull() ? count : firstRows
    for (let first = 0; first < count; first += step, step *= 2) {
      const found = this.#kernel.select(
        dots + first * 4,
        at + columns.scales + first * 4,
        at + columns.offsets + first * 4,
        at + columns.errors + first * 4,
        first,
        Math.min(step, count - first),
        probe.scale,
        probe.errorWeight,
        probe.margin,
        top.floor(),
        selected,
      )
      for (let i = 0; i < found; i++) this.#take(block, at, views.words[selected / 4 + i]!, views, top)
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
