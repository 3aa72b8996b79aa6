import type { WebSocket } from 'ws'
import type { HostMessage, LaneHostPort } from '../../contract/channels.ts'
import { cameraFrameLimits, pageMessageSchema } from '../../contract/channels.ts'
import type { LogPort } from '../../ports/log.ts'

/** Views a slow page may have unsent before newer ones replace them: the last one is the one that counts. */
const unsentBytes = 1_000_000

/** One page: views out, validated commands and camera frames in. */
export function attachPage(socket: WebSocket, host: LaneHostPort, log: LogPort): void {
  const send = (message: HostMessage): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }
  let behind: HostMessage | null = null
  const sendView = (message: HostMessage): void => {
    if (socket.bufferedAmount < unsentBytes) return send(message)
    if (behind === null) setTimeout(catchUp, 50)
    behind = message
  }
  const catchUp = (): void => {
    const message = behind
    behind = null
    if (message) sendView(message)
  }
  const unsubscribe = [
    host.onView((view) => {
      sendView({ kind: 'lane:view', view })
    }),
    host.bench?.onView((view) => {
      send({ kind: 'bench:view', view })
    }),
  ]
  socket.on('message', (data, isBinary) => {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)
    if (isBinary) pushFrame(host, bytes)
    else void answer(host, bytes.toString('utf8'), log).then((message) => message && send(message))
  })
  socket.on('close', () => {
    for (const stop of unsubscribe) stop?.()
  })
  socket.on('error', (error) => {
    log.warn({ error: error.message }, 'page socket')
  })
}

function pushFrame(host: LaneHostPort, bytes: Buffer): void {
  if (bytes.length === 0 || bytes.length > cameraFrameLimits.bytes) return
  // A copy of its own memory: the frame is transferred to the face worker.
  host.pushCameraFrame(new Uint8Array(bytes).buffer)
}

async function answer(host: LaneHostPort, text: string, log: LogPort): Promise<HostMessage | null> {
  const parsed = pageMessageSchema.safeParse(jsonOf(text))
  if (!parsed.success) {
    log.warn({ problems: parsed.error.issues.map((issue) => issue.path.join('.')) }, 'refused a page message')
    const id = idOf(jsonOf(text))
    return id === null ? null : { kind: 'answer', id, result: { kind: 'refused', code: 'malformed' } }
  }
  const message = parsed.data
  if (message.kind === 'lane:command') {
    return { kind: 'answer', id: message.id, result: await host.command(message.argument) }
  }
  const result = host.bench
    ? await host.bench.command(message.argument)
    : ({ kind: 'refused', code: 'noBench' } as const)
  return { kind: 'answer', id: message.id, result }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function idOf(value: unknown): number | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : null
}
