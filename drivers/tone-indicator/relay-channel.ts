import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { encodeRelay } from '../relay-board/lcus.ts'
import type { ToneChannel } from './tone-indicator-port.ts'

/** A buzzer on a relay of a board of its own; `relay` from 1. */
export function relayChannel(stream: ByteStreamPort, relay: number): ToneChannel {
  return {
    address: stream.address,
    open: (call) => stream.open(call),
    switchTo: (on, call) => stream.write(encodeRelay({ relay, on }), call),
    probe: () => stream.probe(),
    onClose: (listener) => stream.onClose(listener),
    close: () => stream.close(),
  }
}
