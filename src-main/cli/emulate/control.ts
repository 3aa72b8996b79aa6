import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { failureData } from '../../contract/failure.ts'
import { UsageError } from '../command.ts'
import type { RunningDevice } from './device.ts'

export interface Control {
  readonly url: string
  close(): Promise<void>
}

/** A line nobody writes by hand. */
const mostBytes = 4096

/**
 * The same lines over HTTP on the loopback: POST one to `/`, GET the state from `/`. A page of some site cannot send them: its
 * requests carry an Origin, and are refused.
 */
export async function openControl(port: number, device: RunningDevice): Promise<Control> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
    }
    void answerTo(request, device).then(
      (body) => answer(200, body),
      (thrown: unknown) =>
        answer(thrown instanceof UsageError ? 400 : 500, { ok: false, message: failureData(thrown).message }),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answerTo(request: IncomingMessage, device: RunningDevice): Promise<object> {
  if (request.headers.origin !== undefined) throw new UsageError('Pages may not turn this device.')
  if (request.method === 'GET') return { ok: true, state: device.state() }
  if (request.method !== 'POST') throw new UsageError('GET the state, or POST a line.')
  if (Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY) > mostBytes)
    throw new UsageError(`A line has at most ${mostBytes} bytes, and its length stands in the request.`)
  await device.tell(await text(request))
  return { ok: true, state: device.state() }
}
