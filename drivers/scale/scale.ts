import { createAnswers } from '../byte-stream/answers.ts'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { holdStream } from '../byte-stream/held-stream.ts'
import { withLineSettings } from '../byte-stream/line-settings.ts'
import { createByteStream } from '../byte-stream/open-stream.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import { mtSics } from './mt-sics.ts'
import { scaleStatuses, type LiveWeight, type ScalePort, type ScaleStatus } from './scale-port.ts'
import type { ScaleFraming, ScaleProtocol } from './scale-protocol.ts'
import { toledo8217 } from './toledo-8217.ts'
import { isOverCapacity, wholeDivisions, type ScaleAnswer } from './weight.ts'

export const scaleProtocols = { 'toledo-8217': toledo8217, 'mt-sics': mtSics } as const
export type ScaleProtocolId = keyof typeof scaleProtocols

export interface ScaleOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  readonly protocol: ScaleProtocolId
  /** Default 15000. */
  readonly maxGrams?: number | undefined
  /** Default 5: class III, 15 kg. */
  readonly divisionGrams?: number | undefined
  readonly clock?: DriverClock | undefined
}

/** An answer takes a few milliseconds; a scale that says nothing this long did not hear. */
const answerLimitMs = 500
/** Between two questions for a weight that is not there yet. */
const pollMs = 100
/** A cable pulled out of the scale says nothing; a scale that misses this many questions in a row is gone. */
const deafAfter = 3

type Weight = Extract<ScaleAnswer, { kind: 'weight' }>

/** The stream for a scale's address; what the address does not say about the line comes from the protocol. */
export function scaleStream(address: string, protocol: ScaleProtocolId): ByteStreamPort {
  return createByteStream(withLineSettings(address, scaleProtocols[protocol].line))
}

