/** The candidate that was probably meant: it begins with the name, or at most a third of its letters differ. */
export function didYouMean(name: string, candidates: readonly string[]): string | null {
  const wanted = name.toLowerCase()
  const close = candidates
    .map((candidate) => ({ candidate, distance: slip(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return close[0]?.candidate ?? null
}

function slip(name: string, candidate: string): number {
  return name.length > 2 && candidate.startsWith(name) ? 1 : editDistance(name, candidate)
}

/** Insertions, deletions and substitutions that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
