import { Failure, failureData } from '../../src-main/contract/failure.ts'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import type { CallOptions } from '../port/call.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'
import {
  abortPatienceMs,
  type DayOutcome,
  type LastTransaction,
  type PaymentTerminalPort,
  type TerminalDoubt,
  type TerminalOutcome,
  type TerminalRefusal,
  type TransactionCall,
} from './payment-terminal-port.ts'
import type { Apdu } from './zvt/apdu.ts'
import {
  authorisation,
  endOfDay,
  maxAmountMinor,
  refund,
  registration,
  repeatReceipt,
  reversal,
  statusEnquiry,
  type TerminalAccess,
} from './zvt/commands.ts'
import { createZvtConversation, type CommandEnd, type ZvtConversation } from './zvt/conversation.ts'
import { createSerialFraming, createTcpFraming } from './zvt/framing.ts'
import type { StatusInformation } from './zvt/messages.ts'
import { promptOf } from './zvt/prompts.ts'
import { codeText, meaningOf } from './zvt/result-codes.ts'
import { createZvtTransport } from './zvt/transport.ts'
import { transactionOf } from './transaction.ts'

export interface ZvtTerminalOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  /** Serial lines confirm and repeat frames; TCP does not. */
  readonly wire: 'serial' | 'tcp'
  readonly access: TerminalAccess
  readonly clock?: DriverClock
}

/** Between two tries to register with a terminal that is finishing what it was doing. */
const registerAgainMs = 500

