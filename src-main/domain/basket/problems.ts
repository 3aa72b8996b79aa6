/** Why a basket was left as it was. */
export const basketProblems = [
  /** 500 lines. */
  'basket.full',
  /** A line counts 1 to 999 pieces. */
  'basket.countOutOfRange',
  /** A weight is 1 to 100,000 grams. */
  'basket.weightOutOfRange',
  'basket.unknownLine',
  /** The item is sold by weight: it has no count. */
  'basket.soldByWeight',
  /** The item is sold by piece: it has no weight. */
  'basket.soldByPiece',
  'basket.noAgeLimit',
] as const
export type BasketProblem = (typeof basketProblems)[number]
