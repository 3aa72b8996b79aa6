import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { openVirtualSerial, type VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'

/** The terminal's end of its cable. */
export interface TerminalWire {
  readonly address: string
  readonly how: VirtualSerialKind
  readonly framing: 'serial' | 'tcp'
  write(bytes: Uint8Array): void
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe
  /** A till came: what was half received before belongs to nobody. */
  onTill(listener: () => void): Unsubscribe
  plugged(): boolean
  unplug(): Promise<void>
  replug(): Promise<void>
  close(): Promise<void>
}

export interface TerminalWireOptions {
  readonly kinds: readonly VirtualSerialKind[]
  readonly baud: number
  readonly link?: string | undefined
  /** Of the TCP listener; 0 takes any free one. */
  readonly port: number
}

export async function openTerminalWire(options: TerminalWireOptions): Promise<TerminalWire> {
  if (options.kinds[0] === 'tcp') return openTcpWire(options.port)
  const serial = await openVirtualSerial(options)
  const tills = createSubscriptions<undefined>()
  return {
    address: serial.address,
    how: serial.how,
    framing: serial.how === 'tcp' ? 'tcp' : 'serial',
    write: (bytes) => serial.write(bytes),
    onData: (listener) => serial.onData(listener),
    onTill: (listener) => tills.add(listener),
    plugged: () => serial.plugged(),
    unplug: () => serial.unplug(),
    async replug() {
      await serial.replug()
      tills.emit(undefined)
    },
    close: () => serial.close(),
  }
}

/** A connection that ended is known to have ended within this time. */
const goneLimitMs = 100

/** One till at a time; the same port after a replug. */
async function openTcpWire(wanted: number): Promise<TerminalWire> {
  const received = createSubscriptions<Uint8Array>()
  const tills = createSubscriptions<undefined>()
  let till: Socket | null = null
  let port = wanted
  const listen = async () => {
    const adopt = (socket: Socket): void => {
      if (till !== null || socket.destroyed) return void socket.destroy()
      till = socket
      tills.emit(undefined)
      socket.on('data', (bytes) => received.emit(bytes))
      socket.on('close', () => {
        if (till === socket) till = null
      })
      socket.resume()
    }
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
      socket.on('error', () => socket.destroy())
      if (till === null) adopt(socket)
      // The same till back again may be here before its old connection is known to be gone.
      else setTimeout(() => adopt(socket), goneLimitMs)
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    port = (server.address() as AddressInfo).port
    return server
  }
  let server: Awaited<ReturnType<typeof listen>> | null = await listen()
  const unplug = async (): Promise<void> => {
    const closing = server
    server = null
    if (closing === null) return
    const closed = new Promise<void>((resolve) => closing.close(() => resolve()))
    till?.destroy()
    await closed
  }
  return {
    address: `tcp://127.0.0.1:${port}`,
    how: 'tcp',
    framing: 'tcp',
    write: (bytes) => void till?.write(bytes),
    onData: (listener) => received.add(listener),
    onTill: (listener) => tills.add(listener),
    plugged: () => server !== null,
    unplug,
    async replug() {
      server ??= await listen()
    },
    close: unplug,
  }
}
