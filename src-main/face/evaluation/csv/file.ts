import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { evaluationFailure, nativeCode } from '../failures.ts'
import type { CsvTable } from './table.ts'
import { parseTable } from './table.ts'

/** Reads a table from disk. Throws `Failure`: `evaluate.noCsv` when it cannot be opened, else `evaluate.badCsv`. */
export async function readTable(file: string): Promise<CsvTable> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(file)
  } catch (thrown) {
    const message = `${file} cannot be read (${nativeCode(thrown)}). Name a CSV file that is there.`
    throw evaluationFailure('evaluate.noCsv', `read ${file}`, message)
  }
  const table = parseTable(bytes, path.basename(file))
  if (!table.ok) throw table.error
  return table.value
}

/** What a set or a kind of attack is called: its file's name without `.csv`. */
export function baseName(file: string): string {
  const { base, name, ext } = path.parse(path.resolve(file))
  return ext.toLowerCase() === '.csv' ? name : base
}
