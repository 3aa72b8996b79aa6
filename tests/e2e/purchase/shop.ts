import { chmod, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { ConfigInput } from '../../../src-main/config/schema.ts'
import { openStoreInABox, type StoreInABox } from '../../../src-main/cli/box/store-in-a-box.ts'
import { paths } from '../../../src-main/cli/paths.ts'
import { prepareRecordings } from '../../../src-main/cli/recordings.ts'
import { startBrowserShell, type BrowserShell } from '../../../src-main/shell/browser/server.ts'
import { openBrowser, type OpenedBrowser } from '../support/chromium.ts'

/** A whole shop of its own: hub, lane, page; and a browser whose camera plays a recording of a person. */
export interface Shop extends StoreInABox {
  readonly shell: BrowserShell
  close(): Promise<void>
}

export async function openShop(preset: ConfigInput): Promise<Shop> {
  await prepareRecordings(() => undefined)
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'facelane-shop-'))
  await chmod(dataDir, 0o711)
  const box = await openStoreInABox({
    dataDir,
    env: {},
    hubPort: 0,
    preset: { language: 'en', http: { port: 0 }, ...preset },
    say: () => undefined,
  })
  const shell = await startBrowserShell({
    host: box.runtime.host,
    root: paths.renderer,
    address: box.config.http,
    log: box.log,
  })
  return {
    ...box,
    shell,
    async close() {
      await shell.close()
      await box.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Somebody in front of the lane's own camera. Chromium reads the recording as if a webcam saw it. */
export async function visit(
  shop: Shop,
  recording: string,
  viewport = { width: 1920, height: 1080 },
): Promise<OpenedBrowser> {
  const browser = await openBrowser({
    viewport,
    camera: path.join(paths.people, `${recording}.mjpeg`),
  })
  await browser.page.goto(shop.shell.url)
  return browser
}
