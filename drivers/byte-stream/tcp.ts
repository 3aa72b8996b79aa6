import { connect as connectSocket } from 'node:net'
import { deviceFailure, systemCause } from '../port/failures.ts'
import { formatAddress, type TcpAddress } from './address.ts'
import type { ByteStreamPort } from './byte-stream-port.ts'
import { createChannelStream, type Channel, type ChannelEvents } from './channel-stream.ts'

/** A cable pulled out says nothing; probes tell after some seconds. */
const keepAliveMs = 5000

export function createTcpStream(address: TcpAddress): ByteStreamPort {
  return createChannelStream(formatAddress(address), (events, signal) => connect(address, events, signal))
}

function connect(address: TcpAddress, events: ChannelEvents, signal: AbortSignal): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host: address.host, port: address.port, noDelay: true })
    socket.setKeepAlive(true, keepAliveMs)
    const giveUp = (): void => void socket.destroy()
    signal.addEventListener('abort', giveUp, { once: true })
    let lastError: Error | null = null
    socket.on('error', (error) => {
      lastError = error
      reject(openFailure(address, error))
    })
    socket.on('data', (bytes) => events.data(bytes))
    socket.on('end', () => socket.destroy())
    socket.on('close', () => events.closed(lastError))
    socket.on('connect', () => {
      signal.removeEventListener('abort', giveUp)
      resolve({
        write: (bytes, done) => void socket.write(bytes, done),
        destroy: async () => void socket.destroy(),
      })
    })
  })
}

function openFailure(address: TcpAddress, error: Error) {
  const attempted = `open ${formatAddress(address)}`
  const cause = systemCause(error, attempted)
  const name = /ECONNREFUSED|EHOSTUNREACH|ENOTFOUND|ENETUNREACH/.test(cause.nativeCode ?? '')
    ? 'noExist'
    : 'failure'
  return deviceFailure(name, attempted, `Nothing answers at ${address.host}:${address.port}.`, cause)
}
