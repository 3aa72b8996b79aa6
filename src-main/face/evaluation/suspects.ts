/** A comparison of two people that scores like one person: the same person under two names, or a label error. */
export interface Suspect {
  readonly imageA: string
  readonly imageB: string
  readonly score: number
}

/** Strangers hardly ever come this close: the pair deserves a pair of eyes. */
export const suspectScore = 0.6
const most = 10

/** The highest non-mated comparisons above `suspectScore`, highest first, ten at most. */
export function suspectsOf(nonMated: Iterable<Suspect>): Suspect[] {
  const suspects: Suspect[] = []
  for (const suspect of nonMated) if (suspect.score > suspectScore) suspects.push(suspect)
  return suspects.sort((a, b) => b.score - a.score).slice(0, most)
}
