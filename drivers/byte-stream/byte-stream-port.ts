import type { Failure } from '../../src-main/contract/failure.ts'
import type { CallOptions } from '../port/call.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'

/**
 * A two-way stream of bytes to one device; the only part that differs between a real port, TCP and an emulator.
 * Chunks have no meaning: a frame may arrive split anywhere or joined with others.
 */
export interface ByteStreamPort {
  readonly address: string
  /**
   * Takes the port exclusively. Rejects with `device.noExist` (no such port), `device.claimed` (somebody else has it)
   * or `device.failure`. May be called again after a close.
   */
  open(call: CallOptions): Promise<void>
  /** Resolves when the operating system took the bytes, not when the device has them. Writes keep their order. */
  write(bytes: Uint8Array, call: CallOptions): Promise<void>
  /**
   * Looks whether the port still exists, where that can be seen without the device's help, and ends the stream (with
   * its `onClose`) when not. Never rejects.
   */
  probe(): Promise<void>
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe
  /** Once per opening: null after our own `close`, the failure after an unplug. An unplug may go unnoticed until a write. */
  onClose(listener: (failure: Failure | null) => void): Unsubscribe
  /** Idempotent; outstanding opens and writes reject with `device.closed`. Never hangs on a device that does not read. */
  close(): Promise<void>
}
