import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alipayConfigSchema } from '../../../src-hub/providers/alipay/config.ts'
import { createGateway } from '../../../src-hub/providers/alipay/gateway.ts'
import { loadProviders } from '../../../src-hub/providers/config.ts'
import type { Payer, PaymentProvider, ProviderOrder } from '../../../src-hub/providers/port.ts'
import { readReferences } from '../../../src-hub/providers/secret-references.ts'
import type { Entry } from '../../../src-hub/providers/simulator/entries.ts'
import { createClient } from '../../../src-hub/providers/wechat/client.ts'
import { wechatConfigSchema } from '../../../src-hub/providers/wechat/config.ts'
import { numberOf } from '../../../src-hub/providers/wechat/provider.ts'
import { codePayer, newCode, noTransaction } from '../../conformance/providers/support/simulated.ts'
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

/** A merchant's own client of each wallet: what it sends is signed, and otherwise as wrong as it likes. */
async function merchantsOf({ providersFile, keysDir }: Running) {
  const content = JSON.parse(await readFile(providersFile, 'utf8')) as { providers: { config: unknown }[] }
  const [alipay, wechat] = content.providers.map(({ config }) =>
    readReferences(config, { folder: keysDir, env: {} }),
  )
  return {
    alipay: createGateway(alipayConfigSchema.parse(alipay), Date.now),
    wechat: createClient(wechatConfigSchema.parse(wechat), Date.now),
  }
}

function newOrder(wallet: 'alipay' | 'wechat', payer: Payer = codePayer(wallet)): ProviderOrder {
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

  it('refuses no order that came, and was charged, while it was on its way itself', async () => {
    const simulator = await started('--port', '0')
    const slowRefusal = {
      match: { operation: 'pay', nth: 1 },
      do: [
        { kind: 'delay', ms: 1000, where: 'request' },
        { kind: 'decline', code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH' },
      ],
    }
    await post(`${simulator.controlUrl}/script`, { rules: [slowRefusal] })
    const alipay = await providerOf(simulator, 'alipay')
    const order = newOrder('alipay')
    const first = alipay.authorise(noTransaction, order)
    await expect
      .poll(async () => await (await fetch(`${simulator.controlUrl}/script`)).json())
      .toEqual({ rules: [] })
    expect(await alipay.authorise(noTransaction, order)).toMatchObject({ kind: 'approved' })
    expect(await first).toMatchObject({ kind: 'approved' })
    expect((await chargesIn(simulator.logFile)).get(order.providerKey)).toBe(1)
  })

  it.each([
    ['an order in dollars', { trans_currency: 'USD' }, 'ACQ.CURRENCY_NOT_SUPPORT'],
    ['an order in a currency that is none', { settle_currency: 'ZZZ' }, 'ACQ.CURRENCY_NOT_SUPPORT'],
    ['more than Alipay takes at once', { total_amount: '100000000.01' }, 'ACQ.TOTAL_FEE_EXCEED'],
    ['a negative amount', { total_amount: '-1.00' }, 'ACQ.INVALID_PARAMETER'],
  ])('charges nothing for %s', async (_what, wish, subCode) => {
    const simulator = await started('--port', '0')
    const { alipay } = await merchantsOf(simulator)
    const order = {
      out_trade_no: newKey(),
      total_amount: '7.00',
      subject: 'Tea',
      auth_code: newCode('alipay'),
    }
    const answer = await alipay.call(
      'alipay.trade.pay',
      { scene: 'bar_code', ...order, ...wish },
      AbortSignal.timeout(5000),
    )
    expect(answer).toMatchObject({ ok: true, value: { subCode } })
    expect(await readFile(simulator.logFile, 'utf8')).toBe('')
  })

  it('gives back in the currency of the charge only', async () => {
    const simulator = await started('--port', '0')
    const order = newOrder('alipay')
    await (await providerOf(simulator, 'alipay')).authorise(noTransaction, order)
    const { alipay } = await merchantsOf(simulator)
    const wish = { out_trade_no: order.providerKey.replace('-', '_'), refund_amount: '1.00' }
    const signal = AbortSignal.timeout(5000)
    expect(
      await alipay.call('alipay.trade.refund', { ...wish, refund_currency: 'USD' }, signal),
    ).toMatchObject({ value: { subCode: 'ACQ.CURRENCY_NOT_SUPPORT' } })
    expect(await alipay.call('alipay.trade.refund', wish, signal)).toMatchObject({
      value: { fields: { fund_change: 'Y' } },
    })
  })

  it('takes the token of one wallet’s device at no other wallet', async () => {
    const simulator = await started('--port', '0')
    const looked = await post(`${simulator.url}/device/wechat/verify`, { person: 'Ann' })
    const { token } = (await looked.json()) as { token: string }
    const pays = async (wallet: 'alipay' | 'wechat') =>
      (await providerOf(simulator, wallet)).authorise(
        noTransaction,
        newOrder(wallet, { kind: 'faceToken', wallet, token }),
      )
    expect(await pays('alipay')).toMatchObject({ kind: 'declined', reason: 'codeInvalid' })
    expect(await pays('wechat')).toMatchObject({ kind: 'approved' })
  })

  it('gives back once under one refund number of WeChat Pay, also when it names another order', async () => {
    const simulator = await started('--port', '0')
    const provider = await providerOf(simulator, 'wechat')
    const { wechat } = await merchantsOf(simulator)
    const refund = { refund: 100, total: 700, currency: 'CNY' }
    const refundNo = newKey()
    const refundOf = async (order: ProviderOrder) => {
      await provider.authorise(noTransaction, order)
      const content = { out_trade_no: numberOf(order.providerKey), out_refund_no: refundNo, amount: refund }
      return wechat.call('POST', '/v3/refund/domestic/refunds', content, AbortSignal.timeout(5000))
    }
    expect(await refundOf(newOrder('wechat'))).toMatchObject({ value: { code: null } })
    expect(await refundOf(newOrder('wechat'))).toMatchObject({ value: { code: 'INVALID_REQUEST' } })
  })

  it('answers a number that is no text with a refusal, not with silence', async () => {
    const { wechat } = await merchantsOf(await started('--port', '0'))
    const target = '/v3/pay/transactions/out-trade-no/%E0%A4%A?mchid=1900000001'
    expect(await wechat.call('GET', target, null, AbortSignal.timeout(5000))).toMatchObject({
      value: { code: 'PARAM_ERROR' },
    })
  })

  it('goes on charging after its clock was to go further than any calendar', async () => {
    const simulator = await started('--port', '0')
    const far = { advanceMs: Number.MAX_SAFE_INTEGER }
    expect((await post(`${simulator.controlUrl}/clock`, far)).status).toBe(400)
    const alipay = await providerOf(simulator, 'alipay')
    expect(await alipay.authorise(noTransaction, newOrder('alipay'))).toMatchObject({ kind: 'approved' })
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
