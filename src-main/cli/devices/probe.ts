import { setTimeout as sleep } from 'node:timers/promises'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { parseAddress } from '../../../drivers/byte-stream/address.ts'
import type { ByteStreamPort } from '../../../drivers/byte-stream/byte-stream-port.ts'
import { acknowledgement, control, statusEnquiry } from '../../../drivers/payment-terminal/zvt/commands.ts'
import { createSerialFraming, createTcpFraming } from '../../../drivers/payment-terminal/zvt/framing.ts'
import { createZvtTransport } from '../../../drivers/payment-terminal/zvt/transport.ts'
import { systemDriverClock } from '../../../drivers/port/clock.ts'
import { askRealTimeStatus, initialize } from '../../../drivers/pos-printer/commands.ts'
import { printerProfiles } from '../../../drivers/pos-printer/profiles.ts'
import { createReplyParser } from '../../../drivers/pos-printer/replies.ts'
import { scaleProtocols, scaleStream, type ScaleProtocolId } from '../../../drivers/scale/scale.ts'
import { Failure, failureData } from '../../contract/failure.ts'
import type { Plugged } from './plugged.ts'

/** A question a port can be asked. */
export const probeKinds = ['printer', 'toledo-8217', 'mt-sics', 'terminal'] as const
export type ProbeKind = (typeof probeKinds)[number]

export interface Probed {
  readonly address: string
  /** `silent`: it took the questions and answered none; `unreachable`: it could not be opened, `detail` says why. */
  readonly result: 'found' | 'silent' | 'unreachable'
  readonly device: 'printer' | 'scale' | 'cardTerminal' | 'scanner' | 'cardReader' | 'camera' | null
  /** As it tells itself; null where it does not. */
  readonly model: string | null
  readonly detail: string | null
  /** What belongs under `devices` (the card terminal: beside it) in the configuration; null when nothing was found. */
  readonly config: Readonly<Record<string, unknown>> | null
}

/**
 * Asked when nothing else is said. Every question is one that no device of another kind prints, shows or acts on: DLE EOT is
 * answered or ignored; the scale's has no line end, and is followed by ESC @, which empties a printer's line.
 */
const usualKinds: readonly ProbeKind[] = ['printer', 'toledo-8217']
/** ZVT and ESC/POS on the network have ports of their own. */
const zvtPort = 20_007
const answerMs = 700
const drainMs = 100
const limits = { timeoutMs: 2000 }

/** Asks one address what stands there; about three seconds at most for each question. Never rejects. */
export async function probeAddress(address: string, kinds?: readonly ProbeKind[]): Promise<Probed> {
  const parsed = parseAddress(address)
  if (!parsed.ok) return unreachable(address, parsed.error)
  const onTerminalPort = parsed.value.kind === 'tcp' && parsed.value.port === zvtPort
  const wanted =
    kinds ??
    (onTerminalPort ? ['terminal'] : parsed.value.kind === 'serial' ? usualKinds : (['printer'] as const))
  try {
    for (const kind of wanted) {
      const found = await ask(kind, address, parsed.value.kind === 'tcp')
      if (found !== null) return found
    }
  } catch (thrown) {
    return unreachable(address, thrown)
  }
  return { address, result: 'silent', device: null, model: null, detail: null, config: null }
}

/** What the kernel already says, without a byte; null where the device has to be asked. */
export function recognised({ kind, address, use, name }: Plugged): Probed | null {
  if (address === null) return null
  const found = (
    device: NonNullable<Probed['device']>,
    config: Readonly<Record<string, unknown>>,
  ): Probed => ({
    ...{ address, result: 'found', device, model: name, detail: null, config },
  })
  if (kind === 'hid' && use === 'barcodeScanner') return found('scanner', { scanner: { address } })
  if (kind === 'smartCardReader') return found('cardReader', { cardReader: { address } })
  if (kind === 'camera') return found('camera', { camera: { kind: 'v4l2', device: address } })
  return null
}

function ask(kind: ProbeKind, address: string, tcp: boolean): Promise<Probed | null> {
  switch (kind) {
    case 'printer':
      return askPrinter(address)
    case 'toledo-8217':
    case 'mt-sics':
      return askScale(address, kind)
    case 'terminal':
      return askTerminal(address, tcp)
  }
}

async function opened<T>(stream: ByteStreamPort, work: (stream: ByteStreamPort) => Promise<T>): Promise<T> {
  await stream.open(limits)
  try {
    return await work(stream)
  } finally {
    await stream.close()
  }
}

