import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  joinedLane,
  newAccount,
  newKey,
  saleCompleted,
  TestJournal,
  type TestHub,
  useHubs,
} from './harness.ts'

const hubs = useHubs()

async function page(hub: TestHub, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(hub.url + path, { headers, redirect: 'manual' })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

async function walletPath(hub: TestHub): Promise<string> {
  const body = { name: 'Ann <b>Lee</b>', phone: '13800135678', balanceMinor: 5000, currency: 'CNY' }
  const { json } = await hub.operator('POST', '/operator/v1/accounts', body)
  return new URL(json.walletUrl as string).pathname
}

describe('the e-receipt page', () => {
  it('shows the receipt’s blocks, escaped, as soon as the sale is synced', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const journal = new TestJournal(lane)
    journal.genesis()
    const saleId = newKey()
    const receiptToken = newKey()
    journal.add(saleCompleted(saleId, { receiptToken }), { kind: 'sale', id: saleId })

    const before = await page(hub, `/r/${receiptToken}`)
    await lane.call('append', { entries: journal.entries })
    const after = await page(hub, `/r/${receiptToken}`)

    expect(before.text).toContain('Your receipt is on its way')
    expect(before.text).toContain('http-equiv="refresh"')
    expect(after.text).toContain('Harbour Market')
    expect(after.text).toContain('Milk &lt;1 l&gt;')
    expect(after.text).toContain('¥12.50')
    expect(after.text).not.toContain('http-equiv="refresh"')
  })

  it('looks the same for an unknown, a malformed and a not yet synced receipt', async () => {
    const hub = await hubs.start()
    const pages = await Promise.all([page(hub, `/r/${newKey()}`), page(hub, '/r/nonsense')])
    expect(pages[0]?.text).toBe(pages[1]?.text)
    expect(pages.map(({ status }) => status)).toEqual([200, 200])
  })

  it('speaks the browser’s language and looks again less and less often', async () => {
    const hub = await hubs.start()
    const chinese = await page(hub, `/r/${newKey()}?look=7`, { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' })
    expect(chinese.text).toContain('小票正在路上')
    expect(chinese.text).toContain('30; url=?look=8')
  })
})

describe('the wallet page', () => {
  it('shows balance, name and a fresh payment code each time', async () => {
    const hub = await hubs.start()
    const path = await walletPath(hub)
    const codes = await Promise.all([page(hub, path), page(hub, path)])
    const digits = codes.map(({ text }) => /99\d(?: \d{3}){5}/.exec(text)?.[0])
    expect(digits[0]).toBeDefined()
    expect(digits[0]).not.toBe(digits[1])
    expect(codes[0]?.text).toContain('¥50.00')
    expect(codes[0]?.text).toContain('Ann &lt;b&gt;Lee&lt;/b&gt;')
    expect(codes[0]?.text).toContain('<svg')
  })

  it('shows a code that really pays', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { text } = await page(hub, await walletPath(hub))
    const code = (/99\d(?: \d{3}){5}/.exec(text)?.[0] ?? '').replaceAll(' ', '')
    const reply = await lane.call('resolveCode', { code })
    expect(reply.json).toMatchObject({ kind: 'account', maskedName: 'A** <**' })
  })

  it('keeps the last five codes usable and forgets older ones', async () => {
    const hub = await hubs.start()
    const path = await walletPath(hub)
    for (let look = 0; look < 8; look++) await page(hub, path)
    const rows = await hub.database.query('SELECT 1 FROM wallet_code')
    expect(rows).toHaveLength(5)
  })

  it('does not say whether a guessed address is near a real one', async () => {
    const hub = await hubs.start()
    const { status, text } = await page(hub, `/w/${newKey()}`)
    expect(status).toBe(404)
    expect(text).toContain('This wallet was not found')
  })
})

describe('every page', () => {
  it('runs no script, loads nothing, and its only style is the one its policy names', async () => {
    const hub = await hubs.start()
    for (const path of ['/', `/r/${newKey()}`, await walletPath(hub)]) {
      const { text, headers } = await page(hub, path)
      const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? ''
      const hash = createHash('sha256').update(style).digest('base64')
      const policy = headers.get('content-security-policy')
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain(`style-src 'sha256-${hash}'`)
      expect(text).not.toMatch(/<script| style=| src=|href="http/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toBe('no-store')
    }
  })
})

describe('the merchant’s status page', () => {
  async function signIn(hub: TestHub, token: string) {
    return fetch(`${hub.url}/operator/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token }),
    })
  }

  it('asks for the operator token and shows nothing before', async () => {
    const hub = await hubs.start()
    await joinedLane(hub, 'till-7')
    expect((await page(hub, '/')).text).not.toContain('till-7')
    expect((await page(hub, '/', { cookie: 'facelane_operator=' })).text).not.toContain('till-7')
    expect((await signIn(hub, 'wrong')).status).toBe(401)
  })

  it('shows lanes and figures to whoever signed in', async () => {
    const hub = await hubs.start()
    await joinedLane(hub, 'till-7')
    await newAccount(hub)
    const response = await signIn(hub, hub.operatorToken)
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
    const { text } = await page(hub, '/', { cookie: cookie.split(';')[0] ?? '' })
    expect(text).toContain('till-7')
    expect(text).toContain('Balanced')
  })

  it('lists what of the journals waits for a person, with the command that ends the waiting', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub, 'till-7')
    const journal = new TestJournal(lane)
    journal.genesis()
    const sale = { kind: 'sale' as const, id: newKey() }
    journal.addRaw('sale.teleported', Buffer.from('{"type":"sale.teleported"}'), sale)
    journal.addRaw('sale.teleported', Buffer.from('{"type":"sale.teleported"}'), sale)
    await lane.call('append', { entries: journal.entries })
    const branch = journal.branch()
    const broken = journal.addRaw('lane.odd', Buffer.from('{}'), { kind: 'lane', id: 'till-7' })
    const damaged = { ...broken, payload: Buffer.from('[]').toString('base64') }
    await lane.call('append', { entries: [damaged] })
    await lane.call('append', { entries: [broken] })
    const other = branch.addRaw('lane.odd', Buffer.from('{"a":"history"}'), { kind: 'lane', id: 'till-7' })
    await lane.call('append', { entries: [other] })
    const response = await signIn(hub, hub.operatorToken)
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const english = (await page(hub, '/', { cookie })).text
    expect(english).toContain('Journals to look into')
    expect(english).toContain('unknownEvent · 1 more wait behind it')
    expect(english).toContain('facelane hub reapply till-7')
    expect(english).toContain(`facelane hub aside till-7 ${journal.epoch}/1 --reason`)
    expect(english).toContain(`facelane hub aside till-7 ${broken.hash} --reason`)
    expect(english).toContain(`facelane hub fork import till-7 ${other.hash}`)
    expect((await page(hub, '/', { cookie, 'accept-language': 'zh-CN' })).text).toContain('需要处理的日志')
  })
})
