import { readFileSync } from 'node:fs'
import path from 'node:path'
import { err, ok, type Result } from '../contract/result.ts'
import { catalogueProblem, type CatalogueProblem } from '../domain/catalogue/problems.ts'
import { decodeCatalogue, type CatalogueFormat } from './read.ts'

export interface CatalogueText {
  readonly text: string
  readonly format: CatalogueFormat
}

/** A file named `.csv` or `.json`, ready for `importCatalogue`. */
export function readCatalogueFile(file: string): Result<CatalogueText, CatalogueProblem[]> {
  const format = formatOf(file)
  if (format === null) return unreadable(`${file} is neither a .csv nor a .json file`)
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return unreadable(`${file} cannot be read (${code})`)
  }
  const text = decodeCatalogue(bytes)
  return text.ok ? ok({ text: text.value, format }) : text
}

function formatOf(file: string): CatalogueFormat | null {
  switch (path.extname(file).toLowerCase()) {
    case '.csv':
      return 'csv'
    case '.json':
      return 'json'
    default:
      return null
  }
}

function unreadable(what: string): Result<never, CatalogueProblem[]> {
  return err([catalogueProblem('catalogue.unreadable', null, null, what)])
}
