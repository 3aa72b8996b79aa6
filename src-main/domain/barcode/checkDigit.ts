/**
 * The check digit of a GS1 key without it: weights 3, 1, 3… from the right, what is missing to the next ten.
 * Source: GS1 General Specifications, section 7.9.1. The same for GTIN-8, -12 and -13, since leading zeros weigh nothing.
 */
export function checkDigit(digits: string): string {
  let sum = 0
  for (let fromRight = 0; fromRight < digits.length; fromRight++) {
    const digit = digits.charCodeAt(digits.length - 1 - fromRight) - 48
    sum += fromRight % 2 === 0 ? 3 * digit : digit
  }
  return String((10 - (sum % 10)) % 10)
}

export function hasValidCheckDigit(digits: string): boolean {
  return checkDigit(digits.slice(0, -1)) === digits.slice(-1)
}
