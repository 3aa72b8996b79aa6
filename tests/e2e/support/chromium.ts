import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'

export interface OpenedBrowser {
  readonly context: BrowserContext
  readonly page: Page
  close(): Promise<void>
}

export interface BrowserWishes {
  readonly viewport?: { readonly width: number; readonly height: number }
  /** An MJPEG recording that plays as the webcam. */
  readonly camera?: string
  readonly reducedMotion?: boolean
}

const arguments_ = [
  // Tests run as root in a container, where Chromium's own sandbox cannot be set up.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
]

/** A real Chromium with a profile of its own: the machine's, else the one from npm. */
export async function openBrowser(wishes: BrowserWishes = {}): Promise<OpenedBrowser> {
  const profile = await mkdtemp(path.join(os.tmpdir(), 'facelane-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await chromiumPath(),
    headless: true,
    ...(wishes.viewport === undefined ? {} : { viewport: wishes.viewport }),
    ...(wishes.reducedMotion === true ? { reducedMotion: 'reduce' } : {}),
    args: [
      ...arguments_,
      ...(wishes.camera === undefined ? [] : [`--use-file-for-fake-video-capture=${wishes.camera}`]),
    ],
  })
  const page = context.pages()[0] ?? (await context.newPage())
  return {
    context,
    page,
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}

async function chromiumPath(): Promise<string> {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
      if (existsSync(path.join(folder, name))) return path.join(folder, name)
    }
  }
  const embedded = await import('@sparticuz/chromium')
  return embedded.default.executablePath()
}
