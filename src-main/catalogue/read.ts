import { CsvError, parse, type Info } from 'csv-parse/sync'
import type { Item } from '../contract/catalogue.ts'
import { err, ok, type Result } from '../contract/result.ts'
import { csvColumns, optionalColumns, rawItem, type CsvFields } from '../domain/catalogue/fields.ts'
import { catalogueProblem, type CatalogueProblem } from '../domain/catalogue/problems.ts'
import { validateCatalogue, type RawEntry } from '../domain/catalogue/validate.ts'

export type CatalogueFormat = 'csv' | 'json'
type Entries = Result<RawEntry[], CatalogueProblem[]>

/** Every item of the file, or everything that is wrong with it (a hundred at most); nothing in between. */
export function parseCatalogue(text: string, format: CatalogueFormat): Result<Item[], CatalogueProblem[]> {
  const entries = format === 'csv' ? csvEntries(text) : jsonEntries(text.replace(/^\uFEFF/, ''))
  return entries.ok ? validateCatalogue(entries.value) : entries
}

/** UTF-8, or what a Chinese spreadsheet program saves as plain "CSV" (GB 18030). */
export function decodeCatalogue(bytes: Uint8Array): Result<string, CatalogueProblem[]> {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return ok(new TextDecoder(encoding, { fatal: true }).decode(bytes))
    } catch {
      continue
    }
  }
  return unreadable(null, 'The file is neither UTF-8 nor GB 18030 text. Save it as "CSV UTF-8"')
}

interface CsvRecord {
  readonly record: string[]
  readonly info: Info
}

function csvEntries(text: string): Entries {
  let records: CsvRecord[]
  try {
    records = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as CsvRecord[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return unreadable(lineOf(error), csvFault(error))
  }
  const [header, ...rows] = records
  if (header === undefined) return ok([])
  const faults = headerProblems(header.record)
  if (faults.length > 0) return err(faults)
  return ok(rows.map((row) => rowEntry(header.record, row)))
}

function rowEntry(columns: readonly string[], { record, info }: CsvRecord): RawEntry {
  const place = { unit: 'line', number: info.lines } as const
  if (record.length !== columns.length) {
    const counts = `has ${record.length} columns, but the first line names ${columns.length}`
    return { place, fault: `${counts}; quote a text that has commas` }
  }
  const fields: CsvFields = Object.fromEntries(columns.map((column, index) => [column, record[index]]))
  return { place, item: rawItem(fields) }
}

function headerProblems(header: readonly string[]): CatalogueProblem[] {
  const place = { unit: 'line', number: 1 } as const
  const known: readonly string[] = csvColumns
  const unknown = header.filter((name, index) => !known.includes(name) || header.indexOf(name) !== index)
  const missing = csvColumns.filter((name) => !header.includes(name) && !optionalColumns.includes(name))
  return [
    ...unknown.map((name) => {
      const what = known.includes(name) ? 'is named twice' : `is not a column; known are ${known.join(', ')}`
      return catalogueProblem('catalogue.unknownColumn', place, name, what)
    }),
    ...missing.map((name) => catalogueProblem('catalogue.missingColumn', place, name, 'is missing')),
  ]
}

function csvFault(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and never closed'
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return 'a quote stands inside a value; double it and quote the whole value'
    default:
      return `cannot be read as CSV (${error.code})`
  }
}

function lineOf(error: CsvError): number | null {
  const { lines } = error as { lines?: unknown }
  return typeof lines === 'number' ? lines : null
}

function jsonEntries(text: string): Entries {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (error) {
    return unreadable(null, `The file is not valid JSON (${String(error)})`)
  }
  if (!Array.isArray(list)) return unreadable(null, 'The file must be a JSON list of items: [ … ]')
  return ok(list.map((item: unknown, index) => ({ place: { unit: 'item', number: index + 1 }, item })))
}

function unreadable(line: number | null, what: string): Result<never, CatalogueProblem[]> {
  const place = line === null ? null : ({ unit: 'line', number: line } as const)
  return err([catalogueProblem('catalogue.unreadable', place, null, what)])
}
