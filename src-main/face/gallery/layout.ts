/** Rows that lie together: small enough to grow in small steps, large enough to be read in one go. */
export const rowsPerBlock = 1024

/** Bytes of a page of WebAssembly memory. */
export const pageBytes = 65_536

/** A module with 32-bit addresses reaches no further. */
export const mostPages = 65_536

/**
 * Where things lie in the gallery's memory: first a working space for each thread, then blocks of rows. Within a block,
 * each column of all its rows lies together: what every search reads (`high`), what only close rows need (`low`), the
 * three numbers that turn one into a bound, and whose the row is.
 */
export interface Layout {
  /** Values of a template. */
  readonly length: number
  /** `length` made up to a multiple of 64 with zeros, as the kernel reads it. */
  readonly stride: number
  readonly threads: number
  readonly threadBytes: number
  /** Where the first block begins. */
  readonly headerBytes: number
  readonly blockBytes: number
  /** From the beginning of a block, bytes. */
  readonly columns: {
    /** int8 [rowsPerBlock][stride] */
    readonly high: number
    /** int16 [rowsPerBlock][stride] */
    readonly low: number
    /** float32 [rowsPerBlock]: value = (high * 65536 + low) * scale */
    readonly scales: number
    /** int32 [rowsPerBlock]: takes the probe's shift out of the sum again */
    readonly offsets: number
    /** float32 [rowsPerBlock]: length of what `high` alone leaves out */
    readonly errors: number
    /** uint32 [rowsPerBlock][4] */
    readonly referenceKeys: number
    /** uint32 [rowsPerBlock][4] */
    readonly subjectKeys: number
  }
  /** From the beginning of a thread's space, bytes. */
  readonly space: {
    /** uint8 [stride] */
    readonly probeBytes: number
    /** float64 [stride] */
    readonly probeValues: number
    /** int32 [rowsPerBlock] */
    readonly dots: number
    /** uint32 [rowsPerBlock] */
    readonly selected: number
  }
}

/** Before the threads' spaces: the number of the next block that no thread has taken yet (`BlockDealer`), int64. */
export const cursorAddress = 0
const cursorBytes = 64

/** `threads`: how many may search at the same time. */
export function layOut(length: number, threads: number): Layout {
  const stride = Math.ceil(length / 64) * 64
  const [space, threadBytes] = pack({
    probeBytes: stride,
    probeValues: 8 * stride,
    dots: 4 * rowsPerBlock,
    selected: 4 * rowsPerBlock,
  })
  const [columns, blockBytes] = pack({
    high: rowsPerBlock * stride,
    low: rowsPerBlock * stride * 2,
    scales: rowsPerBlock * 4,
    offsets: rowsPerBlock * 4,
    errors: rowsPerBlock * 4,
    referenceKeys: rowsPerBlock * 16,
    subjectKeys: rowsPerBlock * 16,
  })
  const headerBytes = cursorBytes + threads * threadBytes
  return { length, stride, threads, threadBytes, headerBytes, blockBytes, columns, space }
}

export function blockAddress(layout: Layout, block: number): number {
  return layout.headerBytes + block * layout.blockBytes
}

export function threadAddress(layout: Layout, thread: number): number {
  return cursorBytes + thread * layout.threadBytes
}

/** Memory that `rows` rows need, in pages. */
export function pagesFor(layout: Layout, rows: number): number {
  return Math.ceil(blockAddress(layout, Math.ceil(rows / rowsPerBlock)) / pageBytes)
}

/** Puts parts of these sizes one after the other; every size here is a multiple of 64. */
function pack<Name extends string>(sizes: Record<Name, number>): [Record<Name, number>, number] {
  const places = { ...sizes }
  let end = 0
  for (const name of Object.keys(sizes) as Name[]) {
    places[name] = end
    end += sizes[name]
  }
  return [places, end]
}
