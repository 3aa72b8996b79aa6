import { createServer, type AddressInfo, type Server } from 'node:net'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { cardApplication, type EmulatedCardContents } from './card-application.ts'
import { createVirtualReaders, type VirtualReaders } from './pcscd.ts'
import { insertCard, type CardFault, type VirtualCard } from './virtual-card.ts'

export type ReaderIndex = 0 | 1

export interface CardReaderEmulatorState {
  /** Whether the smart card service runs. */
  readonly plugged: boolean
  /** Which of the two readers holds a card. */
  readonly cards: readonly [boolean, boolean]
}

export interface EmulatedCardReader {
  /** `pcsc:` and the name of both readers. */
  readonly address: string
  readonly how: 'pcscd'
  state(): CardReaderEmulatorState
  onChange(listener: (state: CardReaderEmulatorState) => void): Unsubscribe
  /** Takes out what lies there first. */
  insert(card: EmulatedCardContents, reader?: ReaderIndex): Promise<void>
  remove(reader?: ReaderIndex): Promise<void>
  /** Of every card from now on. */
  setFault(fault: CardFault | null): void
  /** Commands that all cards heard, in order. */
  received(): readonly Uint8Array[]
  /** The smart card service dies. */
  unplug(): Promise<void>
  replug(): Promise<void>
  powerCycle(): Promise<void>
  close(): Promise<void>
}

/**
 * Two smart card readers that are real to the operating system: its own service with virtual readers, and cards that
 * speak to them. Throws the `device.noVirtualReader` failure where that cannot be had.
 */
export async function emulateCardReader(
  options: { readonly port?: number } = {},
): Promise<EmulatedCardReader> {
  const readers = await startedReaders(options.port)
  const changes = createSubscriptions<CardReaderEmulatorState>()
  const cards: [VirtualCard | null, VirtualCard | null] = [null, null]
  const heard: VirtualCard[] = []
  let fault: CardFault | null = null
  const isIn = (reader: ReaderIndex): boolean => cards[reader]?.inserted() === true
  const state = (): CardReaderEmulatorState => ({ plugged: readers.running(), cards: [isIn(0), isIn(1)] })
  const changed = (): void => changes.emit(state())

  const remove = async (reader: ReaderIndex = 0): Promise<void> => {
    await cards[reader]?.remove()
    cards[reader] = null
  }
  const unplug = async (): Promise<void> => {
    await Promise.all([remove(0), remove(1)])
    await readers.kill()
    changed()
  }
  const replug = async (): Promise<void> => {
    await readers.start()
    changed()
  }

  return {
    address: `pcsc:${readers.name}`,
    how: 'pcscd',
    state,
    onChange: (listener) => changes.add(listener),
    async insert(contents, reader = 0) {
      await remove(reader)
      const application = cardApplication(contents)
      const card = await insertCard({ port: readers.ports[reader], application, fault: fault ?? undefined })
      cards[reader] = card
      heard.push(card)
      void card.removed.then(changed)
      changed()
    },
    remove,
    setFault(next) {
      fault = next
    },
    received: () => heard.flatMap((card) => card.received()),
    unplug,
    replug,
    async powerCycle() {
      await unplug()
      await replug()
    },
    async close() {
      await unplug()
      await readers.close()
    },
  }
}

/** Somebody else may take a port between our look and the service's start: then other ones are tried. */
const mostStarts = 3

async function startedReaders(port: number | undefined): Promise<VirtualReaders> {
  for (let tries = 1; ; tries++) {
    const readers = await createVirtualReaders(port ?? (await freePortPair()))
    try {
      await readers.start()
      return readers
    } catch (thrown) {
      await readers.close()
      if (port !== undefined || tries === mostStarts) throw thrown
    }
  }
}

/** vpcd takes the port behind its own for its second reader. */
async function freePortPair(): Promise<number> {
  for (;;) {
    const first = createServer()
    const port = await listening(first, 0)
    const second = createServer()
    const next = port === null || port === 65_535 ? null : await listening(second, port + 1)
    await Promise.all([first, second].map((server) => new Promise((resolve) => server.close(resolve))))
    if (port !== null && next !== null) return port
  }
}

/** The port it listens on; null when that is taken. */
function listening(server: Server, port: number): Promise<number | null> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(null))
    server.listen(port, () => resolve((server.address() as AddressInfo).port))
  })
}
