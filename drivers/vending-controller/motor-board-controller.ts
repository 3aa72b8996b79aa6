import { failureData } from '../../src-main/contract/failure.ts'
import { createAnswers } from '../byte-stream/answers.ts'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { holdStream } from '../byte-stream/held-stream.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import { createBoardFraming, encodeFrame, type BoardFraming } from './motor-board/framing.ts'
import {
  decodeAnswer,
  encodeQuestion,
  isJobKey,
  isSlot,
  type BoardAnswer,
  type BoardQuestion,
} from './motor-board/messages.ts'
import type { DispenseOutcome, VendingControllerPort } from './vending-controller-port.ts'

export interface MotorBoardOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  readonly clock?: DriverClock | undefined
}

/** The board answers every question at once, also while a motor turns. */
const answerLimitMs = 400
/** A question that got no answer is asked again this many times. */
const tries = 3
/** While a motor turns its end is told unasked; should that be lost, it is asked for this often. */
const askAgainMs = 1000

type Signal = AbortSignal

/** A vending machine's motor board, as `motor-board/README.md` describes it. */
export function createMotorBoard(options: MotorBoardOptions): VendingControllerPort {
  const { stream, clock = systemDriverClock } = options
  let framing: BoardFraming = createBoardFraming()
  let answers = createAnswers<BoardAnswer>(clock)
  let unheard = 0

  const held = holdStream(stream, {
    data(bytes) {
      for (const frame of framing.push(bytes)) {
        const answer = frame.kind === 'body' ? decodeAnswer(frame.text) : null
        if (answer !== null) answers.push(answer)
      }
    },
    lost: (failure) => lifeCycle.lost(failure),
  })

  const lifeCycle = createLifeCycle(
    { category: 'VendingController', name: options.name, address: stream.address },
    {
      async claim(call) {
        framing = createBoardFraming()
        answers = createAnswers(clock)
        await held.take(call)
      },
      async enable(call) {
        unheard = 0
        const signal = call.signal ?? new AbortController().signal
        const identity = await ask({ kind: 'identify' }, (answer) => answer.kind === 'identity', signal)
        if (identity === null) throw silent('noHardware')
      },
      disable: () => Promise.resolve(),
      release: () => held.free(),
    },
    clock,
  )

  const silent = (name: 'noHardware' | 'offline') =>
    deviceFailure(
      name,
      `ask the motor board at ${stream.address}`,
      'No motor board answers there. Check its power and its cable.',
    )

  async function send(question: BoardQuestion, signal: Signal): Promise<void> {
    await stream.write(encodeFrame(encodeQuestion(question)), { timeoutMs: answerLimitMs, signal })
  }

  /** The next answer that `fits`, within `limitMs` of all answers; null when none comes. */
  async function hear(
    fits: (answer: BoardAnswer) => boolean,
    limitMs: number,
    signal: Signal,
  ): Promise<BoardAnswer | null> {
    const untilMs = clock.monotonicMs() + limitMs
    for (;;) {
      const leftMs = untilMs - clock.monotonicMs()
      const answer = leftMs <= 0 ? null : await answers.next(leftMs, signal)
      if (answer === null || fits(answer)) return answer
    }
  }

  async function ask(question: BoardQuestion, fits: (answer: BoardAnswer) => boolean, signal: Signal) {
    for (let attempt = 0; attempt < tries; attempt++) {
      answers.clear()
      await send(question, signal)
      const answer = await hear(fits, answerLimitMs, signal)
      unheard = answer === null ? unheard + 1 : 0
      if (answer !== null) return answer
    }
    return null
  }

  const isOf = (key: string) => (answer: BoardAnswer) => 'key' in answer && answer.key === key
  const query = (key: string, signal: Signal) => ask({ kind: 'query', key }, isOf(key), signal)

  /** Waits until a motor that turns has stopped, however long; the caller's limit ends it. */
  async function end(key: string, signal: Signal): Promise<DispenseOutcome> {
    for (;;) {
      const told = await hear((answer) => isOf(key)(answer) && answer.kind !== 'begun', askAgainMs, signal)
      const answer = told ?? (await query(key, signal))
      if (answer === null) return { kind: 'unknown', failure: silent('offline').toJSON() }
      const outcome = outcomeOf(answer)
      if (outcome !== null) return outcome
    }
  }

  async function run(key: string, slot: string, signal: Signal): Promise<DispenseOutcome> {
    for (let attempt = 0; attempt < tries; attempt++) {
      answers.clear()
      await send({ kind: 'dispense', key, slot }, signal)
      const answer = (await hear(isOf(key), answerLimitMs, signal)) ?? (await query(key, signal))
      if (answer === null) return { kind: 'unknown', failure: silent('offline').toJSON() }
      // The line keeps its order: a board that answers the question and does not know the key never got the job.
      if (answer.kind === 'neverHeard') continue
      return outcomeOf(answer) ?? (await end(key, signal))
    }
    return { kind: 'refused', reason: 'unheard' }
  }

  function checkJob(key: string, slot: string): void {
    if (isJobKey(key) && isSlot(slot)) return
    throw deviceFailure(
      'illegal',
      `dispense from slot "${slot}"`,
      'A key is 32 hex digits, a slot 1 to 4 letters and digits.',
    )
  }

  return {
    ...lifeCycle.port,
    category: 'VendingController',
    slots: (call) =>
      lifeCycle.use('read the slots of', call, async (signal) => {
        const answer = await ask({ kind: 'slots' }, ({ kind }) => kind === 'slots', signal)
        if (answer?.kind !== 'slots') throw silent('offline')
        return answer.slots
      }),
    async dispense({ key, slot }, call) {
      checkJob(key, slot)
      let sent = false
      try {
        return await lifeCycle.use('dispense from', call, (signal) => {
          sent = true
          return run(key, slot, signal)
        })
      } catch (thrown) {
        if (!sent) throw thrown
        return { kind: 'unknown', failure: failureData(thrown) }
      }
    },
    outcomeOf: (key, call) =>
      lifeCycle.use('ask for a job of', call, async (signal) => {
        checkJob(key, '1')
        const answer = await query(key, signal)
        if (answer === null) throw silent('offline')
        if (answer.kind === 'neverHeard') return null
        return outcomeOf(answer) ?? (await end(key, signal))
      }),
    async checkHealth(level, call) {
      await stream.probe()
      if (level !== 'internal' && lifeCycle.port.enabled() && lifeCycle.port.state() === 'idle') {
        await lifeCycle.use('check', call, (signal) =>
          ask({ kind: 'identify' }, ({ kind }) => kind === 'identity', signal),
        )
        if (unheard >= tries) lifeCycle.lost(silent('offline'))
      }
      const healthy = lifeCycle.port.enabled()
      return { healthy, detailCode: healthy ? 'ok' : lifeCycle.port.state() }
    },
  }
}

/** Null while the motor still turns. */
function outcomeOf(answer: BoardAnswer): DispenseOutcome | null {
  if (answer.kind === 'refused') {
    const { reason } = answer
    return reason === 'empty' || reason === 'jammed' ? { kind: reason } : { kind: 'refused', reason }
  }
  if (answer.kind !== 'ended') return null
  return answer.outcome === 'interrupted' ? { kind: 'unknown' } : { kind: answer.outcome }
}
