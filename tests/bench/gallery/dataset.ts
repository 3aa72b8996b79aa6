import type { Candidate } from '../../../src-main/ports/faceCapture.ts'
import type { ReferenceSourcePort } from '../../../src-main/ports/gallery.ts'
import { seeded } from '../../unit/face/support/gallery.ts'

/** Directions drawn at random: float32 rows, L2-normalised. Nobody's face. */
export interface Dataset {
  readonly n: number
  readonly dims: number
  readonly matrix: Float32Array<ArrayBuffer>
}

const rowsAChunk = 2000

export function makeDataset(n: number, dims: number, seed: number): Dataset {
  const random = seeded(seed)
  const matrix = new Float32Array(n * dims)
  for (let row = 0; row < n; row++) fillUnit(matrix.subarray(row * dims, (row + 1) * dims), random)
  return { n, dims, matrix }
}

function fillUnit(row: Float32Array, random: () => number): void {
  let squares = 0
  for (let i = 0; i < row.length; i++) {
    const value = random() - 0.5
    row[i] = value
    squares += value * value
  }
  const scale = 1 / Math.sqrt(squares)
  for (let i = 0; i < row.length; i++) row[i] = row[i]! * scale
}

const keyOf = (row: number) => row.toString(16).padStart(32, '0')

/** The rows as the store would hand them over, each of a subject of its own. */
export function sourceOf({ n, dims, matrix }: Dataset): ReferenceSourcePort {
  return {
    async *load() {
      for (let first = 0; first < n; first += rowsAChunk) {
        const end = Math.min(n, first + rowsAChunk)
        const owners = Array.from({ length: end - first }, (_, index) => ({
          referenceKey: keyOf(first + index),
          subjectKey: keyOf(first + index),
        }))
        const rows = matrix.slice(first * dims, end * dims)
        yield await Promise.resolve({ owners, rows, unreadable: [], notComparable: 0 })
      }
    },
  }
}

/** Every second one is a noisy copy of a reference (a mated probe, score about 0.7), the others are strangers. */
export function makeProbes(
  { n, dims, matrix }: Dataset,
  count: number,
  seed: number,
): Float32Array<ArrayBuffer>[] {
  const random = seeded(seed)
  return Array.from({ length: count }, (_, index) => {
    const probe = new Float32Array(dims)
    fillUnit(probe, random)
    if (index % 2 === 1) return probe
    const row = Math.floor(random() * n) * dims
    let squares = 0
    for (let i = 0; i < dims; i++) {
      probe[i] = probe[i]! + matrix[row + i]!
      squares += probe[i]! ** 2
    }
    return probe.map((value) => value / Math.sqrt(squares))
  })
}

/** The `k` best by comparing with every row in double precision. */
export function bruteForce({ n, dims, matrix }: Dataset, probe: Float32Array, k: number): Candidate[] {
  const best: { row: number; score: number }[] = []
  for (let row = 0; row < n; row++) {
    const at = row * dims
    let score = 0
    for (let i = 0; i < dims; i++) score += matrix[at + i]! * probe[i]!
    if (best.length === k && score <= best[k - 1]!.score) continue
    best.push({ row, score })
    best.sort((a, b) => b.score - a.score)
    best.length = Math.min(k, best.length)
  }
  return best.map(({ row, score }) => ({ subjectKey: keyOf(row), comparisonScore: score }))
}
