export const catalogueProblemCodes = [
  'catalogue.unreadable',
  'catalogue.empty',
  'catalogue.unknownColumn',
  'catalogue.missingColumn',
  'catalogue.wrongColumnCount',
  'catalogue.badField',
  'catalogue.badBarcode',
  'catalogue.duplicateSku',
  'catalogue.duplicateBarcode',
  /** Closes a list that was cut at `maxProblems`. */
  'catalogue.moreProblems',
] as const
export type CatalogueProblemCode = (typeof catalogueProblemCodes)[number]

/** Where something stands in the file: a line of a CSV file, or an item of a JSON list, both counted from 1. */
export interface Place {
  readonly unit: 'line' | 'item'
  readonly number: number
}

export interface CatalogueProblem {
  readonly code: CatalogueProblemCode
  /** Null when the whole file is meant. */
  readonly place: Place | null
  /** The column or key, where one is meant. */
  readonly field: string | null
  /** A sentence with place, field and what is wanted. */
  readonly message: string
}

export const maxProblems = 100

export function catalogueProblem(
  code: CatalogueProblemCode,
  place: Place | null,
  field: string | null,
  what: string,
): CatalogueProblem {
  const where = [place === null ? null : placeText(place), field].filter((part) => part !== null).join(', ')
  return { code, place, field, message: where === '' ? `${what}.` : `${capital(where)}: ${what}.` }
}

export function placeText(place: Place): string {
  return `${place.unit} ${place.number}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The first hundred, and how many more there are. */
export function capped(problems: readonly CatalogueProblem[]): CatalogueProblem[] {
  const more = problems.length - maxProblems
  if (more <= 0) return [...problems]
  const closing = catalogueProblem(
    'catalogue.moreProblems',
    null,
    null,
    `${more} more problems are not listed`,
  )
  return [...problems.slice(0, maxProblems), closing]
}
