/** The page comes from a scheme of its own: no `file:` (which may read the whole disk), no network. */
export const appScheme = 'facelane'
export const appOrigin = `${appScheme}://app`
export const appPage = `${appOrigin}/index.html`

/** True for addresses of our own page and its files, whatever the spelling; false for everything else. */
export function isAppUrl(url: string): boolean {
  const parsed = URL.parse(url)
  return (
    parsed?.protocol === `${appScheme}:` &&
    parsed.host === 'app' &&
    parsed.username === '' &&
    parsed.password === ''
  )
}

/** True for the page itself, without regard to a query: the only address a window may show. */
export function isAppPage(url: string): boolean {
  const parsed = isAppUrl(url) ? URL.parse(url) : null
  return parsed !== null && (parsed.pathname === '/index.html' || parsed.pathname === '/')
}
