import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetHandler, assetPath } from '../../../src-main/shell/page/assets.ts'
import { isAppUrl } from '../../../src-main/shell/page/origin.ts'
import { recoveryTimes } from '../../../src-main/shell/electron/recovery.ts'
import { benchStandIn, open, RecordingHost } from './parts.ts'

describe('the window', () => {
  it('fills the screen in production, without frame, menu and developer tools', async () => {
    const { standIn } = await open({ production: true })
    expect(standIn.windows[0]?.options).toMatchObject({
      kiosk: true,
      frame: false,
      webPreferences: { devTools: false },
    })
    expect(standIn.calls).toContain('removeMenu')
  })

  it('is an ordinary window with tools on a bench', async () => {
    const { standIn } = await open({ production: false, bench: true })
    expect(standIn.windows[0]?.options).toMatchObject({
      kiosk: false,
      webPreferences: { devTools: true, additionalArguments: ['--facelane-bench'] },
    })
  })

  it('is shown when it has something to show', async () => {
    const { standIn } = await open()
    const [window] = standIn.windows
    expect(window?.shown).toBe(0)
    window?.emit('ready-to-show')
    expect(window?.shown).toBe(1)
  })

  it('comes to the front when Facelane is started a second time, and the second start opens nothing', async () => {
    const first = await open()
    first.standIn.app.emit('second-instance')
    expect(first.standIn.windows[0]?.focused).toBe(1)

    const second = await open({ onlyInstance: false })
    expect(second.standIn.windows).toEqual([])
    expect(second.standIn.calls).toContain('quit')
  })

  it('lets the lane put its things away before the program ends', async () => {
    const { standIn, host } = await open()
    let prevented = 0
    const event = { preventDefault: () => (prevented += 1) }
    standIn.app.emit('before-quit', event)
    standIn.app.emit('before-quit', event)
    await expect.poll(() => standIn.exitCode).toBe(0)
    expect({ prevented, closed: host.closed, listeners: host.listeners.size }).toEqual({
      prevented: 2,
      closed: 1,
      listeners: 0,
    })
  })

  it('ends with an error code when the lane could not close cleanly', async () => {
    const { standIn, host } = await open()
    host.fails = new Error('disk gone')
    standIn.app.emit('before-quit', { preventDefault: () => undefined })
    await expect.poll(() => standIn.exitCode).toBe(1)
  })
})

describe('a page that dies', () => {
  const death = { reason: 'crashed', exitCode: 139 }

  it('is loaded again, each time after a longer wait, up to a limit', async () => {
    const { standIn, clock } = await open()
    const waits: number[] = []
    for (let round = 0; round < 9; round += 1) {
      const before = standIn.contents.reloads
      standIn.contents.emit('render-process-gone', {}, death)
      let waitedMs = 0
      while (standIn.contents.reloads === before) {
        clock.advance(500)
        waitedMs += 500
      }
      waits.push(waitedMs)
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })

  it('is forgiven once it has lived for a minute', async () => {
    const { standIn, clock } = await open()
    standIn.contents.emit('render-process-gone', {}, death)
    clock.advance(recoveryTimes.firstMs)
    clock.advance(recoveryTimes.wellAfterMs)
    standIn.contents.emit('render-process-gone', {}, death)
    clock.advance(recoveryTimes.firstMs)
    expect(standIn.contents.reloads).toBe(2)
  })

  it('is left alone when it ended on purpose or its window is gone', async () => {
    const { standIn, clock } = await open()
    standIn.contents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 })
    clock.advance(60_000)
    standIn.contents.emit('render-process-gone', {}, death)
    standIn.contents.destroyed = true
    clock.advance(60_000)
    expect(standIn.contents.reloads).toBe(0)
  })

  it('is ended when it hangs and does not come back within its time', async () => {
    const { standIn, clock } = await open()
    standIn.contents.emit('unresponsive')
    clock.advance(recoveryTimes.patienceMs - 1)
    standIn.contents.emit('responsive')
    clock.advance(recoveryTimes.patienceMs)
    expect(standIn.contents.crashes).toBe(0)

    standIn.contents.emit('unresponsive')
    clock.advance(recoveryTimes.patienceMs)
    expect(standIn.contents.crashes).toBe(1)
  })
})

