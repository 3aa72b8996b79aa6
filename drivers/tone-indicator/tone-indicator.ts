import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { deviceFailure } from '../port/failures.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'
import type { Tone, ToneChannel, ToneIndicatorPort } from './tone-indicator-port.ts'

export interface ToneIndicatorOptions {
  readonly name: string
  readonly channel: ToneChannel
  readonly clock?: DriverClock | undefined
}

const switchLimitMs = 1000

/** A beeper on whatever channel makes the noise; silent when it is enabled and when it is disabled. */
export function createToneIndicator({
  name,
  channel,
  clock = systemDriverClock,
}: ToneIndicatorOptions): ToneIndicatorPort {
  let subscription: Unsubscribe = () => undefined
  let sounding: AbortController | null = null
  /** The tone before has switched the noise off. */
  let silent: Promise<unknown> = Promise.resolve()

  const lifeCycle = createLifeCycle(
    { category: 'ToneIndicator', name, address: channel.address },
    {
      async claim(call) {
        await channel.open(call)
        subscription = channel.onClose((failure) => {
          if (failure !== null) lifeCycle.lost(failure)
        })
      },
      enable: (call) => channel.switchTo(false, call),
      async disable(call) {
        await hush()
        await channel.switchTo(false, call)
      },
      async release() {
        await hush()
        subscription()
        subscription = () => undefined
        await channel.close()
      },
    },
    clock,
  )

  const hush = async (): Promise<void> => {
    sounding?.abort(
      deviceFailure('closed', `sound ${name}`, 'Another tone began, or the beeper was stopped.'),
    )
    await silent
  }

  const wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
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

  async function beep({ cycles, onMs, offMs }: Tone, signal: AbortSignal): Promise<void> {
    const limits = { timeoutMs: switchLimitMs }
    try {
      for (let cycle = 1; cycle <= cycles; cycle++) {
        await channel.switchTo(true, limits)
        await wait(onMs, signal)
        await channel.switchTo(false, limits)
        if (cycle < cycles) await wait(offMs, signal)
      }
    } catch (thrown) {
      // Whatever ended the tone, the noise ends too; a channel that is gone is silent by itself.
      await channel.switchTo(false, limits).catch(() => undefined)
      throw thrown
    }
  }

  const checkTone = ({ cycles, onMs, offMs }: Tone): void => {
    const within = (value: number, min: number, max: number) =>
      Number.isInteger(value) && value >= min && value <= max
    if (within(cycles, 1, 20) && within(onMs, 10, 5000) && within(offMs, 10, 5000)) return
    throw deviceFailure('illegal', `sound ${name}`, 'A tone is 1 to 20 cycles of 10 to 5000 ms.')
  }

  return {
    ...lifeCycle.port,
    category: 'ToneIndicator',
    async sound(tone, call) {
      lifeCycle.requireEnabled('sound')
      checkTone(tone)
      await hush()
      const mine = new AbortController()
      sounding = mine
      await lifeCycle.use('sound', call, (signal) => {
        const work = beep(tone, AbortSignal.any([signal, mine.signal]))
        silent = work.catch(() => undefined)
        return work
      })
    },
    async soundOff(call) {
      lifeCycle.requireEnabled('silence')
      await hush()
      await channel.switchTo(false, call)
    },
    async checkHealth() {
      await channel.probe()
      const healthy = lifeCycle.port.enabled()
      return { healthy, detailCode: healthy ? 'ok' : lifeCycle.port.state() }
    },
  }
}
