import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { providerConformance, type ProviderRig } from '../../../src-hub/providers/kit/conformance.ts'
import { loadPackageProvider } from '../../../src-hub/providers/package-provider.ts'
import { noTransaction } from './support/simulated.ts'

const name = '@acme/facelane-provider'
const source = path.resolve(import.meta.dirname, '../../../fixtures/providers/acme-pay')
const config = {
  currency: 'CNY',
  accounts: { '70001': { limitMinor: 50_000 }, '70002': { limitMinor: 999 } },
}

/** The package as its user has it: in `node_modules` of the hub's data folder, loaded by name. */
async function rigOfAcme(): Promise<ProviderRig> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'facelane-acme-'))
  await cp(source, path.join(dataDir, 'node_modules', name), { recursive: true })
  const load = () => loadPackageProvider(name, config, dataDir, Date.now)
  return {
    provider: await load(),
    call: (work) => work(noTransaction),
    payer: async () => account('70001'),
    reopened: load,
    standing: async (chargeKey) => standingIn(await ledgerOf(dataDir), chargeKey),
    arrange: () => Promise.reject(new Error('Acme has no wire')),
    pass: async () => {},
    close: () => rm(dataDir, { recursive: true, force: true }),
  }
}

function account(agreementNo: string) {
  const accountId = randomBytes(16).toString('hex')
  return { kind: 'agreement' as const, accountId, provider: 'acme', agreementNo }
}

interface Line {
  readonly kind: string
  readonly key: string
  readonly chargeKey?: string
  readonly amountMinor?: number
}

async function ledgerOf(dataDir: string): Promise<Line[]> {
  const file = path.join(dataDir, 'providers', 'acme-facelane-provider', 'ledger.ndjson')
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Line)
}

function standingIn(lines: readonly Line[], chargeKey: string) {
  const charges = lines.filter(({ kind, key }) => kind === 'charge' && key === chargeKey)
  const returned = lines.filter((line) => line.kind === 'back' && line.chargeKey === chargeKey)
  const sum = (some: readonly Line[]) => some.reduce((total, { amountMinor = 0 }) => total + amountMinor, 0)
  return { charges: charges.length, chargedMinor: sum(charges), returnedMinor: sum(returned) }
}

providerConformance({
  name: 'acme, a package loaded by name',
  ledger: 'outside',
  currency: 'CNY',
  faults: [],
  whyNoOthers: 'its ledger is a file beside it, with no wire and no buyer to ask',
  declines: [
    {
      reason: 'accountUnknown',
      when: 'the account is not on its list',
      arrange: async () => ({ payer: account('79999'), amountMinor: 100 }),
    },
    {
      reason: 'amountOverLimit',
      when: 'the account allows less',
      arrange: async () => ({ payer: account('70002'), amountMinor: 1000 }),
    },
    {
      reason: 'currencyNotHeld',
      when: 'the lane sells in another currency',
      arrange: async () => ({ payer: account('70001'), amountMinor: 100, currency: 'EUR' }),
    },
  ],
  make: rigOfAcme,
})
