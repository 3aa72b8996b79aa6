import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadProviders } from '../../../src-hub/providers/config.ts'
import type { PaymentProvider, ProviderOrder } from '../../../src-hub/providers/port.ts'
import type { Entry } from '../../../src-hub/providers/simulator/entries.ts'
import { codePayer, noTransaction } from '../../conformance/providers/support/simulated.ts'
import { newKey } from './harness.ts'

const cli = path.resolve(import.meta.dirname, '../../../src-main/cli/main.ts')

interface Ready {
  readonly url: string
  readonly controlUrl: string
  readonly logFile: string
  readonly keysDir: string
  readonly providersFile: string
}

interface Running extends Ready {
  kill(): Promise<void>
  stop(): Promise<number | null>
}

let folder: string
const running: Running[] = []
const closings: (() => void)[] = []
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'facelane-simulator-'))
})
afterEach(async () => {
  for (const close of closings.splice(0)) close()
  for (const one of running.splice(0)) await one.kill()
  await rm(folder, { recursive: true, force: true })
})

/** The simulator as its users run it: a process of its own. */
async function started(...more: readonly string[]): Promise<Running> {
  const args = [cli, 'simulator', '--log', path.join(folder, 'log.ndjson'), '--json', ...more]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const exited = once(child, 'exit') as Promise<[number | null]>
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited])
  const ready = JSON.parse(String(line[0])) as Ready | { readonly error: { readonly code: string } }
  if ('error' in ready) throw new Error(ready.error.code)
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    const [code] = await exited
    return code
  }
  const one: Running = {
    ...ready,
    kill: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
  }
  running.push(one)
  return one
}

async function providerOf({ providersFile }: Running, name: string): Promise<PaymentProvider> {
  const { registered } = await loadProviders(providersFile, { dataDir: folder, env: {}, nowMs: Date.now })
  const found = registered.find(({ provider }) => provider.name === name)
  if (found === undefined) throw new Error(`There is no provider ${name}`)
  return found.provider
}

function newOrder(wallet: 'alipay' | 'wechat', payer = codePayer(wallet)): ProviderOrder {
  const attemptKey = newKey()
  return {
    providerKey: `${attemptKey}-1`,
    attemptKey,
    laneId: 'lane-1',
    saleId: newKey(),
    amountMinor: 700,
    currency: 'CNY',
    payer,
    atMs: Date.now(),
    signal: AbortSignal.timeout(15_000),
  }
}

async function chargesIn(file: string): Promise<Map<string, number>> {
  const charges = new Map<string, number>()
  for (const line of (await readFile(file, 'utf8')).split('\n').slice(0, -1)) {
    const entry = JSON.parse(line) as Entry
    if (entry.kind === 'charge') charges.set(entry.attach ?? '', (charges.get(entry.attach ?? '') ?? 0) + 1)
  }
  return charges
}

/** A line to the simulator that hears every byte it answers. */
async function overheard({ url }: Running) {
  let text = ''
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1')
    far.on('data', (bytes) => (text += bytes.toString()))
    near.pipe(far).pipe(near)
    for (const end of [near, far]) end.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closings.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, text: () => text }
}

const post = (url: string, body: unknown, type = 'application/json') =>
  fetch(url, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) })

