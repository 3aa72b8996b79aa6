import { badCsv } from '../failures.ts'
import type { CsvTable } from './table.ts'

/** Two images that do (mated) or do not (non-mated) show the same person. */
export interface PairRow {
  readonly line: number
  readonly imageA: string
  readonly imageB: string
  readonly mated: boolean
  /** Which part of a cross-validation the pair belongs to; absent when the table has no such column. */
  readonly fold?: string
}

export interface PersonRow {
  readonly line: number
  readonly image: string
  /** Empty: nobody of the gallery. */
  readonly person: string
}

export interface SequenceRow {
  readonly line: number
  readonly image: string
  /** The capture the frame belongs to; frames of one stand in the order of capture. */
  readonly sequence: string
  readonly subject: string
}

export interface Exclusion {
  readonly line: number
  readonly image: string
  readonly reason: string
}

/** More folds than anybody cuts a set into: a column of something else. */
const maxFolds = 100

/** All readers throw `Failure` `evaluate.badCsv`, with the line, when columns are missing or a value makes no sense. */
export function readPairs(table: CsvTable): PairRow[] {
  const at = columnReader(table, ['image_a', 'image_b', 'mated'], ['fold'])
  const pairs = filled(table).map(({ line, fields }): PairRow => {
    const fold = at(fields, 'fold')
    if (fold === '') throw badCsv(table.name, `line ${line}: fold is empty; every pair has one or none has`)
    const imageA = named(table, line, at(fields, 'image_a'), 'image_a')
    const imageB = named(table, line, at(fields, 'image_b'), 'image_b')
    const mated = readMated(table, line, at(fields, 'mated') ?? '')
    return { line, imageA, imageB, mated, ...(fold === undefined ? {} : { fold }) }
  })
  const folds = new Set(pairs.map(({ fold }) => fold)).size
  if (folds > maxFolds) throw badCsv(table.name, `fold has ${folds} values; at most ${maxFolds} make sense`)
  return pairs
}

export function readPeople(table: CsvTable): PersonRow[] {
  const at = columnReader(table, ['image', 'person'], [])
  return filled(table).map(({ line, fields }) => ({
    line,
    image: named(table, line, at(fields, 'image'), 'image'),
    person: at(fields, 'person') ?? '',
  }))
}

export function readSequences(table: CsvTable): SequenceRow[] {
  const at = columnReader(table, ['image', 'sequence', 'subject'], [])
  return filled(table).map(({ line, fields }) => ({
    line,
    image: named(table, line, at(fields, 'image'), 'image'),
    sequence: named(table, line, at(fields, 'sequence'), 'sequence'),
    subject: at(fields, 'subject') ?? '',
  }))
}

export function readExclusions(table: CsvTable): Exclusion[] {
  const at = columnReader(table, ['image'], ['reason'])
  return table.rows.map(({ line, fields }) => ({
    line,
    image: named(table, line, at(fields, 'image'), 'image'),
    reason: at(fields, 'reason') ?? '',
  }))
}

type ColumnReader = (fields: readonly string[], column: string) => string | undefined

/** Further columns are welcome; undefined is an optional column that the table does not have. */
function columnReader(table: CsvTable, wanted: readonly string[], optional: readonly string[]): ColumnReader {
  const { name, columns } = table
  const missing = wanted.filter((column) => !columns.includes(column))
  if (missing.length > 0) {
    const needs = `the first line must name ${wanted.join(', ')}${optional.map((o) => ` [, ${o}]`).join('')}`
    throw badCsv(name, `${needs}; missing: ${missing.join(', ')}`)
  }
  const twice = [...wanted, ...optional].find(
    (column) => columns.indexOf(column) !== columns.lastIndexOf(column),
  )
  if (twice !== undefined) throw badCsv(name, `the column ${twice} is named twice`)
  return (fields, column) => {
    const index = columns.indexOf(column)
    return index < 0 ? undefined : fields[index]
  }
}

function filled(table: CsvTable): CsvTable['rows'] {
  if (table.rows.length === 0) throw badCsv(table.name, 'there are no rows under the first line')
  return table.rows
}

function named(table: CsvTable, line: number, value: string | undefined, column: string): string {
  if (value === undefined || value === '') throw badCsv(table.name, `line ${line}: ${column} is empty`)
  return value
}

function readMated({ name }: CsvTable, line: number, text: string): boolean {
  switch (text.toLowerCase()) {
    case '1':
    case 'true':
      return true
    case '0':
    case 'false':
      return false
    default:
      throw badCsv(name, `line ${line}: mated is 1 or 0, not "${text.slice(0, 40)}"`)
  }
}
