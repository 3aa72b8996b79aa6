import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  faceOrder,
  joinedLane,
  newAccount,
  newKey,
  temporaryFolder,
  type TestHub,
  useHubs,
} from './harness.ts'

const hubs = useHubs()
const source = path.resolve(import.meta.dirname, '../../../fixtures/providers/acme-pay')
const name = '@acme/facelane-provider'

/** A hub whose operator installed somebody else's provider into its data folder and named it. */
async function hubWithAcme(): Promise<{ hub: TestHub; dataDir: string; close(): Promise<void> }> {
  const dataDir = await temporaryFolder()
  await cp(source, path.join(dataDir, 'node_modules', name), { recursive: true })
  const providersFile = path.join(dataDir, 'providers.json')
  const config = { currency: 'CNY', accounts: { '70001': { limitMinor: 50_000 } } }
  await writeFile(providersFile, JSON.stringify({ providers: [{ use: name, config }] }))
  const hub = await hubs.start({ dataDir, providersFile })
  return { hub, dataDir, close: () => rm(dataDir, { recursive: true, force: true }) }
}

async function chargedBy(dataDir: string): Promise<{ kind: string; key: string; amountMinor: number }[]> {
  const file = path.join(dataDir, 'providers', 'acme-facelane-provider', 'ledger.ndjson')
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as { kind: string; key: string; amountMinor: number })
}

describe('a provider of somebody else', () => {
  it('is charged for the face of whoever signed an agreement with it, and gives back', async () => {
    const { hub, dataDir, close } = await hubWithAcme()
    const lane = await joinedLane(hub)
    const accountId = await newAccount(hub, 10_000)
    const agreement = { provider: 'acme', agreementNo: '70001', paymentLimitMinor: 50_000 }
    const signed = await hub.operator('POST', `/operator/v1/accounts/${accountId}/agreement`, agreement)
    expect(signed.status).toBe(200)

    const order = faceOrder(accountId, 2500)
    expect((await lane.call('authorise', order)).json.outcome).toMatchObject({
      kind: 'approved',
      maskedAccount: '****01',
    })
    const { attemptKey } = order
    const refund = { attemptKey, refundKey: newKey(), amountMinor: 500, currency: 'CNY' }
    expect((await lane.call('refund', refund)).json.outcome.kind).toBe('refunded')
    expect((await lane.call('refund', refund)).json.outcome.kind).toBe('refunded')
    expect((await lane.call('cancel', { attemptKey })).json.outcome.kind).toBe('cancelled')

    expect((await chargedBy(dataDir)).map(({ kind, amountMinor }) => [kind, amountMinor])).toEqual([
      ['charge', 2500],
      ['back', 500],
      ['back', 2000],
    ])
    const { json } = await hub.operator('GET', '/operator/v1/accounts')
    expect(json.accounts[0].balanceMinor).toBe(10_000)
    await close()
  })

  it('takes a bench lane’s money only where it says so, and its refusal is the shopper’s', async () => {
    const { hub, close } = await hubWithAcme()
    const lane = await joinedLane(hub)
    const accountId = await newAccount(hub, 10_000)
    const agreement = { provider: 'acme', agreementNo: '79999', paymentLimitMinor: 50_000 }
    await hub.operator('POST', `/operator/v1/accounts/${accountId}/agreement`, agreement)
    const outcome = (await lane.call('authorise', { ...faceOrder(accountId, 2500), bench: true })).json
      .outcome
    expect(outcome).toEqual({ kind: 'declined', reason: 'accountUnknown', nativeCode: 'NO_SUCH_ACCOUNT' })
    await close()
  })

  it('that is not installed stops the hub at its start with what to do', async () => {
    const dataDir = await temporaryFolder()
    const providersFile = path.join(dataDir, 'providers.json')
    await writeFile(providersFile, JSON.stringify({ providers: [{ use: name }] }))
    await expect(hubs.start({ dataDir, providersFile })).rejects.toMatchObject({
      code: 'providers.package',
      message: expect.stringContaining('npm install --prefix') as string,
    })
    await rm(dataDir, { recursive: true, force: true })
  })
})
