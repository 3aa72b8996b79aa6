import type { Failure } from '../../src-main/contract/failure.ts'
import type { CallOptions } from '../port/call.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'
import type { ByteStreamPort } from './byte-stream-port.ts'

export interface StreamListeners {
  data(bytes: Uint8Array): void
  /** The port vanished; not after our own closing. */
  lost(failure: Failure): void
}

/** A stream for as long as a device is claimed: taken with its listeners, freed with them. */
export interface HeldStream {
  take(call: CallOptions): Promise<void>
  /** Idempotent. */
  free(): Promise<void>
}

export function holdStream(stream: ByteStreamPort, listeners: StreamListeners): HeldStream {
  let subscriptions: readonly Unsubscribe[] = []
  return {
    async take(call) {
      await stream.open(call)
      subscriptions = [
        stream.onData((bytes) => listeners.data(bytes)),
        stream.onClose((failure) => {
          if (failure !== null) listeners.lost(failure)
        }),
      ]
    },
    async free() {
      subscriptions.forEach((unsubscribe) => unsubscribe())
      subscriptions = []
      await stream.close()
    },
  }
}
