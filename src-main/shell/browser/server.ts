import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { LaneHostPort } from '../../contract/channels.ts'
import { cameraFrameLimits } from '../../contract/channels.ts'
import { Failure } from '../../contract/failure.ts'
import type { LogPort } from '../../ports/log.ts'
import { assetHandler } from '../page/assets.ts'
import { securityHeaders } from '../page/content-security.ts'
import { appOrigin } from '../page/origin.ts'
import { createPageAccess } from './access.ts'
import { attachPage } from './page-socket.ts'

export interface BrowserShellOptions {
  readonly host: LaneHostPort
  /** Folder of the built renderer, absolute. */
  readonly root: string
  readonly address: { readonly host: string; readonly port: number }
  readonly log: LogPort
}

export interface BrowserShell {
  /** The address to open, token included: a secret of this start. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** The same renderer as in Electron, served on loopback, with the lane on a WebSocket. */
export async function startBrowserShell({
  host,
  root,
  address,
  log,
}: BrowserShellOptions): Promise<BrowserShell> {
  let port = address.port
  const access = createPageAccess(() => [`${address.host}:${port}`, `localhost:${port}`])
  const assets = assetHandler(root, host)
  const server = createServer((request, response) => {
    void serve(request, response)
  })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: cameraFrameLimits.bytes })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request, address.host)
    const admitted = url !== null && access.isOurs(request) && access.admit(request, url)
    if (admitted === false) return refuse(response)
    // Anything but GET and HEAD is refused alike; some methods cannot even be put into a `Request`.
    const method = request.method === 'GET' || request.method === 'HEAD' ? request.method : 'POST'
    const answer = await assets(new Request(`${appOrigin}${url.pathname}`, { method }))
    const headers = Object.fromEntries(answer.headers)
    response.writeHead(answer.status, admitted === null ? headers : { ...headers, 'Set-Cookie': admitted })
    response.end(Buffer.from(await answer.arrayBuffer()))
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => {
      log.warn({ error: error.message }, 'page connection')
    })
    const url = urlOf(request, address.host)
    const allowed =
      url !== null &&
      url.pathname === '/lane' &&
      access.isOurs(request) &&
      access.admit(request, url) !== false
    if (!allowed) return socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, (page) => {
      attachPage(page, host, log)
    })
  })
  port = await listen(server, address)
  return {
    url: `http://${address.host}:${port}/?token=${access.token}`,
    port,
    async close() {
      for (const page of sockets.clients) page.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Null for what is no path of ours, such as the whole address that is sent to a proxy. */
function urlOf({ url = '/' }: IncomingMessage, host: string): URL | null {
  return url.startsWith('/') ? URL.parse(`http://${host}${url}`) : null
}

async function listen(
  server: ReturnType<typeof createServer>,
  address: { host: string; port: number },
): Promise<number> {
  server.listen(address.port, address.host)
  try {
    await once(server, 'listening')
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
    throw new Failure({
      code: 'shell.cannotListen',
      attempted: `serve the screen on ${address.host}:${address.port}`,
      remedy: 'staff',
      nativeCode: code,
      message: `The screen cannot be served on ${address.host}:${address.port} (${code}). Set http.port to a free port, or 0 for any.`,
    })
  }
  return (server.address() as AddressInfo).port
}

function refuse(response: ServerResponse): void {
  response.writeHead(403, { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8' })
  response.end('This lane opens only with the address printed at its start.\n')
}
