import type { ByteStreamPort } from '../../byte-stream/byte-stream-port.ts'
import type { DriverClock } from '../../port/clock.ts'
import { deviceFailure } from '../../port/failures.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import type { Apdu } from './apdu.ts'
import { ACK, NAK, type ZvtFraming } from './framing.ts'

/** Carries APDUs over an opened stream; on a serial line with the confirmation and the repeats of PA00P016. */
export interface ZvtTransport {
  /** Settles when the bytes are out, on a serial line when the terminal confirmed them. */
  send(apdu: Apdu): Promise<void>
  onApdu(listener: (apdu: Apdu) => void): Unsubscribe
  close(): void
}

/** T1 of the serial transport: no confirmation within this time means the frame is sent again. */
const confirmLimitMs = 5000
/** Sent at most this often in all. */
const mostTries = 3
const writeLimitMs = 5000

export function createZvtTransport(
  stream: Pick<ByteStreamPort, 'address' | 'write' | 'onData'>,
  framing: ZvtFraming,
  clock: DriverClock,
): ZvtTransport {
  const apdus = createSubscriptions<Apdu>()
  let confirmed: ((yes: boolean) => void) | null = null
  let closed = false
  let sending: Promise<void> = Promise.resolve()

  const unsubscribe = stream.onData((bytes) => {
    for (const frame of framing.push(bytes)) {
      if (frame.kind === 'ack') confirmed?.(true)
      else if (frame.kind === 'nak') confirmed?.(false)
      else if (frame.kind === 'garbled') answer(NAK)
      else {
        if (framing.confirmed) answer(ACK)
        apdus.emit(frame.apdu)
      }
    }
  })

  /** A lost confirmation makes the other side repeat itself: nothing to be done about it here. */
  function answer(byte: number): void {
    stream.write(Uint8Array.of(byte), { timeoutMs: writeLimitMs }).catch(() => undefined)
  }

  /** True for ACK, false for NAK or silence. */
  function confirmation(): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = clock.after(confirmLimitMs, () => settle(false))
      const settle = (yes: boolean): void => {
        cancel()
        confirmed = null
        resolve(yes)
      }
      confirmed = settle
    })
  }

  async function transmit(apdu: Apdu): Promise<void> {
    const bytes = framing.encode(apdu)
    for (let tries = 0; tries < mostTries && !closed; tries++) {
      const heard = framing.confirmed ? confirmation() : null
      await stream.write(bytes, { timeoutMs: writeLimitMs })
      if (heard === null || (await heard)) return
    }
    throw deviceFailure(
      closed ? 'closed' : 'timeout',
      `send to the terminal at ${stream.address}`,
      'The terminal did not confirm what was sent. Check cable and power.',
    )
  }

  return {
    send(apdu) {
      const mine = sending.then(() => transmit(apdu))
      sending = mine.catch(() => undefined)
      return mine
    },
    onApdu: (listener) => apdus.add(listener),
    close() {
      closed = true
      unsubscribe()
      confirmed?.(false)
    },
  }
}
