import { itemSchema, type Item } from '../../contract/catalogue.ts'

/** The columns of a CSV file, in the order they are usually written. All are named in its first line. */
export const csvColumns = [
  'sku',
  'barcodes',
  'name_zh',
  'name_en',
  'category',
  'unit',
  'price_minor',
  'tax_class',
  'minimum_age',
  'glyph',
  'tare_grams',
] as const
export type CsvColumn = (typeof csvColumns)[number]
export const optionalColumns: readonly CsvColumn[] = ['barcodes', 'minimum_age', 'glyph', 'tare_grams']

/** The column of each path of an item. */
const columnOf: Readonly<Record<string, CsvColumn>> = {
  sku: 'sku',
  barcodes: 'barcodes',
  'name.zh-CN': 'name_zh',
  'name.en': 'name_en',
  category: 'category',
  unit: 'unit',
  priceMinor: 'price_minor',
  taxClass: 'tax_class',
  minimumAgeYears: 'minimum_age',
  glyph: 'glyph',
  tareGrams: 'tare_grams',
}

const wanted: Readonly<Record<CsvColumn, string>> = {
  sku: 'must be 1 to 32 letters, digits, ".", "_" or "-"',
  barcodes: 'must be at most 16 barcodes',
  name_zh: 'must be the name in Chinese, one line of 1 to 100 characters',
  name_en: 'must be the name in English, one line of 1 to 100 characters',
  category: 'must be one line of 1 to 32 characters',
  unit: 'must be "each" or "kg"',
  price_minor:
    'must be a whole number of minor units (fen, cent) from 0 to 100000000, such as 1250 for 12.50',
  tax_class: 'must be "standard", "reduced", "zero" or "exempt"',
  minimum_age: 'must be a whole number of years from 1 to 99, or empty',
  glyph: 'must be the name of a picture such as "apple", or empty',
  tare_grams: 'must be a whole number of grams from 1 to 10000, or empty',
}

export type CsvFields = Readonly<Partial<Record<CsvColumn, string>>>

/** A row of text as an item that still has to be checked. Barcodes are separated by spaces or semicolons. */
export function rawItem(fields: CsvFields): unknown {
  return {
    sku: fields.sku,
    barcodes: (fields.barcodes ?? '').split(/[\s;]+/).filter((barcode) => barcode !== ''),
    name: { 'zh-CN': fields.name_zh, en: fields.name_en },
    category: fields.category,
    unit: fields.unit,
    priceMinor: wholeNumber(fields.price_minor),
    taxClass: fields.tax_class,
    ...(isEmpty(fields.minimum_age) ? {} : { minimumAgeYears: wholeNumber(fields.minimum_age) }),
    ...(isEmpty(fields.glyph) ? {} : { glyph: fields.glyph }),
    ...(isEmpty(fields.tare_grams) ? {} : { tareGrams: wholeNumber(fields.tare_grams) }),
  }
}

function isEmpty(text: string | undefined): boolean {
  return text === undefined || text === ''
}

/** Text that is no number stays text, for the schema to refuse. */
function wholeNumber(text = ''): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text
}

export interface FieldProblem {
  /** As the file calls it. */
  readonly field: string
  readonly what: string
}

const itemKeys = Object.keys(itemSchema.shape)
const nameKeys = Object.keys(itemSchema.shape.name.shape)

/** `unit`: whether the file speaks of columns or of keys. */
export function readItem(raw: unknown, unit: 'line' | 'item'): Item | FieldProblem[] {
  const parsed = itemSchema.safeParse(raw)
  const unknown = unit === 'item' ? unknownKeys(raw) : []
  const paths = new Set(
    parsed.success ? unprintable(parsed.data) : parsed.error.issues.map((issue) => schemaPath(issue.path)),
  )
  if (parsed.success && unknown.length === 0 && paths.size === 0) return parsed.data
  return [...unknown, ...[...paths].map((path) => fieldProblem(path, unit))]
}

/** Texts that would break a line on a shelf label, a receipt or the screen, or say something to a printer. */
function unprintable({ name, category }: Item): string[] {
  const texts = { 'name.zh-CN': name['zh-CN'], 'name.en': name.en, category }
  return Object.entries(texts)
    .filter(([, text]) => /[\p{Cc}\u2028\u2029]/u.test(text) || text.trim() === '' || text.length > 100)
    .map(([path]) => path)
}

/** `barcodes.0` is about `barcodes`. */
function schemaPath(path: readonly PropertyKey[]): string {
  return path.filter((step) => typeof step !== 'number').join('.')
}

function fieldProblem(path: string, unit: 'line' | 'item'): FieldProblem {
  const column = columnOf[path]
  if (column === undefined) return { field: path === '' ? 'item' : path, what: 'must be an object' }
  return { field: unit === 'line' ? column : path, what: wanted[column] }
}

/** A misspelt `minimumAgeYears` must not sell beer to children: nothing unknown is passed over. */
function unknownKeys(raw: unknown): FieldProblem[] {
  return [...strangers(raw, itemKeys, ''), ...strangers(valueOf(raw, 'name'), nameKeys, 'name.')]
}

function strangers(value: unknown, known: readonly string[], prefix: string): FieldProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({ field: prefix + key, what: `is not a key of an item; known are ${known.join(', ')}` }))
}

function valueOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (Object.getOwnPropertyDescriptor(value, key)?.value as unknown)
    : undefined
}
