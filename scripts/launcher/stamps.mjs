import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** @param {string} text @returns {any} undefined when it is not JSON */
export function parseJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @param {string} file @returns {any} undefined when it is missing or torn */
export function readJson(file) {
  try {
    return parseJson(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** Whole or not at all: a stamp that says "done" must not outlive a crash half-written. @param {string} file @param {unknown} value */
export function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}`
  fs.writeFileSync(draft, JSON.stringify(value))
  fs.renameSync(draft, file)
}

/** @param {string} file */
export function fileSha256(file) {
  return createHash('sha256').update(fs.readFileSync(file)).digest('hex')
}

/**
 * Every file below the given files and folders, sorted; what is not there is left out.
 * @param {readonly string[]} inputs @returns {Generator<{ file: string, stat: fs.Stats }>}
 */
function* walk(inputs) {
  for (const input of inputs) {
    const stat = fs.statSync(input, { throwIfNoEntry: false })
    if (stat === undefined) continue
    if (!stat.isDirectory()) yield { file: input, stat }
    else
      yield* walk(
        fs
          .readdirSync(input)
          .sort()
          .map((name) => path.join(input, name)),
      )
  }
}

/**
 * A fingerprint of names, sizes and times: cheap enough for every start, and it also notices a file that is gone.
 * @param {string} root @param {readonly string[]} inputs
 */
export function fingerprint(root, inputs) {
  const hash = createHash('sha256')
  for (const { file, stat } of walk(inputs))
    hash.update(`${path.relative(root, file)}|${stat.size}|${stat.mtimeMs}\n`)
  return hash.digest('hex')
}
