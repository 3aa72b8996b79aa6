import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { build } from 'vite'
import { WebSocketServer, type WebSocket } from 'ws'
import type { HostMessage, PageMessage } from '../../../src-main/contract/channels.ts'
import { securityHeaders } from '../../../src-main/shell/page/content-security.ts'
import { rendererConfig } from '../../../src-renderer/vite.config.ts'

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
}

export interface ScriptedHost {
  readonly url: string
  /** What the page asked so far; each is answered `accepted`. */
  readonly asked: PageMessage[]
  /** Binary messages: camera frames. */
  readonly frames: Uint8Array[]
  say(message: HostMessage): void
  /** Drops every connection, as a lane that restarts. */
  hangUp(): void
  close(): Promise<void>
}

/** Builds the page into a folder of its own, so that a test never meets a stale bundle. */
export async function buildPage(bench: boolean): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'facelane-page-'))
  await build({ ...rendererConfig({ bench, outDir: folder }), configFile: false, logLevel: 'error' })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** A lane that says what the test tells it to say: the built page, and a WebSocket at `/lane`. */
export async function startScriptedHost(folder: string): Promise<ScriptedHost> {
  const sockets = new Set<WebSocket>()
  const newest = new Map<HostMessage['kind'], HostMessage>()
  const asked: PageMessage[] = []
  const frames: Uint8Array[] = []
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://lane').pathname
    const file = path.join(folder, name === '/' ? 'index.html' : path.normalize(name))
    readFile(file).then(
      (bytes) => {
        response.writeHead(200, {
          'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
          ...securityHeaders,
        })
        response.end(bytes)
      },
      () => response.writeHead(404).end(),
    )
  })
  const lane = new WebSocketServer({ server, path: '/lane' })
  lane.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('message', (data: Buffer, binary) => {
      if (binary) {
        frames.push(data)
        return
      }
      const message = JSON.parse(data.toString()) as PageMessage
      asked.push(message)
      socket.send(JSON.stringify({ kind: 'answer', id: message.id, result: { kind: 'accepted' } }))
    })
    for (const message of newest.values()) socket.send(JSON.stringify(message))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    frames,
    say(message) {
      newest.set(message.kind, message)
      for (const socket of sockets) socket.send(JSON.stringify(message))
    },
    hangUp() {
      for (const socket of sockets) socket.terminate()
    },
    async close() {
      for (const socket of sockets) socket.terminate()
      lane.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
