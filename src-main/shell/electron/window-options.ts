import type { BrowserWindowConstructorOptions } from 'electron'

/** Tells the preload, which has no other way to know, that this lane has emulated devices to show. */
export const benchArgument = '--facelane-bench'

export interface WindowPurpose {
  /** Absolute path of the built preload. */
  readonly preload: string
  /** Production: the whole screen, no frame, no way out. */
  readonly kiosk: boolean
  /** Development: a bench panel and developer tools. */
  readonly bench: boolean
}

/** Defaults of Electron that matter are repeated here, so that a change of theirs is not a change of ours. */
export function windowOptions({ preload, kiosk, bench }: WindowPurpose): BrowserWindowConstructorOptions {
  return {
    width: 540,
    height: 960,
    show: false,
    title: 'Facelane',
    backgroundColor: '#f6f5f1',
    autoHideMenuBar: true,
    kiosk,
    frame: !kiosk,
    fullscreenable: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      // A lane that is behind another window must go on counting down.
      backgroundThrottling: false,
      devTools: bench,
      additionalArguments: bench ? [benchArgument] : [],
    },
  }
}
