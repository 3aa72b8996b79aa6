import type { KeyboardLayoutId } from '../../hid/keyboard-layouts.ts'
import { typedReports } from '../../hid/keystrokes.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { plugOf } from '../../virtual-serial/plug.ts'
import { openVirtualHid, type ReaderFault, type VirtualHidOptions } from '../../virtual-serial/virtual-hid.ts'
import type { VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'
import { magTekReport } from '../hid-swipe.ts'
import type { StripeReaderProtocol } from '../stripe-reader.ts'

/** The tracks of a card without their sentinels; null or left out for an empty one, `E` for one that cannot be read. */
export interface EmulatedStripe {
  readonly track1?: string | undefined
  readonly track2?: string | undefined
  readonly track3?: string | undefined
}

/** Cards for trying things out; the payment card's number is a test number of its network. */
export const testStripes = {
  member: { track2: '8800123456' },
  memberWithName: { track1: 'B8800123456^WANG/LI^', track2: '8800123456' },
  otherShop: { track2: '7712345' },
  payment: {
    track1: 'B5412751234123456^SMITH/JO^30121011234567890',
    track2: '5412751234123456=30121011234567890',
  },
  damaged: { track1: 'E', track2: 'E' },
} as const satisfies Record<string, EmulatedStripe>

export interface EmulateMsrOptions extends VirtualHidOptions {
  /** Default `hid`. */
  readonly protocol?: StripeReaderProtocol | undefined
  /** Default `us`. */
  readonly layout?: KeyboardLayoutId | undefined
}

export interface MsrEmulatorState {
  readonly plugged: boolean
  readonly swipes: number
}

export interface EmulatedMsr {
  readonly address: string
  readonly how: VirtualSerialKind
  /** Counts only: what was swiped is nobody's business. */
  state(): MsrEmulatorState
  onChange(listener: (state: MsrEmulatorState) => void): Unsubscribe
  /** Settles when the last report left at the reader's pace. */
  swipe(stripe: EmulatedStripe): Promise<void>
  setFault(fault: ReaderFault | null): void
  received(): Uint8Array
  unplug(): Promise<void>
  replug(): Promise<void>
  /** Unplugged and plugged in again. */
  powerCycle(): Promise<void>
  close(): Promise<void>
}

/** A magnetic stripe reader at the far end of a path, in HID mode (as MagTek's) or as a keyboard. */
export async function emulateMsr(options: EmulateMsrOptions = {}): Promise<EmulatedMsr> {
  const { protocol = 'hid', layout = 'us' } = options
  const hid = await openVirtualHid(options)
  const changes = createSubscriptions<MsrEmulatorState>()
  let swipes = 0
  const state = (): MsrEmulatorState => ({ plugged: hid.plugged(), swipes })
  const changed = (): void => changes.emit(state())

  return {
    address: hid.address,
    how: hid.how,
    state,
    onChange: (listener) => changes.add(listener),
    async swipe(stripe) {
      swipes += 1
      changed()
      const texts = withSentinels(stripe)
      await hid.send(
        protocol === 'hid'
          ? [hidReport(texts)]
          : typedReports(texts.map((text) => text ?? '').join(''), layout, 'enter'),
      )
    },
    setFault: (fault) => hid.setFault(fault),
    received: () => hid.received(),
    ...plugOf(hid, changed),
    close: () => hid.close(),
  }
}

function withSentinels({ track1, track2, track3 }: EmulatedStripe): (string | null)[] {
  return [
    track1 === undefined ? null : `%${track1}?`,
    track2 === undefined ? null : `;${track2}?`,
    track3 === undefined ? null : `+${track3}?`,
  ]
}

function hidReport(texts: readonly (string | null)[]): Uint8Array {
  const report = new Uint8Array(337)
  for (const [at, { lengthAt, dataAt, dataBytes }] of magTekReport.tracks.entries()) {
    const text = texts[at] ?? null
    if (text === null) continue
    const isError = text.slice(1, -1) === 'E'
    if (isError) report[at] = 1
    const bytes = isError ? new Uint8Array() : new TextEncoder().encode(text).subarray(0, dataBytes)
    report[lengthAt] = bytes.length
    report.set(bytes, dataAt)
  }
  return report
}
