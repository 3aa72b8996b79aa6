import { describe, expect, test } from 'vitest'
import { createChannelStream } from '../../../drivers/byte-stream/channel-stream.ts'
import { deviceFailure } from '../../../drivers/port/failures.ts'
import { createSerialScanner } from '../../../drivers/scanner/serial-scanner.ts'
import { reopenDelayMs } from '../../../src-main/devices/back-off.ts'
import type { DeviceStatus } from '../../../src-main/devices/device-status.ts'
import { createDeviceSupervisor } from '../../../src-main/devices/supervisor.ts'
import type { LogPort } from '../../../src-main/ports/log.ts'
import { createHandClock } from './support/hand-clock.ts'

const quiet = (): void => undefined
const log: LogPort = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const address = 'serial:/memory?baud=9600'

/** A scanner's port that answers as told each time it is opened. */
function supervised(fails: (attempt: number) => string | null) {
  const hand = createHandClock()
  const clock = { ...hand, nowMs: () => 1_700_000_000_000 + hand.monotonicMs() }
  const openedAtMs: number[] = []
  let unplug = quiet
  let type: (text: string) => void = quiet
  const connect: Parameters<typeof createChannelStream>[1] = (events) => {
    openedAtMs.push(hand.monotonicMs())
    const name = fails(openedAtMs.length)
    if (name === 'noExist' || name === 'noService')
      return Promise.reject(deviceFailure(name, 'open', 'not there'))
    unplug = () => events.closed(new Error('EIO'))
    type = (text) => events.data(new TextEncoder().encode(text))
    return Promise.resolve({ write: (_bytes, done) => done(), destroy: () => Promise.resolve() })
  }
  const statuses: DeviceStatus[] = []
  const supervisor = createDeviceSupervisor({
    clock,
    random: { unit: () => 0 },
    log,
    drivers: {
      printer: null,
      terminal: null,
      scanner: {
        category: 'Scanner',
        name: 'scanner',
        address,
        create: () =>
          createSerialScanner({ name: 'scanner', stream: createChannelStream(address, connect), clock }),
      },
    },
  })
  supervisor.onStatus((status) => statuses.push(status))
  return {
    hand,
    supervisor,
    openedAtMs,
    statuses,
    unplug: () => unplug(),
    type: (text: string) => type(text),
  }
}

describe('waiting before a device is opened again', () => {
  test('doubles from a quarter second to five seconds, between a half and the whole of each step', () => {
    const shortest = [0, 1, 2, 3, 4, 5, 9, 5000].map((attempt) => reopenDelayMs(attempt, { unit: () => 0 }))
    expect(shortest).toEqual([125, 250, 500, 1000, 2000, 2500, 2500, 2500])
    expect(reopenDelayMs(1, { unit: () => 0.999_999 })).toBeCloseTo(500, 2)
  })
})

describe('a supervised device', () => {
  test('is tried with growing pauses until it is there, and the pauses begin anew after that', async () => {
    const { hand, supervisor, openedAtMs, statuses, unplug } = supervised((attempt) =>
      attempt <= 4 ? 'noExist' : null,
    )
    await hand.advance(2000)
    expect(openedAtMs).toEqual([0, 125, 375, 875, 1875])
    expect(statuses.map(({ state, detailCode }) => [state, detailCode])).toEqual([
      ['lost', 'device.noExist'],
      ['ready', null],
    ])
    unplug()
    await hand.advance(200)
    expect(openedAtMs.slice(5)).toEqual([2125])
    expect(statuses.slice(2).map(({ state, sinceMs }) => [state, sinceMs])).toEqual([
      ['lost', 1_700_000_002_000],
      ['ready', 1_700_000_002_125],
    ])
    await supervisor.close()
    expect(hand.pending()).toBe(0)
  })

  test('that this user may not open is failed, and still looked at in case somebody puts it right', async () => {
    const { hand, supervisor } = supervised((attempt) => (attempt === 1 ? 'noService' : null))
    await hand.advance(10)
    expect(supervisor.statuses()).toMatchObject([{ state: 'failed', detailCode: 'device.noService' }])
    await hand.advance(200)
    expect(supervisor.statuses()).toMatchObject([{ state: 'ready', detailCode: null }])
    await supervisor.close()
  })

  test('delivers one scan for each enableData, also when the gate was set while it was away', async () => {
    const { hand, supervisor, unplug, type } = supervised(() => null)
    const scans: string[] = []
    supervisor.onScan(({ data }) => scans.push(data))
    await hand.advance(10)
    type('6901234567892\r4006381333931\r')
    expect(scans).toEqual(['6901234567892'])
    unplug()
    supervisor.scanner().enableData()
    await hand.advance(300)
    type('5449000000996\r')
    expect(scans).toEqual(['6901234567892', '5449000000996'])
    unplug()
    await hand.advance(300)
    type('4006381333931\r')
    expect(scans).toHaveLength(2)
    await supervisor.close()
  })

  test('closed while it waits to be opened again leaves no timer behind', async () => {
    const { hand, supervisor, openedAtMs } = supervised(() => 'noExist')
    await hand.advance(100)
    await supervisor.close()
    await hand.advance(60_000)
    expect(openedAtMs).toEqual([0])
    expect(hand.pending()).toBe(0)
  })
})