export function createScale(options: ScaleOptions): ScalePort {
  const { stream, clock = systemDriverClock, maxGrams = 15_000, divisionGrams = 5 } = options
  const protocol: ScaleProtocol = scaleProtocols[options.protocol]
  const { commands } = protocol
  let framing: ScaleFraming = protocol.createFraming()
  let answers = createAnswers<ScaleAnswer>(clock)
  let lastStatus: ScaleStatus | null = null
  /** Whether a tare is on, for protocols whose weights do not tell. */
  let tared = false
  let unheard = 0

  const held = holdStream(stream, {
    data: (bytes) => framing.push(bytes).forEach((answer) => answers.push(answer)),
    lost: (failure) => lifeCycle.lost(failure),
  })

  const lifeCycle = createLifeCycle(
    { category: 'Scale', name: options.name, address: stream.address },
    {
      async claim(call) {
        framing = protocol.createFraming()
        answers = createAnswers(clock)
        await held.take(call)
      },
      async enable(call) {
        lastStatus = null
        unheard = 0
        await probe(call.signal ?? new AbortController().signal)
        // Another lane's container, or a shopper's before a crash, must not be taken off.
        await ask(commands.clearTare, call.signal ?? new AbortController().signal)
        tared = false
      },
      disable: () => Promise.resolve(),
      release: () => held.free(),
    },
    clock,
  )

  const told = (status: ScaleStatus): ScaleStatus => {
    if (status !== lastStatus) {
      lastStatus = status
      lifeCycle.updateStatus({ name: `scale.${status}`, number: scaleStatuses[status] })
    }
    return status
  }

  async function ask(command: Uint8Array, signal: AbortSignal): Promise<ScaleAnswer | null> {
    answers.clear()
    await stream.write(command, { timeoutMs: answerLimitMs, signal })
    const answer = await answers.next(answerLimitMs, signal)
    unheard = answer === null ? unheard + 1 : 0
    return answer
  }

  async function probe(signal: AbortSignal): Promise<void> {
    answers.clear()
    await stream.write(commands.probe, { timeoutMs: answerLimitMs, signal })
    for (let answer = await answers.next(answerLimitMs, signal); ;) {
      if (answer === null) break
      if (answer.kind === 'hello') {
        if (commands.endProbe === null) return
        await stream.write(commands.endProbe, { timeoutMs: answerLimitMs, signal })
        await pause(pollMs, signal)
        return
      }
      answer = await answers.next(answerLimitMs, signal)
    }
    throw deviceFailure(
      'noHardware',
      `find a ${protocol.id} scale at ${stream.address}`,
      'No scale answers there. Check that it is switched on, its protocol and its line settings.',
    )
  }

  /** One look at the plate; null when nothing readable came. */
  async function look(signal: AbortSignal): Promise<LiveWeight | null> {
    const answer = await ask(commands.weigh, signal)
    if (answer === null || answer.kind === 'done' || answer.kind === 'hello' || answer.kind === 'refused')
      return null
    if (answer.kind === 'status') return { status: told(answer.status), grams: null, net: answer.net }
    if (answer.kind === 'unreadable') {
      if (answer.reason === 'unit') throw wrongUnit()
      return null
    }
    return shown(answer)
  }

  function shown({ milligrams, stable, net }: Weight): LiveWeight {
    const grams = wholeDivisions(milligrams, divisionGrams)
    const facts = { net: net || tared }
    if (isOverCapacity(grams, maxGrams, divisionGrams))
      return { status: told('overweight'), grams: null, ...facts }
    if (!stable) return { status: told('unstable'), grams, ...facts }
    if (grams < 0) return { status: told('underZero'), grams: null, ...facts }
    return { status: told(grams === 0 ? 'zero' : 'stable'), grams, ...facts }
  }

  const wrongUnit = () =>
    deviceFailure(
      'extended',
      `read the weight at ${stream.address}`,
      'The scale does not weigh in kilograms or grams. Set its unit to kg.',
    )

  /** True when a command that changes the scale was carried out. */
  async function changed(command: Uint8Array, isDone: (answer: ScaleAnswer) => boolean, signal: AbortSignal) {
    const answer = await ask(command, signal)
    return answer !== null && isDone(answer)
  }

  const carriedOut = (net: boolean) => (answer: ScaleAnswer) =>
    answer.kind === 'done' || (answer.kind === 'status' && answer.net === net)

  const pause = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        cancel()
        reject(signal.reason as Error)
      }
      const cancel = clock.after(ms, () => {
        signal.removeEventListener('abort', stop)
        resolve()
      })
      signal.addEventListener('abort', stop, { once: true })
    })

  return {
    ...lifeCycle.port,
    category: 'Scale',
    range: { maxGrams, divisionGrams },
    readWeight: (call) =>
      lifeCycle.use('read the weight of', call, async (signal) => {
        // Two answers in a row must agree: one may be late, of the item before, or spoilt on a line without parity.
        let before: LiveWeight | null = null
        for (;;) {
          const now = await look(signal)
          if (now?.status === 'stable' && now.grams !== null && now.grams > 0) {
            if (before?.grams === now.grams && before.net === now.net)
              return { grams: now.grams, net: now.net }
            before = now
          } else {
            before = null
            await pause(pollMs, signal)
          }
        }
      }),
    readLiveWeight: (call) =>
      lifeCycle.use('look at', call, async (signal) => {
        for (;;) {
          const live = await look(signal)
          if (live !== null) return live
          await pause(pollMs, signal)
        }
      }),
    zeroScale: (call) =>
      lifeCycle.use('zero', call, (signal) =>
        changed(
          commands.zero,
          (answer) => answer.kind === 'done' || (answer.kind === 'status' && answer.atZero),
          signal,
        ),
      ),
    takeTare: (call) =>
      lifeCycle.use('tare', call, async (signal) => {
        const done = await changed(commands.tare, carriedOut(true), signal)
        tared ||= done
        return done
      }),
    setTareWeight: (grams, call) =>
      lifeCycle.use('set the tare of', call, async (signal) => {
        const tare = wholeDivisions(grams * 1000, divisionGrams)
        const command = tare === 0 ? commands.clearTare : commands.setTare(tare)
        const done = await changed(command, carriedOut(tare > 0), signal)
        if (done) tared = tare > 0
        return done
      }),
    async checkHealth(level, call) {
      await stream.probe()
      if (level !== 'internal' && lifeCycle.port.enabled() && lifeCycle.port.state() === 'idle') {
        await lifeCycle.use('check', call, async (signal) => {
          while (unheard < deafAfter && (await ask(commands.weigh, signal)) === null);
        })
        if (unheard >= deafAfter) {
          lifeCycle.lost(
            deviceFailure('offline', `ask the scale at ${stream.address}`, 'The scale is silent.'),
          )
        }
      }
      const healthy = lifeCycle.port.enabled()
      return { healthy, detailCode: healthy ? 'ok' : lifeCycle.port.state() }
    },
  }
}
