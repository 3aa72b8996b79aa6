import fc from 'fast-check'
import type { z } from 'zod'

/** What of a zod schema's definition the generator reads. */
interface Definition {
  readonly type: string
  readonly shape?: Record<string, z.ZodType>
  readonly element?: z.ZodType
  readonly innerType?: z.ZodType
  readonly options?: readonly z.ZodType[]
  readonly entries?: Record<string, string>
  readonly values?: readonly unknown[]
  readonly valueType?: z.ZodType
}

/** Values of the schema's shape: texts fit their pattern, numbers go to the edges, so that most of them are valid. */
export function arbitraryOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const definition = schema._zod.def as unknown as Definition
  switch (definition.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(definition.shape ?? {}).map(([name, part]) => [name, arbitraryOf(part)]),
        ),
      )
    case 'array':
      return fc.array(arbitraryOf(definition.element as z.ZodType), { minLength: 1, maxLength: 3 })
    case 'nullable':
      return fc.option(arbitraryOf(definition.innerType as z.ZodType), { nil: null })
    case 'optional':
      return fc.option(arbitraryOf(definition.innerType as z.ZodType), { nil: undefined })
    case 'union':
      return fc.oneof(...(definition.options ?? []).map(arbitraryOf))
    case 'enum':
      return fc.constantFrom(...Object.values(definition.entries ?? {}))
    case 'literal':
      return fc.constantFrom(...(definition.values ?? []))
    case 'boolean':
      return fc.boolean()
    case 'number':
      return fc.oneof(
        fc.integer({ min: 0, max: 5_000 }),
        fc.constantFrom(0, 1, -1, 2 ** 31, 2 ** 53 - 1, -(2 ** 53) + 1),
      )
    case 'record':
      return fc.dictionary(fc.string({ maxLength: 8 }), arbitraryOf(definition.valueType as z.ZodType))
    case 'string':
      return text(schema as z.ZodString)
    default:
      return fc.constant(null)
  }
}

function text(schema: z.ZodString): fc.Arbitrary<string> {
  const { format } = schema
  if (format === 'base64')
    return fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64'))
  const patterns = [...(schema._zod.bag.patterns ?? [])]
  const [pattern] = patterns
  return pattern === undefined ? fc.string({ unit: 'binary', maxLength: 20 }) : fc.stringMatching(pattern)
}

const deep = `${'[{"a":'.repeat(150)}1${'}]'.repeat(150)}`

/** What no honest lane sends. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    0.5,
    -1,
    -0,
    1e308,
    2 ** 53,
    9_223_372_036_854_775_808,
    '9223372036854775808',
    "'; DROP TABLE sale; --",
    '%00',
    '\0',
    '\ud800',
    '😀'.repeat(40),
    'x'.repeat(70_000),
    '../../etc/passwd',
    'EUR ',
    'eur',
    'ABC',
    '0'.repeat(32),
    '__proto__',
    [],
    {},
    [[[[]]]],
    { toString: 'x' },
  ),
  fc.constant(deep).map((json) => JSON.parse(json) as unknown),
  fc.jsonValue({ maxDepth: 2 }),
)

/** The value with one of its parts, somewhere, replaced, added or taken away. */
export function spoiled(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value) && value.length > 0) {
    return fc.nat({ max: value.length - 1 }).chain((at) =>
      fc.oneof(
        spoiled(value[at]).map((part) => value.map((old: unknown, index) => (index === at ? part : old))),
        hostile,
      ),
    )
  }
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return fc.constantFrom(...Object.keys(value)).chain((name) =>
      fc.oneof(
        {
          weight: 4,
          arbitrary: spoiled((value as Record<string, unknown>)[name]).map((part) => ({
            ...value,
            [name]: part,
          })),
        },
        {
          weight: 1,
          arbitrary: fc.constant(
            Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)),
          ),
        },
      ),
    )
  }
  return hostile
}
