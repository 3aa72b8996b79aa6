import { CsvError, parse } from 'csv-parse/sync'
import type { Failure } from '../../../contract/failure.ts'
import { err, ok, type Result } from '../../../contract/result.ts'
import { badCsv } from '../failures.ts'

export interface CsvRow {
  /** Line of the file on which the row ends; the first line is 1. */
  readonly line: number
  readonly fields: readonly string[]
}

export interface CsvTable {
  /** The file's name, for messages. */
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly CsvRow[]
}

/** Far more than any protocol of ours; a string of the runtime ends at 512 MiB. */
const maxBytes = 256 * 1024 * 1024

/**
 * A comma-separated table with a header line, every row as long as the header. UTF-8 with or without BOM, or GB 18030
 * as Chinese spreadsheet programs save it. Any bytes give a table or a failure `evaluate.badCsv`, never an exception.
 */
export function parseTable(bytes: Uint8Array, name: string): Result<CsvTable, Failure> {
  if (bytes.byteLength > maxBytes) return err(badCsv(name, 'the file is larger than 256 MiB; split it'))
  const text = decodeText(bytes)
  if (text === undefined) {
    return err(badCsv(name, 'the file is neither UTF-8 nor GB 18030 text; save it as "CSV UTF-8"'))
  }
  const parsed = parseRows(text, name)
  if (!parsed.ok) return parsed
  const [header, ...rows] = parsed.value
  if (header === undefined) return err(badCsv(name, 'the file is empty; its first line names the columns'))
  const ragged = rows.find(({ fields }) => fields.length !== header.fields.length)
  if (ragged !== undefined) return err(badCsv(name, raggedText(ragged, header.fields.length)))
  return ok({ name, columns: header.fields, rows })
}

function decodeText(bytes: Uint8Array): string | undefined {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
      continue
    }
  }
  return undefined
}

function parseRows(text: string, name: string): Result<CsvRow[], Failure> {
  const rows: CsvRow[] = []
  try {
    parse(text, {
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      onRecord: (fields: string[], { lines }: { lines: number }) => {
        rows.push({ line: lines, fields })
        return null
      },
    })
    return ok(rows)
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown
    return err(badCsv(name, csvFault(thrown)))
  }
}

function csvFault(error: CsvError): string {
  const { lines } = error as { lines?: unknown }
  const where = typeof lines === 'number' ? `line ${lines}: ` : ''
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return `${where}a quote is opened and never closed`
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return `${where}a quote stands inside a value; double it and quote the whole value`
    default:
      return `${where}it cannot be read as CSV (${error.code})`
  }
}

function raggedText({ line, fields }: CsvRow, columns: number): string {
  return `line ${line} has ${fields.length} values, but the first line names ${columns} columns`
}
