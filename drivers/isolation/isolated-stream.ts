import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { createChannelStream, type Channel, type ChannelEvents } from '../byte-stream/channel-stream.ts'
import { startIsolatedService, type IsolatedService } from './isolated-service.ts'
import type { StreamCalls, StreamEvent } from './stream-service.ts'

export interface IsolatedStreamOptions {
  /** How long the process of the stream may say nothing before it is ended, in ms. */
  readonly hangMs?: number
}

/** The caller's own limit ends a call; these only keep the far side from waiting for ever. */
const startLimitMs = 10_000
const farLimitMs = 120_000

/**
 * The byte stream at `address` in a process of its own: what crashes or hangs in there is an unplug here. Each opening
 * starts a process, each close ends it.
 */
export function createIsolatedStream(address: string, options: IsolatedStreamOptions = {}): ByteStreamPort {
  return createChannelStream(address, (events, signal) => connect(address, options, events, signal))
}

async function connect(
  address: string,
  { hangMs }: IsolatedStreamOptions,
  events: ChannelEvents,
  signal: AbortSignal,
): Promise<Channel> {
  const service = await startIsolatedService(
    {
      what: `the device at ${address}`,
      module: new URL('./stream-service.ts', import.meta.url),
      options: { address },
      ...(hangMs === undefined ? {} : { hangMs }),
    },
    { timeoutMs: startLimitMs, signal },
  )
  service.onEvent((event) => take(event as StreamEvent, events))
  service.onExit((failure) => {
    if (failure !== null) events.closed(failure)
  })
  try {
    const argument: StreamCalls['open'] = { timeoutMs: farLimitMs }
    await service.call('open', argument, { timeoutMs: farLimitMs, signal })
  } catch (thrown) {
    await service.close()
    throw thrown
  }
  return channelOf(service)
}

function take(event: StreamEvent, events: ChannelEvents): void {
  if (event.kind === 'data') return events.data(event.bytes)
  const { message, code } = event
  events.closed(Object.assign(new Error(message), code === null ? {} : { code }))
}

function channelOf(service: IsolatedService): Channel {
  return {
    write(bytes, done) {
      const argument: StreamCalls['write'] = { bytes, timeoutMs: farLimitMs }
      service.call('write', argument, { timeoutMs: farLimitMs }).then(
        () => done(),
        (thrown: unknown) => done(thrown instanceof Error ? thrown : new Error(String(thrown))),
      )
    },
    // What the far side finds comes as its `gone` event.
    async probe() {
      await service.call('probe', null, { timeoutMs: farLimitMs }).catch(() => undefined)
      return null
    },
    destroy: () => service.close(),
  }
}