/** Settles with what `hear` makes of the bytes that come, or with null after `answerMs`. */
function answer<T>(
  stream: ByteStreamPort,
  hear: (bytes: Uint8Array) => T | null,
  question: Uint8Array,
): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const settle = (value: T | null): void => {
      clearTimeout(limit)
      unsubscribe()
      resolve(value)
    }
    const limit = setTimeout(() => settle(null), answerMs)
    const unsubscribe = stream.onData((bytes) => {
      const value = hear(bytes)
      if (value !== null) settle(value)
    })
    stream.write(question, limits).catch(reject)
  })
}

/** GS I 67: the model's name as `_NAME NUL` (Epson ESC/POS, GS I); read from the receive buffer, nothing is printed. */
const askModelName = Uint8Array.of(0x1d, 0x49, 67)

function askPrinter(address: string): Promise<Probed | null> {
  return opened(createByteStream(address), async (stream) => {
    const parser = createReplyParser()
    const isPrinter = await answer(
      stream,
      (bytes) => parser.push(bytes).some(({ kind }) => kind === 'realTimeStatus') || null,
      askRealTimeStatus(1),
    )
    if (isPrinter === null) return null
    let said = ''
    const model = await answer(
      stream,
      (bytes) => {
        said += Buffer.from(bytes).toString('latin1')
        return /_([ -~]{1,32})\0/.exec(said)?.[1] ?? null
      },
      askModelName,
    )
    const profile = model === null ? null : profileOf(model)
    return {
      ...{ address, result: 'found', device: 'printer', model },
      detail: profile === null ? 'its model is not in the table: compare drivers/README.md' : null,
      config: { printer: { address, model: profile ?? 'generic-80' } },
    }
  })
}

/** `TM-T88V` is the profile whose name ends in `tm-t88v`; null for a model nobody has described. */
function profileOf(model: string): string | null {
  const wanted = model.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const ids = Object.keys(printerProfiles)
  return ids.find((id) => id.replaceAll(/[^a-z0-9]/g, '').endsWith(wanted)) ?? null
}

function askScale(address: string, model: ScaleProtocolId): Promise<Probed | null> {
  const protocol = scaleProtocols[model]
  return opened(scaleStream(address, model), async (stream) => {
    const framing = protocol.createFraming()
    const hello = await answer(
      stream,
      (bytes) => framing.push(bytes).some(({ kind }) => kind === 'hello') || null,
      protocol.commands.probe,
    )
    if (hello === null) {
      await stream.write(initialize, limits)
      // What is still on its way would be dropped with the port.
      await sleep(drainMs)
      return null
    }
    const { endProbe } = protocol.commands
    if (endProbe !== null) await stream.write(endProbe, limits)
    return {
      ...{ address, result: 'found', device: 'scale', model, detail: null },
      config: { scale: { address, model } },
    }
  })
}

/** The status enquiry with password 000000: the terminal answers, if only by refusing it; nobody's money moves. */
function askTerminal(address: string, tcp: boolean): Promise<Probed | null> {
  return opened(createByteStream(address), (stream) => {
    const transport = createZvtTransport(
      stream,
      tcp ? createTcpFraming() : createSerialFraming(),
      systemDriverClock,
    )
    return new Promise<Probed | null>((resolve) => {
      const settle = (found: boolean): void => {
        clearTimeout(limit)
        transport.close()
        resolve(
          found
            ? {
                ...{ address, result: 'found', device: 'cardTerminal', model: 'ZVT', detail: null },
                config: { cardTerminal: { address } },
              }
            : null,
        )
      }
      const limit = setTimeout(() => settle(false), 2 * answerMs)
      transport.onApdu(({ control: word }) => {
        if (word >> 8 === control.positive >> 8 || word >> 8 === control.positiveOld >> 8) return settle(true)
        void transport.send(acknowledgement).catch(() => undefined)
        settle(true)
      })
      void transport.send(statusEnquiry({ password: 0, currencyNumber: 0 })).catch(() => settle(false))
    })
  })
}

function unreachable(address: string, thrown: unknown): Probed {
  const { code, message } = thrown instanceof Failure ? thrown.toJSON() : failureData(thrown)
  return {
    ...{ address, result: 'unreachable', device: null, model: null },
    detail: `${code}: ${message}`,
    config: null,
  }
}
