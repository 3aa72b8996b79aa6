import { err, ok, type Result } from '../../../contract/result.ts'
import { identifierAt, isValueOf, predefinedLength } from './identifiers.ts'

/** Values by application identifier. */
export type Elements = ReadonlyMap<string, string>

export const elementProblems = ['unknownIdentifier', 'badValue', 'contradiction', 'ambiguous'] as const
export type ElementProblem = (typeof elementProblems)[number]

/** The separator that a scanner sends for the FNC1 between elements. */
const groupSeparator = '\u001d'

/**
 * Reads an element string as a scanner sends it: identifiers and values end to end, a separator behind each value that
 * has no predefined length. Source: GS1 General Specifications 24, section 7.8.
 * Not `@point-of-sale/barcode-parser` (looked at in 1.0.4): it calls itself no direct dependency, checks neither check
 * digits nor dates, writes what it reads to the console, and brings a bundler along.
 */
export function parseElementString(text: string): Result<Elements, ElementProblem> {
  const elements = new Map<string, string>()
  for (let at = 0; at < text.length;) {
    // In front of the first, and behind one of predefined length, a separator is allowed and says nothing.
    if (text[at] === groupSeparator) {
      at += 1
      continue
    }
    const identifier = identifierAt(text.slice(at, at + 4))
    if (identifier === null) return err('unknownIdentifier')
    const start = at + identifier.length
    const fixed = predefinedLength(identifier)
    const separator = text.indexOf(groupSeparator, start)
    const end = fixed !== null ? start + fixed : separator < 0 ? text.length : separator
    const added = add(elements, identifier, text.slice(start, end))
    if (added !== null) return err(added)
    at = end
  }
  return elements.size === 0 ? err('badValue') : ok(elements)
}

/**
 * Reads the form printed for people, `(01)09501101530003(17)261231`, which somebody types and some scanners send. A
 * value may itself have brackets; where that leaves two ways to read it, it is refused as `ambiguous`.
 */
export function parseBracketed(text: string): Result<Elements, ElementProblem> {
  const elements = new Map<string, string>()
  for (const part of text.match(/\(\d{2,4}\)[^(]*(?:\((?!\d{2,4}\))[^(]*)*/g) ?? []) {
    const [, identifier = '', value = ''] = /^\((\d{2,4})\)(.*)$/s.exec(part) ?? []
    if (identifierAt(identifier) !== identifier) return err('unknownIdentifier')
    if (/[()]/.test(value)) return err('ambiguous')
    const added = add(elements, identifier, value)
    if (added !== null) return err(added)
  }
  return elements.size === 0 ? err('badValue') : ok(elements)
}

/** The same element twice says nothing new, and contradicts when its value differs. */
export function add(elements: Map<string, string>, identifier: string, value: string): ElementProblem | null {
  if (!isValueOf(identifier, value)) return 'badValue'
  const before = elements.get(identifier)
  if (before !== undefined && before !== value) return 'contradiction'
  elements.set(identifier, value)
  return null
}
