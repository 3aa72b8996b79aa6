import type { z } from 'zod'
import { configKeys, envName, namesAt, type ConfigKey } from './keys.ts'
import { valueAt, type Merged } from './layers.ts'
import type { ConfigProblem } from './problems.ts'
import { didYouMean, editDistance } from './suggest.ts'

/** What the schema found, as sentences with key, place and fix. zod's own messages repeat no values. */
export function issueProblems(error: z.ZodError, merged: Merged, file: string): ConfigProblem[] {
  return error.issues.filter(isFirstOfItsKey).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((name) => unknownKey([...issue.path, name], merged))
    }
    if (valueAt(merged.tree, issue.path) === undefined) return [missing(issue.path, file)]
    return [invalid(issue.path, issue.message, merged)]
  })
}

/** One sentence a value is enough, although several of its checks may have failed. */
function isFirstOfItsKey(
  issue: z.core.$ZodIssue,
  index: number,
  issues: readonly z.core.$ZodIssue[],
): boolean {
  const key = dotted(issue.path)
  return index === issues.findIndex((other) => dotted(other.path) === key)
}

function unknownKey(path: readonly PropertyKey[], merged: Merged): ConfigProblem {
  const key = dotted(path)
  const place = merged.placeOf(path)
  const names = namesAt(path.slice(0, -1))
  const meant = didYouMean(String(path.at(-1)), names)
  const fix = meant === null ? `Known here: ${names.join(', ')}` : `Did you mean "${meant}"?`
  return {
    code: 'config.unknownKey',
    key,
    place,
    message: `${key} (${place}) is not a key. ${sentence(fix)}`,
  }
}

function missing(path: readonly PropertyKey[], file: string): ConfigProblem {
  const key = dotted(path)
  const known = docsOf(path)
  const env = known === undefined ? '' : ` or set ${envName(known.path)}`
  const message = `${key} is missing. Add it to ${file}${env}: ${wanted(known)}`
  return { code: 'config.missing', key, place: '', message: sentence(message) }
}

function invalid(path: readonly PropertyKey[], why: string, merged: Merged): ConfigProblem {
  const key = dotted(path)
  const place = merged.placeOf(path)
  const message = `${key} (${place}) cannot be used: ${why}. Wanted: ${wanted(docsOf(path))}`
  return { code: 'config.invalid', key, place, message: sentence(message) }
}

export function notJson(key: ConfigKey): ConfigProblem {
  const message = `${key.key} (${key.env}) cannot be used: it is not JSON. Wanted: ${wanted(key)}`
  return { code: 'config.invalid', key: key.key, place: key.env, message: sentence(message) }
}

/** Null for a variable that shares our prefix and is far from any name of ours: it belongs to another program. */
export function unknownVariable(name: string): ConfigProblem | null {
  const meant = didYouMean(
    name,
    configKeys.map((key) => key.env),
  )
  const hasPath = name.includes('__')
  if (!hasPath && (meant === null || !isSlip(name, meant))) return null
  const fix = meant === null ? 'See --help for the names' : `Did you mean ${meant}?`
  return {
    code: 'config.unknownKey',
    key: name,
    place: name,
    message: sentence(`${name} is not known. ${fix}`),
  }
}

/** One letter off, or only the underscores, such as FACELANE_HUB_URL. */
function isSlip(name: string, meant: string): boolean {
  return editDistance(name, meant) <= 1 || name.replaceAll('_', '') === meant.replaceAll('_', '')
}

/** Documentation of the key, or of the list or object that holds it. */
function docsOf(path: readonly PropertyKey[]): ConfigKey | undefined {
  for (let length = path.length; length > 0; length--) {
    const key = dotted(path.slice(0, length))
    const found = configKeys.find((candidate) => candidate.key === key)
    if (found !== undefined) return found
  }
  return undefined
}

function wanted(key: ConfigKey | undefined): string {
  if (key === undefined) return 'see --help'
  const example = key.example === null ? '' : `, such as ${JSON.stringify(key.example)}`
  return key.description + example
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}
