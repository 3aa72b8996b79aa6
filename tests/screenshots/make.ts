/**
 * Makes the README's pictures from the running program: `npm run screenshots`. A drawn shelf, blurred previews: no
 * person is in any of them.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { openStoreInABox, type StoreInABox } from '../../src-main/cli/box/store-in-a-box.ts'
import { whenView } from '../../src-main/cli/demo/views.ts'
import { paths } from '../../src-main/cli/paths.ts'
import { prepareRecordings } from '../../src-main/cli/recordings.ts'
import { consentText } from '../../src-main/domain/face/consent.ts'
import type { LaneCommand } from '../../src-main/contract/laneCommand.ts'
import type { Language, Profile } from '../../src-main/contract/values.ts'
import { startBrowserShell } from '../../src-main/shell/browser/server.ts'
import { openBrowser } from '../e2e/support/chromium.ts'

const folder = path.join(paths.root, 'docs', 'screens')
/** Each screen for itself, for the eye; not in git. */
const singles = path.join(paths.root, 'tests', '.output', 'readme')
const shownWidthPx = 480
const settleMs = 900
const limitMs = 30_000

interface Session {
  readonly box: StoreInABox
  readonly page: Page
  readonly language: Language
}

async function shoot({ page, language }: Session, name: string, widthPx = shownWidthPx): Promise<void> {
  await page.waitForTimeout(settleMs)
  const png = await page.screenshot({ animations: 'disabled' })
  const file = path.join(singles, `${name}-${language === 'en' ? 'en' : 'zh'}.png`)
  await sharp(png).resize({ width: widthPx }).png({ palette: true, compressionLevel: 9 }).toFile(file)
  process.stderr.write(`${path.relative(paths.root, file)}\n`)
}

async function touch({ box }: Session, command: LaneCommand): Promise<void> {
  const result = await box.runtime.host.command(command)
  if (result.kind === 'refused') throw new Error(`${command.type} was refused: ${result.code}`)
}

