import { err, ok, type Result } from '../../../contract/result.ts'
import { add, type ElementProblem, type Elements } from './elements.ts'
import { identifierAt } from './identifiers.ts'

/** Whether a text is the address of a trade item in the form of GS1 Digital Link, whoever's resolver it names. */
export function isDigitalLink(text: string): boolean {
  return /^https?:\/\/[^/?#\s]+(?:\/[^?#\s]*)?\/01\/\d{8,14}(?:[/?#]|$)/i.test(text)
}

/**
 * Reads `https://id.example/01/09501101530003/10/AB-1?17=261231`: qualifiers of the item in the path, other elements in
 * the query; keys that are no identifiers are somebody's own and left alone. A shorter GTIN gets zeros in front.
 * Source: GS1 Digital Link: URI syntax 1.4, section 4.
 */
export function parseDigitalLink(text: string): Result<Elements, ElementProblem> {
  const elements = new Map<string, string>()
  const [address = '', ...queries] = text.replace(/#.*$/s, '').split('?')
  const path = address
    .slice(address.search(/\/01\/\d{8,14}(?:\/|$)/))
    .split('/')
    .slice(1)
  for (let at = 0; at + 1 < path.length; at += 2) {
    const added = addPart(elements, path[at] ?? '', path[at + 1] ?? '', true)
    if (added !== null) return err(added)
  }
  for (const pair of queries.join('?').split(/[&;]/)) {
    const [key = '', value = ''] = pair.split('=', 2)
    const added = addPart(elements, key, value, false)
    if (added !== null) return err(added)
  }
  return elements.has('01') ? ok(elements) : err('badValue')
}

function addPart(
  elements: Map<string, string>,
  key: string,
  written: string,
  inPath: boolean,
): ElementProblem | null {
  if (key === '' || identifierAt(key) !== key) return inPath ? 'unknownIdentifier' : null
  let value: string
  try {
    value = decodeURIComponent(written)
  } catch {
    return 'badValue'
  }
  return add(elements, key, key === '01' ? value.padStart(14, '0') : value)
}
