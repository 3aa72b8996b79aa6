import { Failure } from '../../src-main/contract/failure.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { lockDevice } from '../byte-stream/device-lock.ts'
import { startIsolatedService, type IsolatedService } from '../isolation/isolated-service.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { deviceErrors } from '../port/constants.ts'
import { deviceFailure } from '../port/failures.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import { createSubscriptions } from '../port/subscriptions.ts'
import type { ReaderWatchEvent, ReaderWatchOptions } from './reader-watch.ts'
import type {
  CardEvent,
  CardSlot,
  MemberCardFormat,
  RefusedCard,
  SmartCardRWPort,
} from './smart-card-rw-port.ts'

export interface SmartCardReaderOptions {
  readonly name: string
  /** `pcsc:` for any reader, `pcsc:ACR122` for those with this in their name, whatever the case. */
  readonly address: string
  readonly member: MemberCardFormat
  /** Default true. */
  readonly autoDisable?: boolean | undefined
  readonly clock?: DriverClock | undefined
}

const prefix = 'pcsc:'

/**
 * Members' cards in the readers of PC/SC. When the smart card service dies the device is lost, and opening it again
 * asks the service that came back. Throws the `device.badAddress` failure.
 */
export function createSmartCardReader(options: SmartCardReaderOptions): SmartCardRWPort {
  const { name, address, member, autoDisable = true, clock = systemDriverClock } = options
  if (!address.startsWith(prefix)) throw badAddress(address)
  const watch: ReaderWatchOptions = { reader: address.slice(prefix.length), member }
  const cards = createSubscriptions<CardEvent>()
  const refusals = createSubscriptions<RefusedCard>()
  let service: IsolatedService | null = null
  let unlock = (): Promise<void> => Promise.resolve()
  let slots: readonly CardSlot[] = []
  let delivering = false

  const lifeCycle = createLifeCycle(
    { category: 'SmartCardRW', name, address },
    {
      async claim(call) {
        unlock = await lockDevice(`the smart card reader ${address}`, `pcsc-${watch.reader.toLowerCase()}`)
        try {
          service = await startIsolatedService(
            {
              what: `the smart card reader ${address}`,
              module: new URL('./pcsc-service.ts', import.meta.url),
              options: watch,
              clock,
            },
            call,
          )
        } catch (thrown) {
          await free()
          throw thrown
        }
        const mine = service
        mine.onEvent((event) => {
          if (service === mine) hear(event as ReaderWatchEvent)
        })
        mine.onExit((failure) => {
          if (service === mine && failure !== null) lose(failure)
        })
        // What it told before anybody listened; what it has told since is newer.
        const before = (await mine.call('slots', null, call)) as readonly CardSlot[]
        if (slots.length === 0) slots = before
      },
      async enable() {
        delivering = true
      },
      async disable() {
        delivering = false
      },
      release: free,
    },
    clock,
  )

  async function free(): Promise<void> {
    delivering = false
    slots = []
    const ended = service
    service = null
    await ended?.close()
    await unlock()
    unlock = () => Promise.resolve()
  }

  function lose(failure: Failure): void {
    delivering = false
    slots = []
    lifeCycle.lost(failure)
  }

  function hear(event: ReaderWatchEvent): void {
    switch (event.kind) {
      case 'slots':
        slots = event.slots
        return lifeCycle.updateStatus({ name: 'slots' })
      case 'read':
        if (!lifeCycle.port.enabled()) return
        if (!delivering) return lifeCycle.updateStatus({ name: 'readIgnored' })
        delivering = !autoDisable
        return cards.emit({
          memberNumber: event.memberNumber,
          reader: event.reader,
          atMonotonicMs: clock.monotonicMs(),
        })
      case 'refused': {
        if (!lifeCycle.port.enabled()) return
        if (!delivering) return lifeCycle.updateStatus({ name: 'readIgnored' })
        const { reason, reader, statusWord } = event
        return refusals.emit({ reason, reader, statusWord, atMonotonicMs: clock.monotonicMs() })
      }
      case 'serviceLost':
        return lose(
          deviceFailure(
            'offline',
            `use the smart card reader ${address}`,
            `The smart card service has gone (${event.code}). It is asked again until it is back.`,
          ),
        )
      default:
        return unreachable(event)
    }
  }

  return {
    ...lifeCycle.port,
    category: 'SmartCardRW',
    autoDisable,
    slots: () => slots,
    dataEnabled: () => delivering,
    enableData() {
      lifeCycle.requireEnabled('read')
      delivering = true
    },
    disableData() {
      delivering = false
    },
    onData: (listener) => cards.add(listener),
    onRefused: (listener) => refusals.add(listener),
    async checkHealth(level, call) {
      if (level !== 'internal' && lifeCycle.port.enabled()) await service?.call('slots', null, call)
      if (!lifeCycle.port.enabled()) return { healthy: false, detailCode: lifeCycle.port.state() }
      return slots.length === 0
        ? { healthy: false, detailCode: 'noReader' }
        : { healthy: true, detailCode: 'ok' }
    },
  }
}

function badAddress(address: string): Failure {
  return new Failure({
    code: 'device.badAddress',
    attempted: `read the device address "${address}"`,
    remedy: 'staff',
    nativeCode: String(deviceErrors.illegal),
    message: `The device address "${address}" is none of a smart card reader. Write it as pcsc: (any reader) or pcsc:PART OF ITS NAME.`,
  })
}
