import type { Language } from '../../src-main/contract/values.ts'
import { html, type Markup } from './html.ts'
import { styleElement } from './style.ts'

export interface Page {
  readonly language: Language
  readonly title: string
  readonly body: Markup
  readonly wide?: boolean
  /** Loads the page (or `to`) again after this many seconds. */
  readonly refresh?: { readonly seconds: number; readonly to?: string }
}

export function renderPage({ language, title, body, wide = false, refresh }: Page): string {
  const again = refresh === undefined ? null : refreshTag(refresh)
  const page = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${again}
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        <main class="${wide ? 'wide' : ''}">${body}</main>
      </body>
    </html> `
  return page.text
}

function refreshTag({ seconds, to }: { seconds: number; to?: string }): Markup {
  const content = to === undefined ? String(seconds) : `${seconds}; url=${to}`
  return html`<meta http-equiv="refresh" content="${content}" />`
}
