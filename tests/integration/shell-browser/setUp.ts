import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { once } from 'node:events'
import { afterEach } from 'vitest'
import { WebSocket } from 'ws'
import type { BenchCommand } from '../../../src-main/contract/bench.ts'
import type { LaneHostPort } from '../../../src-main/contract/channels.ts'
import type { CommandResult, LaneCommand } from '../../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import { startBrowserShell, type BrowserShell } from '../../../src-main/shell/browser/server.ts'
import { keptLog } from '../lane/support/stores.ts'

const cleanUps: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A lane that keeps what it was told; the shell passes views on without reading them. */
export class KeepingHost implements LaneHostPort {
  readonly commands: (LaneCommand | BenchCommand)[] = []
  readonly frames: ArrayBuffer[] = []
  readonly listeners = new Set<(view: LaneView) => void>()
  bench: LaneHostPort['bench'] = null
  #version = 0

  view(): LaneView {
    return { version: this.#version, padding: '' } as unknown as LaneView
  }
  onView(listener: (view: LaneView) => void): () => void {
    this.listeners.add(listener)
    listener(this.view())
    return () => this.listeners.delete(listener)
  }
  /** A new view of about this many bytes. */
  publish(bytes = 0): void {
    this.#version += 1
    const view = { version: this.#version, padding: 'x'.repeat(bytes) } as unknown as LaneView
    for (const listener of this.listeners) listener(view)
  }
  command(command: LaneCommand): Promise<CommandResult> {
    this.commands.push(command)
    return Promise.resolve({ kind: 'accepted' })
  }
  pushCameraFrame(jpeg: ArrayBuffer): void {
    this.frames.push(jpeg)
  }
  wantsCamera(): boolean {
    return true
  }
  cameraPreview(): Uint8Array | null {
    return null
  }
  close(): Promise<void> {
    return Promise.resolve()
  }
}

export interface Served {
  readonly host: KeepingHost
  readonly shell: BrowserShell
  readonly log: ReturnType<typeof keptLog>
  readonly token: string
}

export async function serve(bench: LaneHostPort['bench'] = null): Promise<Served> {
  const folder = mkdtempSync(path.join(tmpdir(), 'facelane-page-'))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  const root = path.join(folder, 'page')
  mkdirSync(path.join(root, 'assets'), { recursive: true })
  writeFileSync(path.join(root, 'index.html'), '<!doctype html><title>Lane</title>')
  writeFileSync(path.join(root, 'assets', 'app.js'), 'export {}')
  writeFileSync(path.join(root, 'assets', 'app.js.map'), 'sources')
  writeFileSync(path.join(folder, 'secret.json'), '{"secret":true}')
  const host = new KeepingHost()
  host.bench = bench
  const log = keptLog()
  const shell = await startBrowserShell({ host, root, address: { host: '127.0.0.1', port: 0 }, log })
  cleanUps.push(() => shell.close())
  return { host, shell, log, token: new URL(shell.url).searchParams.get('token') ?? '' }
}

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** One request with exactly this path: nothing is normalised on the way. */
export async function get(
  { shell }: Served,
  requestPath: string,
  headers: http.OutgoingHttpHeaders = {},
  method = 'GET',
): Promise<Answer> {
  const request = http.request({ host: '127.0.0.1', port: shell.port, path: requestPath, method, headers })
  request.end()
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk as string
  return { status: response.statusCode ?? 0, headers: response.headers, body }
}

/** The cookie that the page's address hands out. */
export async function cookieOf(served: Served): Promise<string> {
  const { headers } = await get(served, `/?token=${served.token}`)
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

/** Bytes as they are, for what no client would send; resolves with everything until the server closes. */
export async function raw({ shell }: Served, text: string): Promise<string> {
  const socket = net.connect(shell.port, '127.0.0.1')
  socket.end(text)
  let answer = ''
  for await (const chunk of socket.setEncoding('utf8')) answer += chunk as string
  return answer
}

export interface Page {
  readonly socket: WebSocket
  readonly messages: { kind: string; [field: string]: unknown }[]
  next(count?: number): Promise<void>
}

export async function openPage(served: Served, headers: Record<string, string>): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${served.shell.port}/lane`, { headers })
  cleanUps.push(() => socket.terminate())
  const messages: Page['messages'] = []
  socket.on('message', (data) => {
    messages.push(JSON.parse((data as Buffer).toString('utf8')) as Page['messages'][number])
  })
  socket.on('error', () => undefined)
  await once(socket, 'open')
  return {
    socket,
    messages,
    async next(count = 1) {
      const wanted = messages.length + count
      while (messages.length < wanted) await once(socket, 'message')
    },
  }
}

/** The status a refused upgrade is answered with. */
export async function refusedUpgrade(
  served: Served,
  where: string,
  headers: Record<string, string>,
): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${served.shell.port}${where}`, { headers })
  socket.on('error', () => undefined)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, http.IncomingMessage]
  socket.terminate()
  return response.statusCode ?? 0
}
