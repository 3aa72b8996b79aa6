import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

export function hasDisplay(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY'])
}

/** Opens the page in a Chromium window without tabs; false where there is no display or no Chromium. */
export function openInBrowser(url: string, options: { kiosk: boolean; env: NodeJS.ProcessEnv }): boolean {
  const { env } = options
  const browser = browsers.map((name) => onPath(name, env['PATH'] ?? '')).find((file) => file !== null)
  if (!hasDisplay(env) || !browser) return false
  const profile = mkdtempSync(path.join(os.tmpdir(), 'facelane-browser-'))
  const window = options.kiosk ? ['--kiosk'] : ['--window-size=1080,1080']
  const child = spawn(
    browser,
    [`--app=${url}`, `--user-data-dir=${profile}`, '--no-first-run', '--disable-sync', ...window],
    { stdio: 'ignore', detached: true },
  )
  child.on('error', () => undefined)
  child.unref()
  return true
}

function onPath(name: string, searchPath: string): string | null {
  for (const folder of searchPath.split(path.delimiter).filter(Boolean)) {
    const file = path.join(folder, name)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      continue
    }
  }
  return null
}