describe('the permission handlers', () => {
  it('ask the lane at that moment, for requests and for silent checks alike', async () => {
    const { standIn, host } = await open()
    const request = (): boolean | undefined => {
      let granted: boolean | undefined
      const details = { isMainFrame: true, requestingUrl: 'facelane://app/index.html', mediaTypes: ['video'] }
      standIn.permissionRequest?.({}, 'media', (answer) => (granted = answer), details)
      return granted
    }
    const check = (): boolean | undefined =>
      standIn.permissionCheck?.({}, 'media', 'facelane://app/', { isMainFrame: true, mediaType: 'video' })
    expect([request(), check()]).toEqual([false, false])
    host.cameraWanted = true
    expect([request(), check()]).toEqual([true, true])
    expect(standIn.devicePermission?.()).toBe(false)
  })
})

describe('the files of the page', () => {
  let root: string

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'facelane-assets-'))
    await mkdir(path.join(root, 'assets'))
    await writeFile(path.join(root, 'index.html'), '<!doctype html>')
    await writeFile(path.join(root, 'assets', 'index-1.js'), 'export {}')
    await writeFile(path.join(root, 'secret.env'), 'x')
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  it('are served with their type', async () => {
    const serve = assetHandler(root, new RecordingHost())
    const page = await serve(new Request('facelane://app/'))
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<!doctype html>',
    ])
    const script = await serve(new Request('facelane://app/assets/index-1.js'))
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })

  it('are the only ones: other names, kinds and methods are refused', async () => {
    const serve = assetHandler(root, new RecordingHost())
    const status = async (url: string, method = 'GET'): Promise<number> =>
      (await serve(new Request(url, { method }))).status
    expect(await status('facelane://app/none.js')).toBe(404)
    expect(await status('facelane://app/secret.env')).toBe(404)
    expect(await status('facelane://other/index.html')).toBe(404)
    expect(await status('facelane://app/index.html', 'POST')).toBe(405)
  })

  it('never lie outside their folder, whatever the address', () => {
    for (const name of ['..%2f..%2fetc/passwd', '%2e%2e/%2e%2e/x', '..%5c..%5cx', '%00', '%', '..%2f']) {
      const file = assetPath(root, `facelane://app/${name}`)
      expect(file === null || file.startsWith(root + path.sep)).toBe(true)
    }
    fc.assert(
      fc.property(fc.string(), (name) => {
        const file = assetPath(root, `facelane://app/${name}`)
        expect(file === null || file.startsWith(root + path.sep)).toBe(true)
      }),
    )
  })

  it('include the papers of a bench, and none of those in production', async () => {
    const host = new RecordingHost()
    host.bench = benchStandIn
    const bench = assetHandler(root, host)
    const paper = await bench(new Request('facelane://app/papers/p1.png'))
    expect([paper.status, paper.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect((await bench(new Request('facelane://app/papers/p2.png'))).status).toBe(404)
    const production = assetHandler(root, new RecordingHost())
    expect((await production(new Request('facelane://app/papers/p1.png'))).status).toBe(404)
  })

  it('include what a camera of the lane sees, only while it is on', async () => {
    const host = new RecordingHost()
    const serve = assetHandler(root, host)
    const status = async () =>
      (await serve(new Request('facelane://app/camera/preview.jpg?sequence=4'))).status
    expect(await status()).toBe(404)
    host.seen = new Uint8Array([0xff, 0xd8, 0xff, 0xd9])
    expect(await status()).toBe(200)
  })

  it('have addresses of our scheme and host, without a user in front', () => {
    expect(isAppUrl('facelane://app/index.html?x=1#y')).toBe(true)
    for (const url of ['facelane://app.example/x', 'facelane://u@app/', 'https://app/', 'facelane:app', '']) {
      expect(isAppUrl(url)).toBe(false)
    }
  })
})
