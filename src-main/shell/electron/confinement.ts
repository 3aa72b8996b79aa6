import type { ContentsLike } from './electron-like.ts'
import { isAppPage } from '../page/origin.ts'

/**
 * Keeps one web contents where it is: it may load our page (a reload is a navigation too) and go nowhere else, open
 * nothing and embed nothing. Applied to every contents Electron creates, known or not.
 */
export function confine(contents: ContentsLike): void {
  contents.on('will-navigate', (details) => {
    if (!isAppPage(details.url)) details.preventDefault()
  })
  contents.on('will-frame-navigate', (details) => {
    if (!details.isMainFrame || !isAppPage(details.url)) details.preventDefault()
  })
  contents.on('will-redirect', (details) => details.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
