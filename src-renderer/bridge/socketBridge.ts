import type { HostMessage, PageBridge, PageMessage } from '../../src-main/contract/channels.ts'
import type { CommandResult } from '../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../src-main/contract/laneView.ts'
import { reconnectDelayMs } from './backoff.ts'

/** More than this still unsent means the lane cannot keep up: a newer frame is worth more than an old one. */
const unsentFrameBytes = 400_000

/** What the bridge needs of a `WebSocket`; tests bring their own. */
export interface SocketLike {
  binaryType: BinaryType
  readonly readyState: number
  readonly bufferedAmount: number
  onopen: (() => void) | null
  onclose: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  send(data: string | ArrayBuffer): void
  close(): void
}

export interface SocketBridgeOptions {
  connect(): SocketLike
  later(run: () => void, ms: number): void
  chance(): number
  /** Builds the bench half; given only by development builds. */
  bench?(channel: SocketChannel): NonNullable<PageBridge['bench']>
}

/** The socket as the bench half sees it. */
export interface SocketChannel {
  request(message: DistributiveOmit<PageMessage, 'id'>): Promise<CommandResult>
  onMessage(listener: (message: HostMessage) => void): () => void
}
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

const open = 1
const lost: CommandResult = { kind: 'refused', code: 'connectionLost' }

class SocketLink implements SocketChannel {
  private socket: SocketLike | null = null
  private attempt = 0
  private nextId = 1
  private readonly options: SocketBridgeOptions
  private readonly waiting = new Map<number, (result: CommandResult) => void>()
  private readonly listeners = new Set<(message: HostMessage) => void>()
  private readonly connectionListeners = new Set<(connected: boolean) => void>()
  private connected = false

  constructor(options: SocketBridgeOptions) {
    this.options = options
    this.dial()
  }

  request(message: DistributiveOmit<PageMessage, 'id'>): Promise<CommandResult> {
    const socket = this.socket
    if (socket?.readyState !== open) return Promise.resolve(lost)
    const id = this.nextId++
    return new Promise((resolve) => {
      this.waiting.set(id, resolve)
      socket.send(JSON.stringify({ ...message, id }))
    })
  }

  onMessage(listener: (message: HostMessage) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.connectionListeners.add(listener)
    listener(this.connected)
    return () => this.connectionListeners.delete(listener)
  }

  sendFrame(jpeg: ArrayBuffer): void {
    const socket = this.socket
    if (socket?.readyState !== open || socket.bufferedAmount > unsentFrameBytes) return
    socket.send(jpeg)
  }

  private dial(): void {
    const socket = this.options.connect()
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => this.setConnected(true)
    socket.onmessage = (event) => this.receive(event.data)
    socket.onclose = () => this.hangUp(socket)
    this.socket = socket
  }

  private hangUp(socket: SocketLike): void {
    if (this.socket !== socket) return
    this.socket = null
    this.setConnected(false)
    for (const resolve of this.waiting.values()) resolve(lost)
    this.waiting.clear()
    const delay = reconnectDelayMs(this.attempt++, this.options.chance())
    this.options.later(() => this.dial(), delay)
  }

  private receive(data: unknown): void {
    if (typeof data !== 'string') return
    // The host is this lane's own process and checks what it sends; the page only needs the shape to dispatch on.
    const message = JSON.parse(data) as HostMessage
    if (message.kind === 'lane:view') this.attempt = 0
    if (message.kind === 'answer') {
      this.waiting.get(message.id)?.(message.result)
      this.waiting.delete(message.id)
      return
    }
    for (const listener of this.listeners) listener(message)
  }

  private setConnected(connected: boolean): void {
    this.connected = connected
    for (const listener of this.connectionListeners) listener(connected)
  }
}

/** The lane over a WebSocket: reconnects for ever with back-off; an unanswered command is refused as `connectionLost`. */
export function createSocketBridge(options: SocketBridgeOptions): PageBridge {
  const link = new SocketLink(options)
  let newest: LaneView | null = null
  link.onMessage((message) => {
    if (message.kind === 'lane:view') newest = message.view
  })
  return {
    shell: 'browser',
    onView(listener) {
      if (newest !== null) listener(newest)
      return link.onMessage((message) => {
        if (message.kind === 'lane:view') listener(message.view)
      })
    },
    onConnection: (listener) => link.onConnection(listener),
    command: (argument) => link.request({ kind: 'lane:command', argument }),
    sendCameraFrame: (jpeg) => link.sendFrame(jpeg),
    cameraPreviewUrl: (sequence) => `/camera/preview.jpg?sequence=${sequence}`,
    bench: options.bench?.(link) ?? null,
  }
}
