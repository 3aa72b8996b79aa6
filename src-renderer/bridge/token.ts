const storageKey = 'facelane.token'

export interface PageAddress {
  readonly href: string
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
  replace(href: string): void
}

/** Takes the token out of the address bar, where a shoulder could read it, and keeps it for a reload of this tab. */
export function takeToken(page: PageAddress): string | null {
  const address = new URL(page.href)
  const token = address.searchParams.get('token')
  if (token === null) return page.storage.getItem(storageKey)
  page.storage.setItem(storageKey, token)
  address.searchParams.delete('token')
  page.replace(address.href)
  return token
}

/** Where the lane listens: same host as the page, `/lane`. */
export function laneSocketUrl(href: string, token: string | null): string {
  const address = new URL('/lane', href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  if (token !== null) address.searchParams.set('token', token)
  return address.href
}
