import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'

/** The stream as it is, and how many listeners its driver has left there. */
export interface CountedStream {
  readonly stream: ByteStreamPort
  listeners(): number
}

export function countListeners(stream: ByteStreamPort): CountedStream {
  const there = new Set<Unsubscribe>()
  const counted = (unsubscribe: Unsubscribe): Unsubscribe => {
    there.add(unsubscribe)
    return () => {
      there.delete(unsubscribe)
      unsubscribe()
    }
  }
  return {
    stream: {
      address: stream.address,
      open: (call) => stream.open(call),
      write: (bytes, call) => stream.write(bytes, call),
      probe: () => stream.probe(),
      close: () => stream.close(),
      onData: (listener) => counted(stream.onData(listener)),
      onClose: (listener) => counted(stream.onClose(listener)),
    },
    listeners: () => there.size,
  }
}
