import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readCatalogueFile } from '../../catalogue/file.ts'
import { importCatalogue } from '../../catalogue/import.ts'
import { parseCatalogue } from '../../catalogue/read.ts'
import type { CatalogueProblem } from '../../domain/catalogue/problems.ts'
import { generateCatalogue } from '../../domain/catalogue/generate.ts'
import { createClock } from '../../platform/clock.ts'
import { createRandom } from '../../platform/random.ts'
import { openLaneStore } from '../../store/open-lane-store.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { defaultDataDir, laneDataDir } from '../paths.ts'

const help = `facelane catalogue import FILE [--lane ID] | check FILE | generate COUNT FILE [--seed N]   [--data DIR] [--json]

  import    replaces the lane's catalogue by a .csv or .json file: all of it, or nothing. The lane must be stopped.
  check     says what is wrong with a file, line by line
  generate  writes COUNT plausible items as JSON, always the same for one seed`

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: 'string', default: defaultDataDir },
      lane: { type: 'string', default: 'lane-1' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const [action, ...rest] = positionals
  switch (action) {
    case 'import':
      return importFile(rest[0], values, io)
    case 'check':
      return check(rest[0], values.json, io)
    case 'generate':
      return generate(rest, values, io)
    default:
      throw new UsageError('Say what to do: import, check or generate.')
  }
}

function importFile(
  file: string | undefined,
  { data, lane, json }: { data: string; lane: string; json: boolean },
  io: CliIo,
): number {
  const read = readCatalogueFile(named(file))
  if (!read.ok) return tellProblems(read.error, json, io)
  const random = createRandom()
  const dataDir = laneDataDir(data)
  const { store } = openLaneStore({ dataDir, laneId: lane, clock: createClock(random.key()), random })
  try {
    const imported = importCatalogue(store, read.value.text, read.value.format)
    if (!imported.ok) return tellProblems(imported.error, json, io)
    const { items, added, changed, removed, alreadyThere } = imported.value
    if (json) io.answer({ ok: true, ...imported.value })
    else if (alreadyThere) io.out(`This file is the catalogue already: ${items} items.`)
    else io.out(`${items} items: ${added} new, ${changed} changed, ${removed} gone.`)
    return 0
  } finally {
    store.close()
  }
}

function check(file: string | undefined, json: boolean, io: CliIo): number {
  const read = readCatalogueFile(named(file))
  const parsed = read.ok ? parseCatalogue(read.value.text, read.value.format) : read
  if (!parsed.ok) return tellProblems(parsed.error, json, io)
  if (json) io.answer({ ok: true, items: parsed.value.length })
  else io.out(`${parsed.value.length} items, nothing wrong.`)
  return 0
}

function generate(
  [count, file]: readonly string[],
  { seed, json }: { seed: string; json: boolean },
  io: CliIo,
): number {
  const wanted = Number(count)
  if (!Number.isSafeInteger(wanted) || wanted < 1) throw new UsageError('Say how many items, such as 50000.')
  writeFileSync(named(file), `${JSON.stringify(generateCatalogue(wanted, Number(seed)))}\n`)
  if (json) io.answer({ ok: true, items: wanted, file })
  else io.out(`${wanted} items written to ${file}`)
  return 0
}

function named(file: string | undefined): string {
  if (file === undefined) throw new UsageError('Name a file.')
  return file
}

function tellProblems(problems: readonly CatalogueProblem[], json: boolean, io: CliIo): number {
  if (json) io.answer({ ok: false, problems })
  else for (const problem of problems) io.say(problem.message)
  return 1
}

export const command: Command = { help, run }
