import { EventEmitter } from 'node:events'
import type { BrowserWindowConstructorOptions, CustomScheme } from 'electron'
import type {
  ContentsLike,
  ElectronLike,
  IpcEventLike,
  MediaDetails,
  WindowLike,
} from '../../../src-main/shell/electron/electron-like.ts'

type PermissionRequestHandler = (
  contents: unknown,
  permission: string,
  callback: (granted: boolean) => void,
  details: MediaDetails,
) => void
type PermissionCheckHandler = (
  contents: unknown,
  permission: string,
  origin: string,
  details: MediaDetails,
) => boolean

/** One web contents that records what the shell asked of it. */
export class StandInContents extends EventEmitter {
  readonly id: number
  readonly sent: { channel: string; argument: unknown }[] = []
  reloads = 0
  crashes = 0
  destroyed = false
  openWindow: (() => { action: 'deny' }) | undefined

  constructor(id: number) {
    super()
    this.id = id
  }

  send(channel: string, argument: unknown): void {
    this.sent.push({ channel, argument })
  }

  reload(): void {
    this.reloads += 1
  }

  isDestroyed(): boolean {
    return this.destroyed
  }

  forcefullyCrashRenderer(): void {
    this.crashes += 1
  }

  setWindowOpenHandler(handler: () => { action: 'deny' }): void {
    this.openWindow = handler
  }

  /** Asks as Electron does before it goes somewhere; true when the shell prevented it. */
  isPrevented(event: string, url: string, isMainFrame = true): boolean {
    let prevented = false
    this.emit(event, { url, isMainFrame, preventDefault: () => (prevented = true) })
    return prevented
  }
}

export class StandInWindow extends EventEmitter {
  readonly webContents: StandInContents
  readonly options: BrowserWindowConstructorOptions
  readonly loaded: string[] = []
  shown = 0
  focused = 0

  constructor(options: BrowserWindowConstructorOptions, contents: StandInContents) {
    super()
    this.options = options
    this.webContents = contents
  }

  async loadURL(url: string): Promise<void> {
    this.loaded.push(url)
  }

  show(): void {
    this.shown += 1
  }

  focus(): void {
    this.focused += 1
  }

  isMinimized(): boolean {
    return false
  }

  restore(): void {
    this.shown += 1
  }
}

/** Electron as far as the shell uses it, driven by hand. `log` is the order of what the shell called. */
export class StandInElectron {
  readonly app = new EventEmitter()
  readonly windows: StandInWindow[] = []
  readonly calls: string[] = []
  readonly schemes: CustomScheme[] = []
  readonly handlers = new Map<string, (event: IpcEventLike, argument: unknown) => Promise<unknown>>()
  readonly listeners = new Map<string, (event: IpcEventLike, argument: unknown) => void>()
  exitCode: number | null = null
  onlyInstance = true
  serve: ((request: Request) => Promise<Response>) | undefined
  permissionRequest: PermissionRequestHandler | undefined
  permissionCheck: PermissionCheckHandler | undefined
  devicePermission: (() => boolean) | undefined

  /** The same object under the type the shell takes. */
  get electron(): ElectronLike {
    const { windows, app, calls } = this
    class BrowserWindow extends StandInWindow {
      constructor(options: BrowserWindowConstructorOptions) {
        super(options, new StandInContents(windows.length + 1))
        windows.push(this)
        app.emit('web-contents-created', {}, this.webContents)
      }
    }
    return {
      app: Object.assign(this.app, {
        enableSandbox: () => void calls.push('enableSandbox'),
        requestSingleInstanceLock: () => this.onlyInstance,
        whenReady: async () => void calls.push('whenReady'),
        quit: () => void calls.push('quit'),
        exit: (code = 0) => {
          this.exitCode = code
        },
      }),
      protocol: {
        registerSchemesAsPrivileged: (schemes) => {
          calls.push('registerSchemes')
          this.schemes.push(...schemes)
        },
      },
      session: {
        defaultSession: {
          protocol: {
            handle: (_scheme, handler) => {
              this.serve = handler
            },
          },
          setPermissionRequestHandler: (handler) => {
            this.permissionRequest = handler
          },
          setPermissionCheckHandler: (handler) => {
            this.permissionCheck = handler
          },
          setDevicePermissionHandler: (handler) => {
            this.devicePermission = handler
          },
        },
      },
      ipcMain: {
        handle: (channel, listener) => void this.handlers.set(channel, listener),
        on: (channel, listener) => void this.listeners.set(channel, listener),
      },
      Menu: { setApplicationMenu: () => void calls.push('removeMenu') },
      BrowserWindow: BrowserWindow satisfies new (options: BrowserWindowConstructorOptions) => WindowLike,
    }
  }

  /** The first window's contents; throws when none was opened. */
  get contents(): StandInContents {
    const [window] = this.windows
    if (window === undefined) throw new Error('No window was opened')
    return window.webContents
  }

  /** What a request by the page gets. */
  invoke(channel: string, argument: unknown, event: IpcEventLike = this.event()): Promise<unknown> {
    const handler = this.handlers.get(channel)
    if (handler === undefined) throw new Error(`Nobody handles ${channel}`)
    return handler(event, argument)
  }

  post(channel: string, argument: unknown, event: IpcEventLike = this.event()): void {
    this.listeners.get(channel)?.(event, argument)
  }

  /** A message from our page, unless told otherwise. */
  event(change: { url?: string; parent?: unknown; id?: number } = {}): IpcEventLike {
    const { url = 'facelane://app/index.html', parent = null, id = 1 } = change
    return { sender: { id }, senderFrame: { url, parent } }
  }
}

export function asContents(contents: StandInContents): ContentsLike {
  return contents
}
