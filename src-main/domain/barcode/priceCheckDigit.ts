/**
 * Products of a digit and a weighting factor. Source: GS1 General Specifications 24, section 7.9 (price or weight
 * check digit).
 */
const products = {
  '2-': [0, 2, 4, 6, 8, 9, 1, 3, 5, 7],
  '3': [0, 3, 6, 9, 2, 5, 8, 1, 4, 7],
  '5+': [0, 5, 1, 6, 2, 7, 3, 8, 4, 9],
  '5-': [0, 5, 9, 4, 8, 3, 7, 2, 6, 1],
} as const
type Factor = keyof typeof products

const factorsOfFour: readonly Factor[] = ['2-', '2-', '3', '5-']
const factorsOfFive: readonly Factor[] = ['5+', '2-', '5-', '5+', '2-']

/** The check digit of a price or weight field of four or five digits. Source: the same section. */
export function priceCheckDigit(field: string): number {
  if (field.length === 4) return (sum(field, factorsOfFour) * 3) % 10
  const missing = (10 - (sum(field, factorsOfFive) % 10)) % 10
  return products['5-'].findIndex((product) => product === missing)
}

function sum(field: string, factors: readonly Factor[]): number {
  return factors.reduce((total, factor, at) => total + (products[factor][Number(field[at])] ?? 0), 0)
}
