import { createAnswers } from '../byte-stream/answers.ts'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { holdStream } from '../byte-stream/held-stream.ts'
import type { CallOptions } from '../port/call.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import type { LightWire } from './light-wire.ts'
import { lightColours, type LightPattern, type LightsPort } from './lights-port.ts'

export interface LightsOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  /** `relayLights(…)` or `pnsLights(…)`. */
  readonly wire: LightWire
  readonly clock?: DriverClock | undefined
}

const answerLimitMs = 1000
/** Half a period: lit this long, then dark as long. */
const blinkMs = 500

/** A status lamp; dark when it is enabled and when it is disabled. */
export function createLights(options: LightsOptions): LightsPort {
  const { stream, wire, clock = systemDriverClock } = options
  const answers = createAnswers<number>(clock)
  let pattern: LightPattern = {}
  let cancelBlink = (): void => undefined
  /** Patterns take turns: a beep and a change of colour may come at once. */
  let turn: Promise<unknown> = Promise.resolve()

  const held = holdStream(stream, {
    data: (bytes) => bytes.forEach((byte) => answers.push(byte)),
    lost(failure) {
      cancelBlink()
      lifeCycle.lost(failure)
    },
  })
  const lifeCycle = createLifeCycle(
    { category: 'Lights', name: options.name, address: stream.address },
    {
      claim: (call) => held.take(call),
      async enable(call) {
        pattern = {}
        await send({}, true, call)
      },
      async disable(call) {
        cancelBlink()
        pattern = {}
        await send({}, true, call)
      },
      async release() {
        cancelBlink()
        await held.free()
      },
    },
    clock,
  )

  async function send(next: LightPattern, lit: boolean, call: CallOptions): Promise<void> {
    answers.clear()
    await stream.write(wire.encode(next, lit), call)
    if (wire.answers === null) return
    const { accepted, refused } = wire.answers
    const signal = call.signal ?? new AbortController().signal
    for (;;) {
      const answer = await answers.next(answerLimitMs, signal)
      if (answer === accepted) return
      if (answer === null) throw silent()
      if (answer === refused) throw refusal()
    }
  }
  const attempted = `show a pattern on the lamp at ${stream.address}`
  const silent = () => deviceFailure('offline', attempted, 'The lamp does not answer.')
  const refusal = () => deviceFailure('failure', attempted, 'The lamp refused the pattern.')

  const blink = (lit: boolean): void => {
    cancelBlink = clock.after(blinkMs, () => {
      stream.write(wire.encode(pattern, lit), { timeoutMs: answerLimitMs }).then(
        () => blink(!lit),
        // The stream has told of its loss itself; a write that took too long is tried again.
        () => lifeCycle.port.enabled() && blink(lit),
      )
    })
  }

  const switchTo = (next: LightPattern, call: CallOptions): Promise<void> =>
    lifeCycle.use('switch', call, async (signal) => {
      cancelBlink()
      const own = ownPart(next, wire)
      await send(own, true, { timeoutMs: call.timeoutMs, signal })
      pattern = own
      if (!wire.blinksItself && Object.values(own).includes('blink')) blink(false)
    })

  return {
    ...lifeCycle.port,
    category: 'Lights',
    lights: wire.lights,
    hasAlarm: wire.hasAlarm,
    shown: () => pattern,
    async switchTo(next, call) {
      lifeCycle.requireEnabled('switch')
      const mine = turn.then(() => switchTo(next, call))
      turn = mine.catch(() => undefined)
      await mine
    },
    async checkHealth(level, call) {
      await stream.probe()
      if (level !== 'internal' && wire.answers !== null && lifeCycle.port.state() === 'idle') {
        await lifeCycle
          .use('check', call, (signal) => send(pattern, true, { timeoutMs: call.timeoutMs, signal }))
          .catch(() => lifeCycle.lost(silent()))
      }
      const healthy = lifeCycle.port.enabled()
      return { healthy, detailCode: healthy ? 'ok' : lifeCycle.port.state() }
    },
  }
}

/** The pattern without what this lamp lacks. */
function ownPart(pattern: LightPattern, { lights, hasAlarm }: LightWire): LightPattern {
  const colours = lightColours.filter((colour) => lights.includes(colour) && pattern[colour] !== undefined)
  return {
    ...Object.fromEntries(colours.map((colour) => [colour, pattern[colour]])),
    ...(hasAlarm && pattern.alarm === true ? { alarm: true } : {}),
  }
}
