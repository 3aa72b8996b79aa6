import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What is looked at of a request. */
type Asking = Pick<IncomingMessage, 'headers'>

const cookieName = 'facelane-page'

/**
 * Who may see the lane: whoever opened the address with its token, and from then on that browser's cookie. Loopback alone
 * is no proof, any page in any browser of the machine can reach it; so host and origin are checked as well.
 */
export interface PageAccess {
  readonly token: string
  /** The `Set-Cookie` value when the request brings the token, `null` when its cookie is good, `false` when neither. */
  admit(request: Asking, url: URL): string | null | false
  /** False for a name or an origin that is not this server's: DNS rebinding, foreign pages. */
  isOurs(request: Asking): boolean
}

export function createPageAccess(hosts: () => readonly string[]): PageAccess {
  const token = randomBytes(24).toString('base64url')
  const cookie = randomBytes(24).toString('base64url')
  return {
    token,
    admit(request, url) {
      if (same(cookieOf(request), cookie)) return null
      if (!same(url.searchParams.get('token') ?? '', token)) return false
      return `${cookieName}=${cookie}; HttpOnly; SameSite=Strict; Path=/`
    },
    isOurs(request) {
      const { host, origin } = request.headers
      if (host === undefined || !hosts().includes(host)) return false
      return origin === undefined || hosts().some((ours) => origin === `http://${ours}`)
    },
  }
}

function cookieOf(request: Asking): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([name]) => name === cookieName)?.[1] ?? ''
}

function same(given: string, wanted: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(wanted)
  return a.length === b.length && timingSafeEqual(a, b)
}
