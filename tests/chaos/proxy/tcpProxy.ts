import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Fault } from './faults.ts'

/** One request and its answer, as seen from the line between. */
export interface Turn {
  /** First line of what was sent, such as "POST /v1/journal HTTP/1.1". */
  readonly head: string
  readonly fault: Fault['kind']
  readonly what: 'request' | 'reply'
}

/** Stands between two processes on plain TCP. It reads no more than who speaks, and the first line of what is said. */
export interface TcpProxy {
  readonly url: string
  /** The line is dug up: nobody can connect, and every connection breaks. */
  unplug(): Promise<void>
  replug(): Promise<void>
  /** After `request` bytes have gone on, and when the first bytes of their `reply` have gone back. */
  onTurn(listener: (turn: Turn) => void): void
  close(): Promise<void>
}

export interface TcpProxyOptions {
  readonly targetPort: () => number
  /** Asked at the beginning of each turn. */
  readonly fault: (head: string) => Fault
}

const host = '127.0.0.1'
const dripBytes = 96
const lateConnectionMs = 4_000

export async function openTcpProxy({ targetPort, fault }: TcpProxyOptions): Promise<TcpProxy> {
  const listeners: ((turn: Turn) => void)[] = []
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()

  function later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, ms)
    timers.add(timer)
  }

  function upstreamSocket(): Socket {
    const socket = connect({ host, port: targetPort() })
    socket.setNoDelay(true)
    track(socket)
    return socket
  }

  function track(socket: Socket): void {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
  }

  /** The same bytes on a line of their own; what comes back is heard by nobody. */
  function deliverAside(bytes: Buffer): void {
    const aside = upstreamSocket()
    aside.resume()
    aside.write(bytes)
    later(lateConnectionMs, () => aside.destroy())
  }

  function serve(client: Socket): void {
    track(client)
    client.setNoDelay(true)
    let upstream: Socket | null = null
    let turn: { head: string; fault: Fault; sent: Buffer[]; replied: boolean } | null = null
    /** Bytes on the way, in order. */
    let onTheWay: Promise<void> = Promise.resolve()
    let wayBack: Promise<void> = Promise.resolve()

    const say = (what: Turn['what']): void => {
      if (turn === null) return
      for (const listener of listeners) listener({ head: turn.head, fault: turn.fault.kind, what })
    }
    const pause = (ms: number) => new Promise<void>((done) => later(ms, done))
    const hangUp = (): void => {
      client.destroy()
      upstream?.destroy()
    }

    async function pass(to: Socket, bytes: Buffer, how: Fault): Promise<void> {
      if (how.kind === 'latency') await pause(how.delayMs)
      if (how.kind !== 'slowDrip') return void to.write(bytes)
      for (let at = 0; at < bytes.length; at += dripBytes) {
        to.write(bytes.subarray(at, at + dripBytes))
        await pause(how.everyMs)
      }
    }

    function lineUp(): Socket {
      if (upstream !== null) return upstream
      const line = upstreamSocket()
      upstream = line
      line.on('data', (bytes) => answered(bytes))
      line.once('close', () => {
        void wayBack.then(() => client.destroy())
      })
      return line
    }

    function answered(bytes: Buffer): void {
      const now = turn
      if (now?.fault.kind === 'lostReply') return hangUp()
      const isFirst = now !== null && !now.replied
      if (now !== null) now.replied = true
      wayBack = wayBack.then(() => pass(client, bytes, now?.fault ?? { kind: 'none' }))
      if (isFirst) void wayBack.then(() => say('reply'))
    }

    client.on('data', (bytes) => {
      if (turn === null || turn.replied) {
        const head = bytes.subarray(0, 200).toString('latin1').split('\r\n')[0] ?? ''
        turn = { head, fault: fault(head), sent: [], replied: false }
        const begun = turn
        if (begun.fault.kind === 'halfOpen' && begun.fault.lateMs !== null)
          later(begun.fault.lateMs, () => deliverAside(Buffer.concat(begun.sent)))
        // Whole by then: requests are small, and their bytes come in one go or in two.
        if (begun.fault.kind === 'duplicate')
          later(begun.fault.afterMs + 5, () => deliverAside(Buffer.concat(begun.sent)))
      }
      const now = turn
      now.sent.push(bytes)
      switch (now.fault.kind) {
        case 'cut':
          return hangUp()
        case 'halfOpen':
          return
        case 'none':
        case 'latency':
        case 'lostReply':
        case 'duplicate':
        case 'slowDrip': {
          const line = lineUp()
          onTheWay = onTheWay.then(() => pass(line, bytes, now.fault))
          void onTheWay.then(() => say('request'))
        }
      }
    })
    client.once('close', () => {
      void onTheWay.then(() => upstream?.destroy())
    })
  }

  let server: Server | null = await listen(0)
  const { port } = server.address() as AddressInfo

  async function listen(at: number): Promise<Server> {
    const listening = createServer(serve).listen(at, host)
    await once(listening, 'listening')
    return listening
  }

  async function unplug(): Promise<void> {
    const closing = server
    server = null
    if (closing === null) return
    const closed = once(closing, 'close')
    closing.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  return {
    url: `http://${host}:${port}`,
    unplug,
    async replug() {
      server ??= await listen(port)
    },
    onTurn: (listener) => void listeners.push(listener),
    async close() {
      for (const timer of timers) clearTimeout(timer)
      await unplug()
    },
  }
}
