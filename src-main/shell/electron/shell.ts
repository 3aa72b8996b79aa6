import type { LaneHostPort } from '../../contract/channels.ts'
import { failureData } from '../../contract/failure.ts'
import type { ClockPort } from '../../ports/clock.ts'
import type { LogPort } from '../../ports/log.ts'
import { assetHandler } from '../page/assets.ts'
import { confine } from './confinement.ts'
import type { ElectronLike, WindowLike } from './electron-like.ts'
import { createIntentWatch } from './intent.ts'
import { openGate } from './ipc-gate.ts'
import { appPage, appScheme } from '../page/origin.ts'
import { guardPermissions } from './permissions.ts'
import { keepAlive } from './recovery.ts'
import { windowOptions } from './window-options.ts'

export interface ShellParts {
  readonly electron: ElectronLike
  readonly clock: ClockPort
  readonly log: LogPort
  /** Absolute folder of the built renderer, and absolute path of the built preload. */
  readonly renderer: string
  readonly preload: string
  readonly production: boolean
  /** Starts the lane; called once, when Electron is ready and this is the only instance. */
  readonly startHost: () => Promise<LaneHostPort>
}

/**
 * Must be called before Electron is ready: schemes, sandbox and the instance lock are decided by then. Resolves with
 * the window once the lane runs in it, or with null when another instance has the lane and was brought to the front.
 */
export async function openShell(parts: ShellParts): Promise<WindowLike | null> {
  const { electron, log } = parts
  electron.app.enableSandbox()
  electron.protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ])
  electron.app.on('web-contents-created', (_event, contents) => confine(contents))
  electron.app.on('child-process-gone', (_event, { type, reason }) => {
    log.error({ type, reason }, 'A helper process of the window died')
  })
  if (!electron.app.requestSingleInstanceLock()) {
    log.warn({}, 'Facelane already runs here; its window was brought to the front')
    electron.app.quit()
    return null
  }
  await electron.app.whenReady()
  const host = await parts.startHost()
  return openWindow(parts, host)
}

async function openWindow(parts: ShellParts, host: LaneHostPort): Promise<WindowLike> {
  const { electron, clock, log } = parts
  const session = electron.session.defaultSession
  session.protocol.handle(appScheme, assetHandler(parts.renderer, host))
  guardPermissions(session, () => host.wantsCamera())
  if (parts.production) electron.Menu.setApplicationMenu(null)

  const bench = host.bench !== null
  const window = new electron.BrowserWindow(
    windowOptions({ preload: parts.preload, kiosk: parts.production, bench }),
  )
  const contents = window.webContents
  keepAlive(contents, clock, log)
  const intent = createIntentWatch(() => clock.monotonicMs())
  contents.on('input-event', (_event, input) => intent.sawInput(input.type))
  const publish = publisher(window, host)
  const windows = new Set([contents.id])
  openGate({ ipcMain: electron.ipcMain, host, intent, log, windows, onPageReady: publish.all })

  window.once('ready-to-show', () => window.show())
  electron.app.on('second-instance', () => bringToFront(window))
  electron.app.on('window-all-closed', () => electron.app.quit())
  electron.app.on('before-quit', closeFirst(parts, host, publish.stop))
  await window.loadURL(appPage)
  return window
}

/** Sends each new view to the page while there is one. */
function publisher(window: WindowLike, host: LaneHostPort): { all(): void; stop(): void } {
  const send = (channel: 'lane:view' | 'bench:view', view: unknown): void => {
    if (!window.webContents.isDestroyed()) window.webContents.send(channel, view)
  }
  const stops = [
    host.onView((view) => send('lane:view', view)),
    ...(host.bench === null ? [] : [host.bench.onView((view) => send('bench:view', view))]),
  ]
  return {
    all() {
      send('lane:view', host.view())
      if (host.bench !== null) send('bench:view', host.bench.view())
    },
    stop() {
      for (const stop of stops) stop()
    },
  }
}

/** Holds the exit back once, until the lane has put its things away. */
function closeFirst(
  { electron, log }: ShellParts,
  host: LaneHostPort,
  stop: () => void,
): (event: { preventDefault(): void }) => void {
  let closing = false
  return (event) => {
    event.preventDefault()
    if (closing) return
    closing = true
    stop()
    host.close().then(
      () => electron.app.exit(0),
      (error: unknown) => {
        log.error(
          { ...failureData(error) },
          'The lane did not close cleanly; the next start checks its journal',
        )
        electron.app.exit(1)
      },
    )
  }
}

function bringToFront(window: WindowLike): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