describe('facelane simulator', () => {
  it('says where it is, and stops when it is told to', async () => {
    const simulator = await started('--port', '0')
    expect(simulator).toMatchObject({
      ready: true,
      controlUrl: `${simulator.url}/control`,
      logFile: path.join(folder, 'log.ndjson'),
      keysDir: path.join(folder, 'keys'),
      providersFile: path.join(folder, 'keys', 'providers.json'),
    })
    expect(await simulator.stop()).toBe(0)
  })

  it('is alone at its log, and free again when it was killed', async () => {
    const first = await started('--port', '0')
    await expect(started('--port', '0')).rejects.toThrow('simulator.inUse')
    await first.kill()
    const again = await started('--port', '0')
    expect(again.logFile).toBe(first.logFile)
  })

  it('killed under fire has in its log all it answered, and comes back with it', async () => {
    const first = await started('--port', '0')
    const alipay = await providerOf(first, 'alipay')
    // Of every second one the answer is still on its way when the kill comes, however fast this machine is.
    const unanswered = { match: { amountMinor: 701 }, do: { kind: 'delay', ms: 60_000 }, times: 0 }
    await post(`${first.controlUrl}/script`, { rules: [unanswered] })
    const orders = Array.from({ length: 150 }, (_, n) => ({
      ...newOrder('alipay'),
      amountMinor: 700 + (n % 2),
    }))
    let answered = 0
    const firing = Promise.all(
      orders.map(async (order) => {
        const answer = await alipay.authorise(noTransaction, order)
        answered += answer.kind === 'approved' ? 1 : 0
        if (answered === 40) await first.kill()
        return [order, answer] as const
      }),
    )
    const answers = await firing
    const { port } = new URL(first.url)
    const second = await started('--port', port)
    const logged = await chargesIn(second.logFile)
    const approved = answers.filter(([, answer]) => answer.kind === 'approved')
    expect(approved.length).toBeGreaterThanOrEqual(40)
    expect(approved.length).toBeLessThan(orders.length)
    for (const [order] of approved) expect(logged.get(order.providerKey)).toBe(1)

    for (const order of orders) {
      const known = await alipay.query(noTransaction, order)
      expect(known === null ? 'unseen' : known.kind).toBe(
        logged.has(order.providerKey) ? 'approved' : 'unseen',
      )
    }
    // What is sent again is charged once all the same.
    await Promise.all(
      orders.map((order) =>
        alipay.authorise(noTransaction, { ...order, signal: AbortSignal.timeout(15_000) }),
      ),
    )
    const after = await chargesIn(second.logFile)
    expect(orders.map(({ providerKey }) => after.get(providerKey))).toEqual(orders.map(() => 1))
  })

  it('refuses no order that it has taken already, whatever its script says of the repetition', async () => {
    const simulator = await started('--port', '0')
    const declines = [
      {
        match: { operation: 'pay', wallet: 'alipay', nth: 2 },
        do: { kind: 'decline', code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH' },
      },
      { match: { operation: 'pay', wallet: 'wechat', nth: 2 }, do: { kind: 'decline', code: 'NOTENOUGH' } },
    ]
    expect((await post(`${simulator.controlUrl}/script`, { rules: declines })).status).toBe(200)
    for (const wallet of ['alipay', 'wechat'] as const) {
      const provider = await providerOf(simulator, wallet)
      const order = newOrder(wallet)
      expect((await provider.authorise(noTransaction, order)).kind).toBe('approved')
      expect((await provider.authorise(noTransaction, order)).kind).toBe('approved')
    }
  })

  it('shows its page, and takes the next outcome from it', async () => {
    const simulator = await started('--port', '0')
    const page = await fetch(simulator.url)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const rules = /data-rules='([^']*)'>Decline: not enough money/.exec(await page.text())?.[1] ?? ''
    expect(
      (await post(`${simulator.controlUrl}/script`, { rules: JSON.parse(rules) as unknown })).status,
    ).toBe(200)
    for (const wallet of ['alipay', 'wechat'] as const) {
      const provider = await providerOf(simulator, wallet)
      expect(await provider.authorise(noTransaction, newOrder(wallet))).toMatchObject({
        kind: 'declined',
        reason: 'insufficientFunds',
      })
    }
  })

  it('speaks to a person in their language, and every outcome it offers is a rule', async () => {
    const simulator = await started('--port', '0')
    const asked = { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } }
    const text = await (await fetch(simulator.url, asked)).text()
    expect(text).toContain('钱包模拟器')
    const offered = [...text.matchAll(/data-rules='([^']*)'/g)].map(([, rules = '']) => rules)
    expect(offered.length).toBeGreaterThan(10)
    for (const rules of offered) {
      const reply = await post(`${simulator.controlUrl}/script`, { rules: JSON.parse(rules) as unknown })
      expect(reply.status).toBe(200)
    }
  })

  it('lists what it was asked without a code or a token', async () => {
    const simulator = await started('--port', '0')
    const order = newOrder('wechat')
    await (await providerOf(simulator, 'wechat')).authorise(noTransaction, order)
    const text = await (await fetch(`${simulator.controlUrl}/log`)).text()
    expect(JSON.parse(text)).toMatchObject({
      requests: [{ operation: 'pay', code: 'SUCCESS', amountMinor: 700 }],
    })
    const code = order.payer.kind === 'code' ? order.payer.code : null
    expect(text).not.toContain(code)
    expect(await readFile(simulator.logFile, 'utf8')).not.toContain(code)
  })

  it('takes no orders from a page of somebody else', async () => {
    const simulator = await started('--port', '0')
    const rules = { rules: [{ do: { kind: 'loseReply' } }] }
    expect((await post(`${simulator.controlUrl}/script`, rules, 'text/plain')).status).toBe(415)
    expect(await (await fetch(`${simulator.controlUrl}/script`)).json()).toEqual({ rules: [] })
  })

  it('refuses a request that is signed by nobody it knows', async () => {
    const simulator = await started('--port', '0')
    const query = '?app_id=9021000100000001&method=alipay.trade.query&sign_type=RSA2&sign=AAAA'
    const alipay = await post(`${simulator.url}/gateway.do${query}`, {})
    expect(await alipay.text()).toContain('isv.invalid-signature')
    const wechat = await post(`${simulator.url}/v3/pay/transactions/codepay`, {})
    expect([wechat.status, await wechat.json()]).toEqual([401, { code: 'SIGN_ERROR', message: 'SIGN_ERROR' }])
  })

  it('does not charge what arrives after its cancel', async () => {
    const simulator = await started('--port', '0')
    const alipay = await providerOf(simulator, 'alipay')
    const late = { match: { operation: 'pay' }, do: { kind: 'delay', ms: 1500, where: 'request' } }
    await post(`${simulator.controlUrl}/script`, { rules: [late] })
    const order = newOrder('alipay')
    const paying = alipay.authorise(noTransaction, order)
    await expect.poll(() => alipay.query(noTransaction, order)).toBeNull()
    const back = {
      ...order,
      chargeKey: order.providerKey,
      providerKey: `${order.attemptKey}-void`,
      chargedMinor: 700,
    }
    expect(await alipay.cancel(noTransaction, back)).toMatchObject({ kind: 'done' })
    expect(await paying).toMatchObject({ kind: 'declined', reason: 'attemptCancelled' })
    expect((await chargesIn(simulator.logFile)).size).toBe(0)
  })

  it('takes no connection while it is down, and is back after', async () => {
    const simulator = await started('--port', '0')
    const wechat = await providerOf(simulator, 'wechat')
    await post(`${simulator.controlUrl}/script`, { rules: [{ do: { kind: 'down', ms: 60_000 } }] })
    const order = newOrder('wechat')
    expect(await wechat.authorise(noTransaction, order)).toMatchObject({ kind: 'pending' })
    expect(await wechat.query(noTransaction, order)).toMatchObject({ kind: 'pending' })
    await post(`${simulator.controlUrl}/clock`, { advanceMs: 60_000 })
    expect(await wechat.query(noTransaction, order)).toBeNull()
  })

  it('answers twice on one connection when it is told to', async () => {
    const simulator = await started('--port', '0')
    await post(`${simulator.controlUrl}/script`, {
      rules: [{ match: { wallet: 'alipay' }, do: { kind: 'answerTwice' } }],
    })
    const { url, text } = await overheard(simulator)
    const file = path.join(folder, 'overheard.json')
    const content = await readFile(simulator.providersFile, 'utf8')
    await writeFile(file, content.replaceAll(simulator.url, url).replaceAll('"file": "', '"file": "keys/'))
    const alipay = await providerOf({ ...simulator, providersFile: file }, 'alipay')
    const order = newOrder('alipay')
    expect(await alipay.authorise(noTransaction, order)).toMatchObject({ kind: 'approved' })
    expect(text().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
    expect((await chargesIn(simulator.logFile)).get(order.providerKey)).toBe(1)
  })

  it.each([
    [['--port', 'x'], '--port is a whole number'],
    [['--script', '/nowhere.json'], '/nowhere.json cannot be read'],
  ])('refuses %j with what is wrong', async (args, words) => {
    const child = spawn(process.execPath, [cli, 'simulator', '--log', path.join(folder, 'l'), ...args])
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number]
    expect([code, said.includes(words)]).toEqual([2, true])
  })
})
