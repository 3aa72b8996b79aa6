import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { brokenAcmes } from './support/broken-acme.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const source = path.join(root, 'fixtures/providers/acme-pay')
const sound = 'acme as it is'
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
})

let folder: string
/** By provider: which tests of the suite it fails. */
let failed: Map<string, string[]>

/** Somebody else's project, outside this one, that runs the suite over the example and over broken copies of it. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'facelane-suite-'))
  const original = await readFile(path.join(source, 'index.js'), 'utf8')
  const names = [sound, ...brokenAcmes.map(({ name }) => name)]
  for (const [index, name] of names.entries()) {
    const home = path.join(folder, `acme-${index}`)
    await cp(source, home, { recursive: true })
    const broken = brokenAcmes.find((known) => known.name === name)
    if (broken === undefined) continue
    if (!original.includes(broken.from)) throw new Error(`The example has no place like "${broken.from}"`)
    await writeFile(
      path.join(home, 'index.js'),
      original.replace(broken.from, () => broken.to),
    )
  }
  await writeFile(path.join(folder, 'all.test.ts'), testFile(names))
  failed = await failuresOf(path.join(folder, 'all.test.ts'))
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the suite of the provider kit', () => {
  it('passes the example provider', () => {
    expect(failed.get(sound)).toEqual([])
  })

  it.each(brokenAcmes)('fails a provider that $name: "$caughtBy"', ({ name, caughtBy }) => {
    expect(failed.get(name)).toContain(caughtBy)
  })
})

function testFile(names: readonly string[]): string {
  const kit = path.join(root, 'src-hub/providers/kit/conformance.ts')
  return `
    import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
    import path from 'node:path'
    import { providerConformance } from ${JSON.stringify(kit)}
    const config = { currency: 'CNY', accounts: { 7: { limitMinor: 5000 } } }
    const payer = { kind: 'agreement', accountId: 'a'.repeat(32), provider: 'acme', agreementNo: '7' }
    const sum = (lines) => lines.reduce((total, { amountMinor }) => total + amountMinor, 0)
    for (const [index, name] of ${JSON.stringify(names)}.entries()) {
      const { createProvider } = await import('./acme-' + index + '/index.js')
      providerConformance({
        name, ledger: 'outside', currency: 'CNY', faults: [], whyNoOthers: 'it has no wire', declines: [],
        async make() {
          const dataDir = mkdtempSync(path.join(import.meta.dirname, 'books-'))
          const file = path.join(dataDir, 'ledger.ndjson')
          const lines = () => readFileSync(file, 'utf8').split('\\n').slice(0, -1).map((line) => JSON.parse(line))
          const open = async () => createProvider(config, { nowMs: Date.now, dataDir })
          return {
            provider: await open(), reopened: open, call: (work) => work(undefined), payer: async () => payer,
            async standing(key) {
              const charges = lines().filter((line) => line.kind === 'charge' && line.key === key)
              const back = lines().filter((line) => line.kind === 'back' && line.chargeKey === key)
              return { charges: charges.length, chargedMinor: sum(charges), returnedMinor: sum(back) }
            },
            arrange: () => Promise.reject(new Error('no wire')), pass: async () => {},
            close: async () => rmSync(dataDir, { recursive: true, force: true }),
          }
        },
      })
    }`
}

async function failuresOf(file: string): Promise<Map<string, string[]>> {
  const report = path.join(folder, 'report.json')
  const args = ['run', '--root', folder, '--reporter=json', `--outputFile=${report}`, file]
  const child = spawn(process.execPath, [path.join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    stdio: 'ignore',
  })
  await new Promise((resolve) => child.once('close', resolve))
  const { testResults } = reportSchema.parse(JSON.parse(await readFile(report, 'utf8')))
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const byProvider = Map.groupBy(results, ({ ancestorTitles }) =>
    (ancestorTitles[0] ?? '').replace('provider ', ''),
  )
  return new Map(
    [...byProvider].map(([name, all]) => [
      name,
      all.filter(({ status }) => status === 'failed').map(({ title }) => title),
    ]),
  )
}
