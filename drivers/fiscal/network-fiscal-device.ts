import { connect, type Socket } from 'node:net'
import type { FiscalOutageReason, FiscalSignature } from '../../src-main/contract/fiscal.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import type { FiscalCall, FiscalPort, FiscalProcess, FiscalResult } from './fiscal-port.ts'
import {
  createLineSplitter,
  replySchema,
  type FiscalError,
  type FiscalReply,
  type FiscalRequest,
} from './protocol.ts'

export interface NetworkFiscalDeviceOptions {
  readonly host: string
  readonly port: number
  /** The till as it is registered with the device. */
  readonly clientId: string
  readonly clock?: DriverClock
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never
type Answer = FiscalResult<FiscalReply>

/**
 * A fiscal device on the network. A connection is opened for the first call and kept; a call that is not answered in
 * time closes it, so that a late reply is never taken for another one's.
 */
export function createNetworkFiscalDevice(options: NetworkFiscalDeviceOptions): FiscalPort {
  const { host, port, clientId, clock = systemDriverClock } = options
  let socket: Socket | null = null
  let waiting: { readonly id: number; settle(answer: Answer): void } | null = null
  let lastId = 0
  let turn: Promise<unknown> = Promise.resolve()
  let closed = false

  function drop(detail: string): void {
    socket?.destroy()
    socket = null
    waiting?.settle(outage('unreachable', detail))
  }

  function opened(): Socket {
    if (socket !== null) return socket
    const mine = connect({ host, port, noDelay: true })
    const splitter = createLineSplitter()
    socket = mine
    mine.on('data', (bytes) => {
      if (socket === mine) hear(splitter, bytes)
    })
    mine.on('error', (error) => {
      if (socket === mine) drop(error.message)
    })
    mine.on('close', () => {
      if (socket === mine) drop('the device closed the connection')
    })
    return mine
  }

  function hear(splitter: ReturnType<typeof createLineSplitter>, bytes: Uint8Array): void {
    try {
      for (const line of splitter.push(bytes)) {
        const reply = replySchema.parse(JSON.parse(line))
        if (reply.id === waiting?.id) waiting.settle({ kind: 'done', value: reply })
      }
    } catch {
      drop('the device answered what is not its protocol')
    }
  }

  function ask(request: Unnumbered<FiscalRequest>, call: FiscalCall): Promise<Answer> {
    const mine = turn.then(() => exchange(request, call))
    turn = mine
    return mine
  }

  function exchange(request: Unnumbered<FiscalRequest>, call: FiscalCall): Promise<Answer> {
    if (closed || call.signal?.aborted === true) {
      return Promise.resolve(outage('unreachable', 'the call was given up'))
    }
    return new Promise((resolve) => {
      lastId += 1
      const id = lastId
      const giveUp = (): void => settle(outage('unreachable', 'the call was given up'))
      const settle = (answer: Answer): void => {
        cancel()
        call.signal?.removeEventListener('abort', giveUp)
        waiting = null
        if (answer.kind === 'outage') {
          socket?.destroy()
          socket = null
        }
        resolve(answer)
      }
      const cancel = clock.after(call.timeoutMs, () => {
        settle(outage('timeout', `no answer within ${call.timeoutMs} ms`))
      })
      call.signal?.addEventListener('abort', giveUp)
      waiting = { id, settle }
      opened().write(`${JSON.stringify({ id, ...request })}\n`)
    })
  }

  async function finish(
    transactionNumber: number,
    process: FiscalProcess,
    call: FiscalCall,
  ): Promise<FiscalResult<FiscalSignature>> {
    const answer = await ask({ function: 'FinishTransaction', clientId, transactionNumber, ...process }, call)
    if (answer.kind === 'outage') return answer
    const reply = answer.value
    if (reply.result === 'finished') return { kind: 'done', value: reply.signature }
    if (reply.result !== 'error' || reply.error !== 'ErrorTransactionNumberNotFound') return failed(reply)
    // It may have been finished by a call whose reply was lost.
    const before = await lookUp(transactionNumber, call)
    if (before.kind === 'outage') return before
    if (before.value?.state !== 'finished') return failed(reply)
    const { signature } = before.value
    const same =
      signature.processData === process.processData && signature.processType === process.processType
    return same ? { kind: 'done', value: signature } : outage('refused', 'it was finished with other data')
  }

  async function lookUp(transactionNumber: number, call: FiscalCall): ReturnType<FiscalPort['lookUp']> {
    const answer = await ask({ function: 'GetTransaction', clientId, transactionNumber }, call)
    if (answer.kind === 'outage') return answer
    const reply = answer.value
    if (reply.result === 'finished') {
      return { kind: 'done', value: { state: 'finished', signature: reply.signature } }
    }
    if (reply.result === 'open') return { kind: 'done', value: { state: 'open', startedAt: reply.startedAt } }
    if (reply.result === 'error' && reply.error === 'ErrorTransactionNumberNotFound') {
      return { kind: 'done', value: null }
    }
    return failed(reply)
  }

  return {
    clientId,
    async start(call) {
      const answer = await ask({ function: 'StartTransaction', clientId }, call)
      if (answer.kind === 'outage') return answer
      return answer.value.result === 'log'
        ? { kind: 'done', value: answer.value.entry }
        : failed(answer.value)
    },
    async update(transactionNumber, process, call) {
      const answer = await ask(
        { function: 'UpdateTransaction', clientId, transactionNumber, ...process },
        call,
      )
      if (answer.kind === 'outage') return answer
      return answer.value.result === 'log'
        ? { kind: 'done', value: answer.value.entry }
        : failed(answer.value)
    },
    finish,
    async started(call) {
      const answer = await ask({ function: 'GetStartedTransactionList', clientId }, call)
      if (answer.kind === 'outage') return answer
      const reply = answer.value
      return reply.result === 'list' ? { kind: 'done', value: reply.transactionNumbers } : failed(reply)
    },
    lookUp,
    async close() {
      closed = true
      drop('the lane is closing')
      await turn
    },
  }
}

function outage(
  reason: FiscalOutageReason,
  detail: string,
): { readonly kind: 'outage'; readonly reason: FiscalOutageReason; readonly detail: string } {
  return { kind: 'outage', reason, detail }
}

function failed(reply: FiscalReply): ReturnType<typeof outage> {
  if (reply.result !== 'error') return outage('refused', `an unexpected answer: ${reply.result}`)
  return outage(reasonOf(reply.error), reply.error)
}

function reasonOf(error: FiscalError): FiscalOutageReason {
  switch (error) {
    case 'ErrorStorageFailure':
      return 'memoryFull'
    case 'ErrorCertificateExpired':
      return 'certificateExpired'
    case 'ErrorTransactionNumberNotFound':
    case 'ErrorParameter':
      return 'refused'
    default:
      return unreachable(error)
  }
}
