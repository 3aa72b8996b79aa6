/**
 * Makes the picture of the simulator's page for docs/providers.md: `node tests/screenshots/simulator.ts`. What stands in
 * it was really asked of a running simulator.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { paths } from '../../src-main/cli/paths.ts'
import { loadProviders } from '../../src-hub/providers/config.ts'
import { createRegistry } from '../../src-hub/providers/registry.ts'
import { createCoupons } from '../../src-hub/providers/coupon/provider.ts'
import { createPoints } from '../../src-hub/providers/points/provider.ts'
import { createWallet } from '../../src-hub/providers/wallet/provider.ts'
import { startSimulator } from '../../src-hub/providers/simulator/simulator.ts'
import { openBrowser } from '../e2e/support/chromium.ts'
import { codePayer, noTransaction } from '../conformance/providers/support/simulated.ts'

const folder = await mkdtemp(path.join(os.tmpdir(), 'facelane-simulator-'))
const simulator = await startSimulator({
  host: '127.0.0.1',
  port: 0,
  logFile: path.join(folder, 'log.ndjson'),
  keysDir: path.join(folder, 'keys'),
})
const { registered } = await loadProviders(simulator.providersFile, {
  dataDir: folder,
  env: {},
  nowMs: Date.now,
})
const own = { wallet: createWallet({ paymentMinor: 1 }), points: createPoints(), coupon: createCoupons() }
const registry = createRegistry(own, registered)

async function pay(wallet: 'alipay' | 'wechat', number: number, amountMinor: number): Promise<void> {
  const payer = codePayer(wallet)
  const attemptKey = String(number).padStart(32, '0')
  await registry.providerFor(payer)?.authorise(noTransaction, {
    providerKey: `${attemptKey}-1`,
    attemptKey,
    laneId: 'lane-1',
    saleId: attemptKey,
    amountMinor,
    currency: 'CNY',
    payer,
    atMs: Date.now(),
    signal: AbortSignal.timeout(5000),
  })
}

async function rule(action: object): Promise<void> {
  const body = JSON.stringify({ rules: [{ match: { operation: 'pay' }, do: action }] })
  const headers = { 'content-type': 'application/json' }
  await fetch(`${simulator.controlUrl}/script`, { method: 'POST', headers, body })
}

await pay('alipay', 41, 1250)
await rule({ kind: 'loseReply' })
await pay('wechat', 42, 3980)
await rule({ kind: 'decline', code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH' })
await pay('alipay', 43, 880)
await rule({ kind: 'waitBuyer', ms: 60_000 })
await pay('alipay', 44, 12_600)

const browser = await openBrowser({ viewport: { width: 1120, height: 860 } })
const { page } = browser
await page.goto(simulator.url)
await page.waitForSelector('#requests tr')
const png = await page.screenshot()
const file = path.join(paths.root, 'docs', 'screens', 'simulator.png')
await sharp(png).resize({ width: 1000 }).png({ palette: true, compressionLevel: 9 }).toFile(file)
process.stderr.write(`${path.relative(paths.root, file)}\n`)
await browser.close()
await simulator.close()
await rm(folder, { recursive: true, force: true })
