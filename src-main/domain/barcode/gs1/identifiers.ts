import { hasValidCheckDigit } from '../checkDigit.ts'
import { isGs1Date } from './dates.ts'

/**
 * Digits of an application identifier by its first two.
 * Source: GS1 General Specifications 24, figure 7.8.2-1; those not in it are not assigned.
 */
const lengths: Readonly<Record<2 | 3 | 4, string>> = {
  2: '00 01 02 03 10 11 12 13 15 16 17 20 21 22 30 37 90 91 92 93 94 95 96 97 98 99',
  3: '23 24 25 40 41 42 71',
  4: '31 32 33 34 35 36 39 43 70 72 80 81 82',
}

const lengthOf: ReadonlyMap<string, number> = new Map(
  ([2, 3, 4] as const).flatMap((length) =>
    lengths[length].split(' ').map((start) => [start, length] as const),
  ),
)

/**
 * Digits of the value of an identifier that needs no separator behind it, by its first two.
 * Source: GS1 General Specifications 24, figure 7.8.5-2 (element strings with predefined length).
 */
const predefined: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '00': 18, '01': 14, '02': 14, '03': 14, '04': 16, '11': 6, '12': 6, '13': 6, '14': 6, '15': 6, '16': 6, '17': 6,
    '18': 6, '19': 6, '20': 2, '31': 6, '32': 6, '33': 6, '34': 6, '35': 6, '36': 6, '41': 13,
  }),
) // prettier-ignore

/** Characters of the longest value any identifier has. */
const longestValue = 90

/** The identifier at the beginning of `text`; null when none begins there. */
export function identifierAt(text: string): string | null {
  const length = lengthOf.get(text.slice(0, 2))
  const identifier = text.slice(0, length ?? 0)
  return identifier.length === length && /^\d+$/.test(identifier) ? identifier : null
}

export function predefinedLength(identifier: string): number | null {
  return predefined.get(identifier.slice(0, 2)) ?? null
}

/** Whether an identifier can have this value. Those that a lane does not use may have any of the right length. */
export function isValueOf(identifier: string, value: string): boolean {
  const fixed = predefinedLength(identifier)
  if (
    fixed !== null ? value.length !== fixed || !isDigits(value) : value === '' || value.length > longestValue
  )
    return false
  switch (identifier.slice(0, 2)) {
    case '00':
    case '01':
    case '02':
    case '03':
      return hasValidCheckDigit(value)
    case '11':
    case '12':
    case '13':
    case '15':
    case '16':
    case '17':
      return isGs1Date(value)
    case '10':
    case '21':
      return value.length <= 20
    case '30':
    case '37':
      return value.length <= 8 && isDigits(value)
    case '39':
      return isAmount(identifier, value)
    default:
      return true
  }
}

/** 390n, 392n: an amount; 391n, 393n: a currency and an amount; 394n: percent; 395n: a price per unit. */
function isAmount(identifier: string, value: string): boolean {
  const currencyDigits = ['391', '393'].includes(identifier.slice(0, 3)) ? 3 : 0
  return isDigits(value) && value.length > currencyDigits && value.length <= 15 + currencyDigits
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text)
}
