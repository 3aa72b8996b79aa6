/* eslint-disable @typescript-eslint/unified-signatures -- electron.d.ts has one overload for each event, and a merged one would not accept it. */
import type { BrowserWindowConstructorOptions, CustomScheme } from 'electron'

/**
 * The part of Electron this shell uses. `index.ts` passes the real thing, so that the type check holds it against
 * electron.d.ts; tests pass a stand-in, because Electron cannot be imported where its binary is missing.
 */
export interface ElectronLike {
  readonly app: AppLike
  readonly protocol: { registerSchemesAsPrivileged(schemes: CustomScheme[]): void }
  readonly session: { readonly defaultSession: SessionLike }
  readonly ipcMain: IpcMainLike
  readonly Menu: { setApplicationMenu(menu: null): void }
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => WindowLike
}

/** The asynchronous half of safeStorage: the other one is deprecated, and blocks while a keyring asks for its password. */
export interface SafeStorageLike {
  isAsyncEncryptionAvailable(): Promise<boolean>
  getSelectedStorageBackend(): string
  encryptStringAsync(plainText: string): Promise<Buffer>
  decryptStringAsync(
    encrypted: Buffer,
  ): Promise<{ readonly result: string; readonly shouldReEncrypt: boolean }>
}

export interface AppLike {
  enableSandbox(): void
  requestSingleInstanceLock(): boolean
  whenReady(): Promise<void>
  exit(exitCode?: number): void
  quit(): void
  on(event: 'second-instance', listener: () => void): unknown
  on(event: 'window-all-closed', listener: () => void): unknown
  on(event: 'before-quit', listener: (event: { preventDefault(): void }) => void): unknown
  on(event: 'web-contents-created', listener: (event: unknown, contents: ContentsLike) => void): unknown
  on(
    event: 'child-process-gone',
    listener: (event: unknown, details: { readonly type: string; readonly reason: string }) => void,
  ): unknown
}

export interface MediaDetails {
  readonly isMainFrame: boolean
  readonly requestingUrl?: string
  readonly mediaType?: string
  readonly mediaTypes?: readonly string[]
}

export interface SessionLike {
  readonly protocol: { handle(scheme: string, handler: (request: Request) => Promise<Response>): void }
  setPermissionRequestHandler(
    handler: (
      contents: unknown,
      permission: string,
      callback: (granted: boolean) => void,
      details: MediaDetails,
    ) => void,
  ): void
  setPermissionCheckHandler(
    handler: (contents: unknown, permission: string, origin: string, details: MediaDetails) => boolean,
  ): void
  setDevicePermissionHandler(handler: () => boolean): void
}

export interface FrameLike {
  readonly url: string
  readonly parent: unknown
}

export interface IpcEventLike {
  readonly sender: { readonly id: number }
  readonly senderFrame: FrameLike | null
}

export interface IpcMainLike {
  handle(channel: string, listener: (event: IpcEventLike, argument: unknown) => Promise<unknown>): void
  on(channel: string, listener: (event: IpcEventLike, argument: unknown) => void): unknown
}

interface NavigationLike {
  readonly url: string
  readonly isMainFrame: boolean
  preventDefault(): void
}

export interface ContentsLike {
  readonly id: number
  send(channel: string, argument: unknown): void
  reload(): void
  isDestroyed(): boolean
  forcefullyCrashRenderer(): void
  setWindowOpenHandler(handler: () => { action: 'deny' }): void
  on(event: 'will-navigate', listener: (details: NavigationLike) => void): unknown
  on(event: 'will-frame-navigate', listener: (details: NavigationLike) => void): unknown
  on(event: 'will-redirect', listener: (details: NavigationLike) => void): unknown
  on(event: 'will-attach-webview', listener: (event: { preventDefault(): void }) => void): unknown
  on(event: 'input-event', listener: (event: unknown, input: { readonly type: string }) => void): unknown
  on(
    event: 'render-process-gone',
    listener: (event: unknown, details: { readonly reason: string; readonly exitCode: number }) => void,
  ): unknown
  on(event: 'unresponsive' | 'responsive', listener: () => void): unknown
}

export interface WindowLike {
  readonly webContents: ContentsLike
  loadURL(url: string): Promise<void>
  show(): void
  focus(): void
  isMinimized(): boolean
  restore(): void
  once(event: 'ready-to-show', listener: () => void): unknown
}