async function scan({ box }: Session, ...codes: readonly string[]): Promise<void> {
  for (const text of codes) {
    await box.runtime.bench?.command({ type: 'bench:scan', text })
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

async function point({ box }: Session, sourceId: string): Promise<void> {
  await box.runtime.bench?.command({ type: 'bench:camera', sourceId })
}

function until({ box }: Session, kind: string): Promise<unknown> {
  return whenView(
    box.runtime.host,
    kind,
    ({ screen, enrolment }) => screen.kind === kind || enrolment?.step === kind,
    limitMs,
  )
}

/** Consent, wallet code, look; the account belongs to nobody. */
async function enrol(session: Session): Promise<void> {
  const { box } = session
  const operator = await box.operator
  const account = await operator?.createAccount({
    name: session.language === 'en' ? 'Wanda Miller' : '王小明',
    phone: '+8613800004242',
    balanceMinor: 100_000,
    currency: 'CNY',
  })
  await touch(session, { type: 'enrolment:begin' })
  await shoot(session, 'consent')
  await touch(session, {
    type: 'enrolment:consent',
    textId: consentText.id,
    textVersion: consentText.version,
    agreed: true,
    ofAge: true,
  })
  await point(session, 'anna-a')
  await box.runtime.bench?.command({ type: 'bench:scanWalletCode', accountId: account?.accountId ?? '' })
  await until(session, 'done')
  await touch(session, { type: 'enrolment:finish' })
}

async function purchase(session: Session): Promise<void> {
  const { host } = session.box.runtime
  await shoot(session, 'attract')
  await enrol(session)
  await scan(session, '2000000011486', '2000000015927', '2000000018881', '2000000011486')
  await shoot(session, 'scanning')
  await touch(session, { type: 'checkout:pay' })
  await shoot(session, 'tender')
  await point(session, 'nobody')
  await touch(session, { type: 'tender:choose', tender: 'face' })
  await shoot(session, 'look')
  await point(session, 'anna-b')
  await until(session, 'confirm')
  await shoot(session, 'confirm')
  const { saleId, totalMinor } = host.view().basket
  await touch(session, { type: 'payment:confirm', saleId: saleId ?? '', totalMinor })
  await until(session, 'done')
  await shoot(session, 'done')
  await touch(session, { type: 'session:finish' })
}

async function help(session: Session): Promise<void> {
  const { catalogue } = session.box.runtime.opened.store
  const wine = catalogue.list({ limit: 500 }).find((item) => item.minimumAgeYears !== undefined)
  await scan(session, wine?.barcodes[0] ?? '')
  await shoot(session, 'age-check')
  await touch(session, { type: 'checkout:cancel' })
  await until(session, 'attract')
}

/** Two slots, one of which hangs: just that one is paid back. */
async function vend(session: Session): Promise<void> {
  const { runtime, operator } = session.box
  await runtime.devicesReady(limitMs)
  const account = await (
    await operator
  )?.createAccount({
    name: 'Wanda Miller',
    phone: '+8613800004242',
    balanceMinor: 100_000,
    currency: 'CNY',
  })
  await whenView(runtime.host, 'shelf', ({ shelf }) => shelf?.[0]?.state === 'ready', limitMs)
  await touch(session, { type: 'slot:pick', slot: '11' })
  await touch(session, { type: 'slot:pick', slot: '12' })
  await shoot(session, 'slots')
  await touch(session, { type: 'checkout:pay' })
  await touch(session, { type: 'tender:choose', tender: 'walletCode' })
  await runtime.bench?.command({ type: 'bench:sideAction', device: 'vending', action: 'stick-12' })
  await runtime.bench?.command({ type: 'bench:scanWalletCode', accountId: account?.accountId ?? '' })
  await until(session, 'dispensing')
  await shoot(session, 'dispensing')
  await until(session, 'done')
  await shoot(session, 'refunded')
}

/** The panel is not part of the lane: a portrait picture is the lane alone. */
async function hideBench(page: Page): Promise<void> {
  const panel = page.locator('.bench-panel')
  await panel.waitFor()
  await panel.evaluate((element) => {
    ;(element as unknown as { remove(): void }).remove()
  })
}

async function withShop(
  language: Language,
  work: (box: StoreInABox, url: string) => Promise<void>,
  profile: Profile = 'self-checkout',
): Promise<void> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'facelane-screens-'))
  chmodSync(dataDir, 0o711)
  const camera = { kind: 'replay', path: path.join(paths.people, 'anna-a.mjpeg') } as const
  const box = await openStoreInABox({
    dataDir,
    env: {},
    hubPort: 0,
    preset: {
      profile,
      language,
      http: { port: 0 },
      devices: { camera },
      merchant: { name: '绿道便利 Green Lane' },
    },
    say: (line) => void process.stderr.write(`${line}\n`),
  })
  const shell = await startBrowserShell({
    host: box.runtime.host,
    root: paths.renderer,
    address: box.config.http,
    log: box.log,
  })
  try {
    await box.operator
    await box.runtime.faceReady()
    await work(box, `${shell.url}&privatePreview=1`)
  } finally {
    await shell.close()
    await box.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function inPortrait(url: string, work: (page: Page) => Promise<void>): Promise<void> {
  const browser = await openBrowser({ viewport: { width: 1080, height: 1920 } })
  try {
    await browser.page.goto(url)
    await hideBench(browser.page)
    await work(browser.page)
  } finally {
    await browser.close()
  }
}

/** Screens of one visit side by side. */
async function strip(name: string, screens: readonly string[]): Promise<void> {
  const gapPx = 24
  const pictures = await Promise.all(
    screens.map((screen) => sharp(path.join(singles, `${screen}.png`)).toBuffer({ resolveWithObject: true })),
  )
  const heightPx = Math.max(...pictures.map(({ info }) => info.height))
  await sharp({
    create: {
      width: pictures.length * (shownWidthPx + gapPx) - gapPx,
      height: heightPx,
      channels: 4,
      background: { r: 0, g: 0, b: 0, alpha: 0 },
    },
  })
    .composite(
      pictures.map(({ data }, index) => ({ input: data, left: index * (shownWidthPx + gapPx), top: 0 })),
    )
    .png({ palette: true, compressionLevel: 9 })
    .toFile(path.join(folder, `${name}.png`))
}

mkdirSync(folder, { recursive: true })
mkdirSync(singles, { recursive: true })
await prepareRecordings((line) => void process.stderr.write(`${line}\n`))
for (const language of ['zh-CN', 'en'] as const) {
  await withShop(language, async (box, url) => {
    await inPortrait(url, async (page) => {
      await purchase({ box, page, language })
      await help({ box, page, language })
    })
    const wide = await openBrowser({ viewport: { width: 1920, height: 1080 } })
    try {
      await wide.page.goto(url)
      const session = { box, page: wide.page, language }
      await scan(session, '2000000011486', '2000000015927', '2000000018881')
      await shoot(session, 'bench', 1280)
    } finally {
      await wide.close()
    }
  })
}
await withShop(
  'en',
  async (box, url) => await inPortrait(url, (page) => vend({ box, page, language: 'en' })),
  'vending',
)
await strip('purchase-en', ['scanning-en', 'look-en', 'confirm-en', 'done-en'])
await strip('visit-zh', ['attract-zh', 'consent-zh', 'tender-zh', 'age-check-zh'])
await strip('vending-en', ['slots-en', 'dispensing-en', 'refunded-en'])
await copyFile(path.join(singles, 'bench-en.png'), path.join(folder, 'bench-en.png'))
