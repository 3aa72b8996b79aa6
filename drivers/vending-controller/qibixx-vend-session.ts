import { createAnswers } from '../byte-stream/answers.ts'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { holdStream } from '../byte-stream/held-stream.ts'
import type { CallOptions } from '../port/call.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import { createSubscriptions } from '../port/subscriptions.ts'
import { createBridgeLines, type BridgeLines } from './qibixx/lines.ts'
import { bridgeCommands, decodeBridge, type BridgeMessage } from './qibixx/messages.ts'
import {
  approved,
  denied,
  noSession,
  onBridgeMessage,
  onGone,
  type Session,
  type SessionStep,
} from './qibixx/session.ts'
import type { VendRequest, VendResult, VendSessionPort, VendSessionState } from './vend-session-port.ts'

export interface QibixxOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  /** Of the amounts on the bus; default 2. */
  readonly decimals?: number | undefined
  readonly clock?: DriverClock | undefined
}

const answerLimitMs = 1000
const tries = 3

/** A cashless peripheral on the bus of a vending machine, through a Qibixx MDB-USB. The bridge keeps the bus's times. */
export function createQibixxVendSession(options: QibixxOptions): VendSessionPort {
  const { stream, decimals = 2, clock = systemDriverClock } = options
  const states = createSubscriptions<VendSessionState>()
  const requests = createSubscriptions<VendRequest>()
  const results = createSubscriptions<VendResult>()
  let lines: BridgeLines = createBridgeLines()
  let switched = createAnswers<BridgeMessage>(clock)
  let session: Session = noSession

  const apply = (step: SessionStep): void => {
    const before = session.state
    session = step.session
    if (step.result !== undefined) results.emit(step.result)
    if (session.state !== before) states.emit(session.state)
    if (step.request !== undefined) requests.emit(step.request)
  }
  const gone = (): void => apply(onGone(session))

  const held = holdStream(stream, {
    data(bytes) {
      for (const line of lines.push(bytes)) {
        const message = decodeBridge(line, decimals)
        if (message.kind === 'switched' || message.kind === 'status') switched.push(message)
        apply(onBridgeMessage(session, message))
      }
    },
    lost(failure) {
      gone()
      lifeCycle.lost(failure)
    },
  })

  const lifeCycle = createLifeCycle(
    { category: 'VendingController', name: options.name, address: stream.address },
    {
      async claim(call) {
        lines = createBridgeLines()
        switched = createAnswers(clock)
        await held.take(call)
      },
      async enable(call) {
        const signal = call.signal ?? new AbortController().signal
        for (let attempt = 0; attempt < tries; attempt++) {
          switched.clear()
          await send(bridgeCommands.on, { timeoutMs: answerLimitMs, signal })
          if ((await switched.next(answerLimitMs, signal)) !== null) return
        }
        throw deviceFailure(
          'noHardware',
          `switch the cashless peripheral at ${stream.address} on`,
          'No MDB bridge answers there. Check its cable and that it is a Qibixx MDB-USB.',
        )
      },
      async disable(call) {
        await send(bridgeCommands.off, call)
        gone()
      },
      async release() {
        gone()
        await held.free()
      },
    },
    clock,
  )

  const send = (line: string, call: CallOptions): Promise<void> =>
    stream.write(new TextEncoder().encode(`${line}\n`), call)

  const requireOpen = (attempted: string, number: number) => {
    const { open } = session
    if (open?.number === number && open.stage === 'asked') return open
    throw deviceFailure(
      'illegal',
      `${attempted} request ${number}`,
      'This request is over or was answered already.',
    )
  }

  return {
    ...lifeCycle.port,
    category: 'VendingController',
    sessionState: () => session.state,
    approve: (number, call) =>
      lifeCycle.use('approve a request of', call, async (signal) => {
        const { amountMinor } = requireOpen('approve', number)
        // From the first byte on the machine may give it out.
        session = approved(session)
        await send(bridgeCommands.approve(amountMinor, decimals), { timeoutMs: call.timeoutMs, signal })
      }),
    deny: (number, call) =>
      lifeCycle.use('deny a request of', call, async (signal) => {
        requireOpen('deny', number)
        await send(bridgeCommands.deny, { timeoutMs: call.timeoutMs, signal })
        if (session.open?.number === number) apply(denied(session))
      }),
    onSessionState: (listener) => states.add(listener),
    onVendRequest: (listener) => requests.add(listener),
    onVendResult: (listener) => results.add(listener),
    // The interface documents no question that may be asked in the middle of a vend.
    async checkHealth() {
      await stream.probe()
      const healthy = lifeCycle.port.enabled()
      return { healthy, detailCode: healthy ? 'ok' : lifeCycle.port.state() }
    },
  }
}