/** A ZVT terminal (PA00P015/PA00P016) over TCP or a serial line. */
export function createZvtTerminal(options: ZvtTerminalOptions): PaymentTerminalPort {
  const { stream, access, clock = systemDriverClock } = options
  let conversation: ZvtConversation | null = null
  let subscriptions: Unsubscribe[] = []

  const lifeCycle = createLifeCycle(
    { category: 'PaymentTerminal', name: options.name, address: stream.address },
    {
      async claim(call) {
        await stream.open(call)
        const framing = options.wire === 'tcp' ? createTcpFraming() : createSerialFraming()
        conversation = createZvtConversation(createZvtTransport(stream, framing, clock), clock)
        subscriptions = [
          stream.onClose((failure) => {
            if (failure !== null) lifeCycle.lost(failure)
          }),
        ]
      },
      enable: (call) => register(call.signal ?? never),
      async disable() {},
      async release() {
        subscriptions.forEach((unsubscribe) => unsubscribe())
        subscriptions = []
        conversation?.close()
        conversation = null
        await stream.close()
      },
    },
    clock,
  )

  function opened(): ZvtConversation {
    if (conversation === null) throw new Error('The terminal is enabled without a conversation')
    return conversation
  }

  /** A terminal that is still busy with somebody is asked to abort: nobody is in front of this till any more. */
  async function register(signal: AbortSignal): Promise<void> {
    for (;;) {
      const end = await opened().run(registration(access), {}, signal)
      if (end.kind === 'completed') return
      const code = end.kind === 'refused' ? end.code : end.resultCode
      if (meaningOf(code) !== 'busy') throw refused('register with', code)
      await opened().abort()
      await pause(registerAgainMs, signal)
    }
  }

  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        cancel()
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      const cancel = clock.after(ms, () => {
        signal.removeEventListener('abort', stop)
        resolve()
      })
      signal.addEventListener('abort', stop)
    })
  }

  /** Runs a command that moves money: whatever happens becomes an outcome, a doubtful link is given up. */
  async function transact<T>(
    attempted: string,
    command: Apdu,
    call: TransactionCall,
    read: (end: CommandEnd) => T,
  ): Promise<T | TerminalDoubt> {
    let begun = false
    let sent = false
    let abortAsked = false
    if (call.signal?.aborted === true) return { kind: 'notSent', failure: stopped(attempted) }
    const askAbort = (): void => {
      abortAsked = true
      void conversation?.abort().catch(() => undefined)
    }
    const patience = new AbortController()
    let cancelPatience = (): void => undefined
    const onAbort = (): void => {
      askAbort()
      cancelPatience = clock.after(abortPatienceMs, () => patience.abort(stopped(attempted)))
    }
    call.signal?.addEventListener('abort', onAbort)
    try {
      const end = await lifeCycle.use(
        attempted,
        { timeoutMs: call.timeoutMs, signal: patience.signal },
        (signal) => {
          begun = true
          return opened().run(
            command,
            {
              onFirstByte: () => {
                sent = true
              },
              onIntermediate: (code) => {
                const prompt = promptOf(code)
                if (prompt !== null) call.onPrompt?.(prompt)
              },
            },
            signal,
          )
        },
      )
      return read(end)
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      if (!begun) throw thrown
      const failure = failureData(thrown)
      if (!sent) return { kind: 'notSent', failure }
      if (!abortAsked) askAbort()
      lifeCycle.lost(deviceFailure('offline', attempted, 'The terminal left a call open.', failure))
      return { kind: 'unknown', failure }
    } finally {
      cancelPatience()
      call.signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Success needs a result, an amount and a trace number: without them nobody could find the money again. */
  function readBooking(end: CommandEnd, mostMinor = maxAmountMinor): TerminalOutcome {
    if (end.kind === 'refused') return refusal(end.code)
    if (end.kind === 'aborted') {
      const transaction = end.status?.resultCode === 0 ? transactionOf(end.status) : null
      return transaction === null
        ? refusal(end.resultCode)
        : unclear('The terminal told a success and then an abort.')
    }
    const { status } = end
    if (status !== null && status.resultCode !== 0) return refusal(status.resultCode)
    const transaction = status === null ? null : transactionOf(status)
    if (transaction === null) return unclear('The terminal finished without a readable result.')
    const foreign =
      transaction.currencyNumber !== null && transaction.currencyNumber !== access.currencyNumber
    if (transaction.amountMinor > mostMinor || transaction.amountMinor < 1 || foreign) {
      return unclear('The terminal told a result that is not of this payment.')
    }
    return { kind: 'booked', transaction }
  }

  function unclear(message: string): TerminalOutcome {
    const failure = deviceFailure('failure', 'read the result of the terminal', message)
    lifeCycle.lost(failure)
    return { kind: 'unknown', failure: failureData(failure) }
  }

  async function lastTransaction(call: CallOptions): Promise<LastTransaction> {
    const end = await lifeCycle.use('ask', call, (signal) => opened().run(repeatReceipt(access), {}, signal))
    switch (end.kind) {
      case 'completed':
        return lastOf(end.status)
      case 'aborted':
      case 'refused': {
        const code = end.kind === 'aborted' ? end.resultCode : end.code
        const meaning = meaningOf(code)
        if (meaning === 'busy') {
          await opened().abort()
          return { kind: 'busy' }
        }
        // The memory is empty: the function is there, a receipt is not.
        if (meaning === 'functionNotPossible') return { kind: 'none' }
        throw refused('ask', code)
      }
    }
  }

  function lastOf(status: StatusInformation | null): LastTransaction {
    const transaction = status === null ? null : transactionOf(status)
    if (transaction === null)
      throw deviceFailure('failure', 'ask the terminal', 'Its last receipt is unreadable.')
    return { kind: 'booked', transaction }
  }

  return {
    ...lifeCycle.port,
    category: 'PaymentTerminal',
    authorise(amountMinor, call) {
      requireAmount(amountMinor)
      return transact('authorise on', authorisation(amountMinor, access), call, (end) =>
        readBooking(end, amountMinor),
      )
    },
    reverse: (receiptNumber, call) =>
      transact('reverse on', reversal(receiptNumber, access), call, (end) => readBooking(end)),
    refund(amountMinor, call) {
      requireAmount(amountMinor)
      return transact('refund on', refund(amountMinor, access), call, (end) => readBooking(end, amountMinor))
    },
    endOfDay: (call) => transact('close the day of', endOfDay(access), call, readClosing),
    lastTransaction,
    async checkHealth(level, call) {
      if (level === 'internal') {
        await stream.probe()
        const healthy = lifeCycle.port.enabled()
        return { healthy, detailCode: healthy ? 'ok' : lifeCycle.port.state() }
      }
      const end = await lifeCycle.use('ask', call, (signal) =>
        opened().run(statusEnquiry(access), {}, signal),
      )
      const code = end.kind === 'completed' ? 0 : end.kind === 'aborted' ? end.resultCode : end.code
      // A model without the enquiry has answered, which is all that is asked here.
      const healthy = code === 0 || meaningOf(code) === 'functionNotPossible'
      return { healthy, detailCode: healthy ? 'ok' : `zvt.${codeText(code)}` }
    },
  }
}

const never = new AbortController().signal

function readClosing(end: CommandEnd): DayOutcome {
  if (end.kind === 'refused') return refusal(end.code)
  if (end.kind === 'aborted') return refusal(end.resultCode)
  const resultCode = end.status?.resultCode ?? 0
  return resultCode === 0 ? { kind: 'closed' } : refusal(resultCode)
}

function refusal(resultCode: number): TerminalRefusal {
  return { kind: 'refused', resultCode, meaning: meaningOf(resultCode) }
}

function requireAmount(amountMinor: number): void {
  if (Number.isInteger(amountMinor) && amountMinor >= 1 && amountMinor <= maxAmountMinor) return
  throw deviceFailure(
    'illegal',
    'send an amount to the terminal',
    `${amountMinor} is no amount: whole minor units from 1 to ${maxAmountMinor}.`,
  )
}

function refused(verb: string, code: number): Failure {
  const meaning = meaningOf(code)
  const name = meaning === 'notRegistered' || meaning === 'currencyNotHeld' ? 'illegal' : 'failure'
  return deviceFailure(
    name,
    `${verb} the terminal`,
    `The terminal answered ${codeText(code)} (${meaning}). Check its password and its currency.`,
  )
}

function stopped(attempted: string): Failure {
  return deviceFailure('timeout', attempted, 'The terminal did not answer to the abort.')
}
