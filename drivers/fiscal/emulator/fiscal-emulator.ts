import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { FiscalSignature } from '../../../src-main/contract/fiscal.ts'
import { systemDriverClock, type DriverClock } from '../../port/clock.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import {
  createLineSplitter,
  requestSchema,
  type FiscalError,
  type FiscalReply,
  type FiscalRequest,
} from '../protocol.ts'
import { openFiscalMemory, type OpenTransaction } from './fiscal-memory.ts'

/**
 * How the device misbehaves, until it is told otherwise. `slow` answers after that time; `loseReply` does what is asked
 * and says nothing; `garbage` answers what is no message.
 */
export type FiscalFault =
  | { readonly kind: 'none' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'loseReply' }
  | { readonly kind: 'memoryFull' }
  | { readonly kind: 'certificateExpired' }
  | { readonly kind: 'garbage' }

export interface EmulateFiscalOptions {
  /** Default any free one. */
  readonly port?: number | undefined
  /** Where keys and log are kept over a restart; in memory when left out. */
  readonly folder?: string | undefined
  readonly clock?: DriverClock | undefined
  /** The device's own clock, ms UTC. */
  readonly nowMs?: (() => number) | undefined
}

export interface FiscalEmulatorState {
  readonly running: boolean
  readonly fault: FiscalFault
  readonly open: number
  readonly finished: number
}

export interface EmulatedFiscalDevice {
  readonly address: string
  readonly host: string
  readonly port: number
  readonly serialNumber: string
  state(): FiscalEmulatorState
  onChange(listener: (state: FiscalEmulatorState) => void): Unsubscribe
  setFault(fault: FiscalFault): void
  /** Stops listening and drops whoever is connected. */
  goDown(): Promise<void>
  comeUp(): Promise<void>
  /** Everything it signed, in order: the judge. */
  finished(): readonly FiscalSignature[]
  open(): readonly OpenTransaction[]
  close(): Promise<void>
}

/** A fiscal device behind a TCP port of the loopback. */
export async function emulateFiscalDevice(options: EmulateFiscalOptions = {}): Promise<EmulatedFiscalDevice> {
  const { clock = systemDriverClock, nowMs = () => Date.now() } = options
  const memory = openFiscalMemory(options.folder ?? null)
  const changes = createSubscriptions<FiscalEmulatorState>()
  const sockets = new Set<Socket>()
  let fault: FiscalFault = { kind: 'none' }
  let port = options.port ?? 0
  let server: Server | null = null
  let lastMs = 0

  /** Never the same moment twice, and never backwards. */
  const now = (): string => {
    lastMs = Math.max(lastMs + 1, nowMs())
    return new Date(lastMs).toISOString()
  }
  const state = (): FiscalEmulatorState => ({
    running: server !== null,
    fault,
    open: memory.open().length,
    finished: memory.finished().length,
  })
  const changed = (): void => changes.emit(state())

  function perform(request: FiscalRequest): FiscalReply {
    const { id, clientId } = request
    const error = (name: FiscalError): FiscalReply => ({ id, result: 'error', error: name })
    const mine = memory.open().filter((transaction) => transaction.clientId === clientId)
    const blocked = fault.kind === 'memoryFull' || fault.kind === 'certificateExpired'
    const blockedBy = fault.kind === 'memoryFull' ? 'ErrorStorageFailure' : 'ErrorCertificateExpired'
    switch (request.function) {
      case 'StartTransaction': {
        if (blocked) return error(blockedBy)
        const at = now()
        return { id, result: 'log', entry: { ...memory.start(clientId, at), logTime: at } }
      }
      case 'UpdateTransaction':
      case 'FinishTransaction': {
        const transaction = mine.find(
          ({ transactionNumber }) => transactionNumber === request.transactionNumber,
        )
        if (transaction === undefined) return error('ErrorTransactionNumberNotFound')
        if (blocked) return error(blockedBy)
        const at = now()
        if (request.function === 'FinishTransaction') {
          return { id, result: 'finished', signature: memory.finish(transaction, request, at) }
        }
        const { transactionNumber } = transaction
        const signatureCounter = memory.update(transactionNumber, at)
        return { id, result: 'log', entry: { transactionNumber, signatureCounter, logTime: at } }
      }
      case 'GetStartedTransactionList':
        return {
          id,
          result: 'list',
          transactionNumbers: mine.map(({ transactionNumber }) => transactionNumber),
        }
      case 'GetTransaction': {
        const open = mine.find(({ transactionNumber }) => transactionNumber === request.transactionNumber)
        if (open !== undefined) return { id, result: 'open', startedAt: open.startedAt }
        const signature = memory
          .finished()
          .find((done) => done.transactionNumber === request.transactionNumber && done.clientId === clientId)
        if (signature === undefined) return error('ErrorTransactionNumberNotFound')
        return { id, result: 'finished', signature }
      }
    }
  }

  function answer(socket: Socket, line: string): void {
    const request = requestSchema.safeParse(parsed(line))
    if (!request.success) return void socket.destroy()
    const { kind } = fault
    const reply = perform(request.data)
    changed()
    if (kind === 'loseReply') return
    const say = (): void =>
      void socket.write(kind === 'garbage' ? '{"no":1}\n' : `${JSON.stringify(reply)}\n`)
    if (fault.kind === 'slow') clock.after(fault.ms, say)
    else say()
  }

  async function comeUp(): Promise<void> {
    if (server !== null) return
    const mine = createServer({ noDelay: true }, (socket) => {
      const splitter = createLineSplitter()
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
      socket.on('data', (bytes) => {
        try {
          for (const line of splitter.push(bytes)) answer(socket, line)
        } catch (thrown) {
          if (!(thrown instanceof RangeError)) throw thrown
          socket.destroy()
        }
      })
    })
    await new Promise<void>((resolve, reject) => {
      mine.once('error', reject)
      mine.listen(port, '127.0.0.1', resolve)
    })
    port = (mine.address() as AddressInfo).port
    server = mine
    changed()
  }

  async function goDown(): Promise<void> {
    const mine = server
    server = null
    if (mine === null) return
    const closed = new Promise<void>((resolve) => mine.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
    changed()
  }

  await comeUp()
  return {
    address: `tcp://127.0.0.1:${port}`,
    host: '127.0.0.1',
    port,
    serialNumber: memory.serialNumber,
    state,
    onChange: (listener) => changes.add(listener),
    setFault(next) {
      fault = next
      changed()
    },
    goDown,
    comeUp,
    finished: memory.finished,
    open: memory.open,
    async close() {
      await goDown()
      memory.close()
    },
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
