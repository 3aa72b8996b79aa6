import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { VirtualEnd } from './virtual-serial.ts'

/** A driver that closed its end is known to be gone within this time, also when it comes back at once. */
const goneLimitMs = 100

/** Listens on the loopback for one driver at a time; `port` 0 picks a free one. */
export async function openLoopbackEnd(
  port: number,
  deliver: (bytes: Uint8Array) => void,
): Promise<VirtualEnd & { readonly port: number }> {
  let current: Socket | null = null
  const adopt = (socket: Socket): void => {
    // Like a serial port: whoever comes second is turned away.
    if (current !== null || socket.destroyed || !server.listening) return void socket.destroy()
    current = socket
    socket.on('data', deliver)
    socket.on('close', () => {
      if (current === socket) current = null
    })
    socket.resume()
  }
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    if (current === null) adopt(socket)
    else setTimeout(() => adopt(socket), goneLimitMs)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    write: (bytes) => void current?.write(bytes),
    unplug: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        current?.destroy()
      }),
  }
}
