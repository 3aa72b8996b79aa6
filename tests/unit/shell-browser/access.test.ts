import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createPageAccess } from '../../../src-main/shell/browser/access.ts'

const hosts = (): readonly string[] => ['127.0.0.1:8080', 'localhost:8080']
const request = (headers: IncomingHttpHeaders): { headers: IncomingHttpHeaders } => ({ headers })
const url = (query = ''): URL => new URL(`http://127.0.0.1/${query}`)

describe('access to the page', () => {
  it('has a new secret at every start, long enough not to be guessed, and another one for the cookie', () => {
    const one = createPageAccess(hosts)
    const other = createPageAccess(hosts)
    expect(one.token).not.toBe(other.token)
    expect(Buffer.from(one.token, 'base64url')).toHaveLength(24)
    expect(one.admit(request({}), url(`?token=${one.token}`))).not.toContain(one.token)
  })

  it('takes the cookie wherever it stands among others, and no part of it', () => {
    const access = createPageAccess(hosts)
    const cookie = String(access.admit(request({}), url(`?token=${access.token}`))).split(';')[0] ?? ''
    for (const header of [cookie, `a=b; ${cookie}`, `${cookie}; c=d`, `a=b;${cookie};c=d`]) {
      expect(access.admit(request({ cookie: header }), url())).toBeNull()
    }
    for (const header of [cookie.slice(0, -1), `x${cookie}`, `${cookie}x`, '', ';;=;']) {
      expect(access.admit(request({ cookie: header }), url())).toBe(false)
    }
  })

  it('is for its own host names and origins only', () => {
    const { isOurs } = createPageAccess(hosts)
    expect(isOurs(request({ host: 'localhost:8080', origin: 'http://localhost:8080' }))).toBe(true)
    expect(isOurs(request({ host: '127.0.0.1:8080' }))).toBe(true)
    expect(isOurs(request({}))).toBe(false)
    expect(isOurs(request({ host: '127.0.0.1:8081' }))).toBe(false)
    expect(isOurs(request({ host: '127.0.0.1:8080', origin: 'file://' }))).toBe(false)
  })
})
