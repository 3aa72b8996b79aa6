import { describe, expect, it } from 'vitest'
import { startBrowserShell } from '../../../src-main/shell/browser/server.ts'
import { keptLog } from '../lane/support/stores.ts'
import { cookieOf, get, KeepingHost, raw, serve } from './setUp.ts'

describe('who may see the page', () => {
  it('is nobody without the token of this start', async () => {
    const served = await serve()
    expect(await get(served, '/')).toMatchObject({ status: 403 })
    expect(await get(served, '/?token=')).toMatchObject({ status: 403 })
    expect(await get(served, `/?token=${'A'.repeat(served.token.length)}`)).toMatchObject({ status: 403 })
    expect(await get(served, '/', { cookie: 'facelane-page=guess' })).toMatchObject({ status: 403 })
  })

  it('is whoever opened the printed address, and from then on that browser without the token', async () => {
    const served = await serve()
    const { status, headers } = await get(served, `/?token=${served.token}`)
    expect(status).toBe(200)
    expect(headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict; Path=\/$/)
    const cookie = await cookieOf(served)
    expect(cookie).not.toContain(served.token)
    const page = await get(served, '/', { cookie: `other=1; ${cookie}` })
    expect(page.status).toBe(200)
    expect(page.headers['set-cookie']).toBeUndefined()
  })

  it('is nobody under a foreign name or from a foreign page, even with the cookie', async () => {
    const served = await serve()
    const cookie = await cookieOf(served)
    const { port } = served.shell
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1.evil.example:${port}`,
    ]) {
      expect(await get(served, '/', { cookie, host }), host).toMatchObject({ status: 403 })
    }
    for (const origin of ['http://evil.example', 'null', `https://127.0.0.1:${port}`, 'http://127.0.0.1:1']) {
      expect(await get(served, '/', { cookie, origin }), origin).toMatchObject({ status: 403 })
    }
    expect(await get(served, '/', { cookie, host: `localhost:${port}` })).toMatchObject({ status: 200 })
    expect(await get(served, '/', { cookie, origin: `http://127.0.0.1:${port}` })).toMatchObject({
      status: 200,
    })
  })
})

describe('what is served', () => {
  it('is the built page and nothing beside it', async () => {
    const served = await serve()
    const cookie = await cookieOf(served)
    expect(await get(served, '/assets/app.js', { cookie })).toMatchObject({ status: 200, body: 'export {}' })
    const paths = [
      '/../secret.json',
      '/assets/../../secret.json',
      '/%2e%2e/secret.json',
      '/..%2fsecret.json',
      '/assets/..%5c..%5csecret.json',
      '/%00',
      '/%ff',
      '/assets',
      '/assets/app.js.map',
      '/none.js',
      '//secret.json',
    ]
    for (const path of paths) {
      const answer = await get(served, path, { cookie })
      expect(answer.status, path).not.toBe(200)
      expect(answer.body, path).not.toContain('secret')
    }
  })

  it('is read only', async () => {
    const served = await serve()
    const cookie = await cookieOf(served)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
      expect(await get(served, '/', { cookie }, method), method).toMatchObject({ status: 405 })
    }
    expect(await get(served, '/', { cookie }, 'HEAD')).toMatchObject({ status: 200, body: '' })
  })

  it('has the bench’s pictures on a bench lane only', async () => {
    const paper = new Uint8Array([1, 2, 3])
    const bench = {
      paper: (id: string) => (id === '7' ? paper : null),
    } as unknown as KeepingHost['bench']
    const served = await serve(bench)
    const cookie = await cookieOf(served)
    expect(await get(served, '/papers/7.png', { cookie })).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/png' },
    })
    expect(await get(served, '/papers/8.png', { cookie })).toMatchObject({ status: 404 })
    expect(await get(served, '/camera/preview.jpg', { cookie })).toMatchObject({ status: 404 })
    const production = await serve()
    expect(await get(production, '/papers/7.png', { cookie: await cookieOf(production) })).toMatchObject({
      status: 404,
    })
  })
})

describe('every answer', () => {
  it('carries the content security policy and its companions, refused or not', async () => {
    const served = await serve()
    const cookie = await cookieOf(served)
    const answers = [
      await get(served, '/', { cookie }),
      await get(served, '/assets/app.js', { cookie }),
      await get(served, '/none', { cookie }),
      await get(served, '/'),
      await get(served, '/', { cookie }, 'POST'),
      await get(served, '//', { cookie }),
    ]
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toContain(`default-src 'none'`)
      expect(headers['content-security-policy']).toContain(`frame-ancestors 'none'`)
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    }
  })
})

describe('a request that is none', () => {
  it('is refused and does not stop the lane', async () => {
    const served = await serve()
    const host = `Host: 127.0.0.1:${served.shell.port}`
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='
    for (const target of ['//', 'http://127.0.0.1:99999/', '/%', '*']) {
      expect(
        await raw(served, `GET ${target} HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`),
        target,
      ).toMatch(/^HTTP\/1\.1 40[03]/)
      expect(await raw(served, `GET ${target} HTTP/1.1\r\n${host}\r\n${upgrade}\r\n\r\n`), target).toMatch(
        /^HTTP\/1\.1 403/,
      )
    }
    expect(await raw(served, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/)
    expect(await get(served, `/?token=${served.token}`)).toMatchObject({ status: 200 })
  })
})

describe('a port that is taken', () => {
  it('is named, with what to do', async () => {
    const { shell } = await serve()
    const again = startBrowserShell({
      host: new KeepingHost(),
      root: import.meta.dirname,
      address: { host: '127.0.0.1', port: shell.port },
      log: keptLog(),
    })
    await expect(again).rejects.toMatchObject({ code: 'shell.cannotListen', nativeCode: 'EADDRINUSE' })
  })
})
