import type { Failure } from '../../src-main/contract/failure.ts'
import { runCall } from '../port/call.ts'
import { deviceFailure, systemCause } from '../port/failures.ts'
import { createSubscriptions } from '../port/subscriptions.ts'
import type { ByteStreamPort } from './byte-stream-port.ts'

/** An opened connection of some kind. */
export interface Channel {
  /** Calls `done` once the operating system took the bytes, or with its error. */
  write(bytes: Uint8Array, done: (error?: Error | null) => void): void
  /** Tells why the port is gone, null while it is there. Left out where only use can tell. */
  probe?(): Promise<Error | null>
  /** Frees the port; never rejects. */
  destroy(): Promise<void>
}

export interface ChannelEvents {
  data(bytes: Uint8Array): void
  /** May be called more than once; only the first counts. */
  closed(error: Error | null): void
}

/** Opens a channel or rejects with a `Failure`; when `signal` fires meanwhile it must free what it took. */
export type Connect = (events: ChannelEvents, signal: AbortSignal) => Promise<Channel>

/** The rules of `ByteStreamPort` over any kind of channel. */
export function createChannelStream(address: string, connect: Connect): ByteStreamPort {
  const onData = createSubscriptions<Uint8Array>()
  const onClose = createSubscriptions<Failure | null>()
  let channel: Channel | null = null
  let closing: AbortController | null = null

  const end = async (failure: Failure | null): Promise<void> => {
    if (closing === null) return
    const [endedChannel, endedClosing] = [channel, closing]
    channel = null
    closing = null
    endedClosing.abort(failure ?? deviceFailure('closed', `use ${address}`, 'The port was closed meanwhile.'))
    if (endedChannel !== null) {
      onClose.emit(failure)
      await endedChannel.destroy()
    }
  }

  const gone = (error: Error | null): Failure =>
    deviceFailure(
      'offline',
      `use ${address}`,
      `The device at ${address} is gone: unplugged or switched off.`,
      error === null ? undefined : systemCause(error, `use ${address}`),
    )

  return {
    address,
    async open(call) {
      if (closing !== null) throw deviceFailure('illegal', `open ${address}`, 'The port is already open.')
      const mine = new AbortController()
      closing = mine
      try {
        channel = await runCall(`open ${address}`, call, mine.signal, (signal) =>
          connect(
            {
              data: (bytes) => {
                if (closing === mine) onData.emit(bytes)
              },
              closed: (error) => {
                if (closing === mine) void end(gone(error))
              },
            },
            signal,
          ),
        )
      } catch (thrown) {
        if (closing === mine) closing = null
        throw thrown
      }
    },
    async write(bytes, call) {
      const [open, mine] = [channel, closing]
      if (open === null || mine === null) {
        throw deviceFailure('closed', `write to ${address}`, 'The port is not open.')
      }
      await runCall(
        `write to ${address}`,
        call,
        mine.signal,
        () =>
          new Promise<void>((resolve, reject) => {
            open.write(bytes, (error) => {
              if (error === undefined || error === null) return resolve()
              reject(gone(error))
              if (closing === mine) void end(gone(error))
            })
          }),
      )
    },
    async probe() {
      const [open, mine] = [channel, closing]
      const error = (await open?.probe?.()) ?? null
      if (error !== null && closing === mine) await end(gone(error))
    },
    onData: (listener) => onData.add(listener),
    onClose: (listener) => onClose.add(listener),
    close: () => end(null),
  }
}
