import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contentSecurityPolicy } from '../../../src-main/shell/page/content-security.ts'
import { isGranted } from '../../../src-main/shell/electron/permissions.ts'
import { open } from './parts.ts'

/** Electron's own checklist (electronjs.org/docs/latest/tutorial/security), one test a point, in its order; point 20 is in preload.test.ts. */
describe("Electron's security checklist", () => {
  let renderer: string

  beforeAll(async () => {
    renderer = await mkdtemp(path.join(tmpdir(), 'facelane-renderer-'))
    await writeFile(path.join(renderer, 'index.html'), '<!doctype html><title>Facelane</title>')
  })
  afterAll(() => rm(renderer, { recursive: true, force: true }))

  const preferences = async (change: Parameters<typeof open>[0] = {}) =>
    (await open(change)).standIn.windows[0]?.options.webPreferences

  it('1 loads secure content only: the window shows our own scheme and the policy names no remote source', async () => {
    const { standIn } = await open()
    expect(standIn.windows.map((window) => window.loaded)).toEqual([['facelane://app/index.html']])
    expect(contentSecurityPolicy).not.toMatch(/https?:|ws:|wss:|\*/)
  })

  it('2 gives the page no Node, in its frames and workers neither', async () => {
    expect(await preferences()).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
    })
  })

  it('3 isolates the context of the preload from the page', async () => {
    expect(await preferences()).toMatchObject({ contextIsolation: true })
  })

  it('4 sandboxes every process, before Electron is ready', async () => {
    const { standIn } = await open()
    expect(standIn.calls.indexOf('enableSandbox')).toBeLessThan(standIn.calls.indexOf('whenReady'))
    expect(await preferences()).toMatchObject({ sandbox: true })
  })

  it('5 grants the camera to our page while the lane wants it, and refuses everything else', async () => {
    const asked = {
      permission: 'media',
      origin: 'facelane://app/',
      isMainFrame: true,
      mediaTypes: ['video'],
      laneWantsCamera: true,
    }
    expect(isGranted(asked)).toBe(true)
    expect(isGranted({ ...asked, laneWantsCamera: false })).toBe(false)
    expect(isGranted({ ...asked, origin: 'https://example.org' })).toBe(false)
    expect(isGranted({ ...asked, isMainFrame: false })).toBe(false)
    expect(isGranted({ ...asked, mediaTypes: ['video', 'audio'] })).toBe(false)
    expect(isGranted({ ...asked, mediaTypes: [] })).toBe(false)
    for (const permission of [
      'geolocation',
      'notifications',
      'usb',
      'serial',
      'hid',
      'fullscreen',
      'openExternal',
    ]) {
      expect(isGranted({ ...asked, permission })).toBe(false)
    }
  })

  it('6 leaves the same-origin policy on', async () => {
    expect(await preferences()).toMatchObject({ webSecurity: true })
  })

  it('7 sends a content security policy without inline code and without eval with every answer', async () => {
    const { standIn } = await open({ renderer })
    for (const name of ['index.html', 'missing.js', '../../etc/passwd']) {
      const response = await standIn.serve?.(new Request(`facelane://app/${name}`))
      expect(response?.headers.get('content-security-policy')).toBe(contentSecurityPolicy)
    }
    expect(contentSecurityPolicy).toContain(`default-src 'none'`)
    expect(contentSecurityPolicy).not.toMatch(/unsafe-inline|unsafe-eval/)
  })

  it('8 runs no insecure content', async () => {
    expect(await preferences()).toMatchObject({ allowRunningInsecureContent: false })
  })

  it('9 turns no experimental feature on', async () => {
    expect(await preferences()).toMatchObject({ experimentalFeatures: false })
  })

  it('10 enables no Blink feature', async () => {
    expect(await preferences()).not.toHaveProperty('enableBlinkFeatures')
  })

  it('11 has no webview tag, so none can allow popups', async () => {
    expect(await preferences()).toMatchObject({ webviewTag: false })
  })

  it('12 stops a webview that is attached all the same', async () => {
    const { standIn } = await open()
    expect(standIn.contents.isPrevented('will-attach-webview', 'https://example.org')).toBe(true)
  })

  it('13 lets the page reload itself and go nowhere else', async () => {
    const { contents } = (await open()).standIn
    expect(contents.isPrevented('will-navigate', 'facelane://app/index.html')).toBe(false)
    for (const url of [
      'https://example.org',
      'file:///etc/passwd',
      'facelane://other/index.html',
      'javascript:1',
    ]) {
      expect(contents.isPrevented('will-navigate', url)).toBe(true)
      expect(contents.isPrevented('will-frame-navigate', url)).toBe(true)
      expect(contents.isPrevented('will-redirect', url)).toBe(true)
    }
    expect(contents.isPrevented('will-frame-navigate', 'facelane://app/index.html', false)).toBe(true)
  })

  it('14 opens no second window for a page', async () => {
    const { standIn } = await open()
    expect(standIn.contents.openWindow?.()).toEqual({ action: 'deny' })
  })

  it('15 never hands an address to the operating system', async () => {
    const folder = path.resolve('src-main/shell/electron')
    for (const name of await readdir(folder)) {
      expect(await readFile(path.join(folder, name), 'utf8')).not.toMatch(/openExternal\(|shell\.open/)
    }
  })

  it('16 is built on an Electron that is pinned exactly and locked with its integrity', async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as {
      devDependencies: Record<string, string>
    }
    const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
      packages: Record<string, { version?: string; integrity?: string } | undefined>
    }
    const locked = lock.packages['node_modules/electron']
    expect(manifest.devDependencies['electron']).toBe(locked?.version)
    expect(locked?.integrity).toMatch(/^sha512-/)
  })

  it('17 checks who sent a message before it reads the message', async () => {
    const { standIn, host } = await open()
    const command = { type: 'session:start' }
    const strangers = [
      standIn.event({ url: 'https://example.org/index.html' }),
      standIn.event({ parent: {} }),
      standIn.event({ id: 99 }),
      { sender: { id: 1 }, senderFrame: null },
    ]
    for (const event of strangers) {
      const answer = await standIn.invoke('lane:command', command, event)
      expect(answer).toEqual({ kind: 'refused', code: 'untrustedSender' })
    }
    expect(host.commands).toEqual([])
  })

  it('18 uses a scheme of its own instead of file:, with no more privileges than a page needs', async () => {
    const { standIn } = await open()
    expect(standIn.schemes).toEqual([
      {
        scheme: 'facelane',
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
      },
    ])
    expect(standIn.calls.indexOf('registerSchemes')).toBeLessThan(standIn.calls.indexOf('whenReady'))
  })

  it('19 burns the fuses: no Node mode, no inspector, no environment options, code from a verified archive only', async () => {
    const config = await readFile('electron-builder.yml', 'utf8')
    for (const fuse of [
      'runAsNode: false',
      'enableNodeOptionsEnvironmentVariable: false',
      'enableNodeCliInspectArguments: false',
      'enableEmbeddedAsarIntegrityValidation: true',
      'onlyLoadAppFromAsar: true',
      'grantFileProtocolExtraPrivileges: false',
      'enableCookieEncryption: true',
    ]) {
      expect(config).toContain(fuse)
    }
  })
})
