import { describe, expect, test } from 'vitest'
import { createChannelStream } from '../../../drivers/byte-stream/channel-stream.ts'
import { deviceFailure } from '../../../drivers/port/failures.ts'
import { createSerialScanner } from '../../../drivers/scanner/serial-scanner.ts'
import { createBreaker } from '../../../src-main/devices/breaker.ts'
import { superviseDevice } from '../../../src-main/devices/supervised-device.ts'
import type { LogPort } from '../../../src-main/ports/log.ts'
import { createHandClock } from '../drivers/support/hand-clock.ts'

const policy = { losses: 3, withinMs: 1000, restMs: 500, longestRestMs: 1500, steadyMs: 200 }

describe('the breaker of a device', () => {
  test('opens when the device was lost too often within the window, and only then', () => {
    const breaker = createBreaker(policy)
    expect([0, 600, 1200, 1800].map((atMs) => breaker.lost(atMs))).toEqual([null, null, null, null])
    expect(breaker.state()).toBe('closed')
    expect([breaker.lost(1900), breaker.state()]).toEqual([500, 'open'])
  })

  test('rests twice as long after each failed try, up to the longest rest', () => {
    const breaker = createBreaker({ ...policy, losses: 1 })
    const rests = [0, 1, 2, 3].map((atMs) => {
      const rest = breaker.lost(atMs)
      breaker.tries()
      return rest
    })
    expect(rests).toEqual([500, 1000, 1500, 1500])
  })

  test('trusts the device again when it has stayed, and begins anew', () => {
    const breaker = createBreaker({ ...policy, losses: 2 })
    breaker.lost(0)
    breaker.lost(1)
    breaker.tries()
    breaker.steady(1000, 1199)
    expect(breaker.state()).toBe('halfOpen')
    breaker.steady(1000, 1200)
    expect([breaker.state(), breaker.lost(1300)]).toEqual(['closed', null])
  })
})

const quiet = (): void => undefined
const log: LogPort = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const address = 'serial:/memory?baud=9600'

/** A scanner with a loose contact: each opening ends when told to. */
function flapping(isThere: () => boolean = () => true) {
  const hand = createHandClock()
  const clock = { ...hand, nowMs: () => 1_700_000_000_000 + hand.monotonicMs() }
  const openedAtMs: number[] = []
  let loosen = quiet
  const device = superviseDevice(
    {
      category: 'Scanner',
      name: 'scanner',
      address,
      create: () =>
        createSerialScanner({
          name: 'scanner',
          clock,
          stream: createChannelStream(address, (events) => {
            openedAtMs.push(hand.monotonicMs())
            if (!isThere()) return Promise.reject(missing())
            loosen = () => events.closed(new Error('EIO'))
            return Promise.resolve({ write: (_bytes, done) => done(), destroy: () => Promise.resolve() })
          }),
        }),
    },
    { clock, random: { unit: () => 0 }, log },
  )
  const flap = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await hand.advance(200)
      loosen()
      await hand.advance(0)
    }
  }
  return { hand, device, openedAtMs, flap }
}

function missing() {
  return deviceFailure('noExist', 'open', 'Not there.')
}

describe('a device with a loose contact', () => {
  test('is left alone after ten losses, tried once after the rest, and trusted when it has stayed', async () => {
    const { hand, device, openedAtMs, flap } = flapping()
    await flap(10)
    expect(device.status()).toMatchObject({ state: 'lost', breaker: 'open' })
    const opened = openedAtMs.length
    await hand.advance(9900)
    device.nudge()
    await hand.advance(0)
    expect(openedAtMs).toHaveLength(opened)
    await hand.advance(200)
    expect([openedAtMs.length, device.status().breaker]).toEqual([opened + 1, 'halfOpen'])
    await hand.advance(6000)
    expect(device.status()).toMatchObject({ state: 'ready', breaker: 'closed' })
    await device.close()
  })

  test('keeps the last changes of its health, and no more of them', async () => {
    const { hand, device, flap } = flapping()
    for (let i = 0; i < 6; i++) {
      await flap(9)
      await hand.advance(61_000)
    }
    const { history, statistics, lastHealthyAtMs } = device.health()
    expect(history).toHaveLength(32)
    expect(history.at(-1)).toMatchObject({ state: 'ready', detailCode: null })
    expect(history.filter(({ state }) => state === 'lost')).toHaveLength(16)
    expect(statistics).toMatchObject({ opened: 55, lost: 54 })
    expect(lastHealthyAtMs).not.toBeNull()
    await device.close()
  })
})

describe('something that was plugged in', () => {
  test('is opened at once, without the rest of the wait', async () => {
    let there = false
    const { hand, device, openedAtMs } = flapping(() => there)
    await hand.advance(60_000)
    const attempts = openedAtMs.length
    there = true
    device.nudge()
    await hand.advance(0)
    expect([openedAtMs.length, device.status().state]).toEqual([attempts + 1, 'ready'])
    expect(device.status().breaker).toBe('closed')
    await device.close()
    expect(hand.pending()).toBe(0)
  })
})
