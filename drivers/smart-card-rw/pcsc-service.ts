import { setTimeout as sleep } from 'node:timers/promises'
import {
  CardDisposition,
  CardMode,
  Client,
  ReaderStatus,
  type Reader,
  type ReaderStatusFlags,
} from 'pcsc-mini'
import type { StartService } from '../isolation/messages.ts'
import { deviceFailure, systemCause } from '../port/failures.ts'
import { readMemberCard, type MemberCard } from './member-card.ts'
import type { ReaderWatchEvent, ReaderWatchOptions } from './reader-watch.ts'
import type { CardSlot } from './smart-card-rw-port.ts'

/** A member's card answers within a second; one that says nothing is given up. */
const readLimitMs = 3000
/** pcscd looks for cards every 400 ms. */
const goneWithinMs = 900

/**
 * Watches the readers of PC/SC and reads each card that is put in, in a process of its own: the native code ends its
 * process when the smart card service dies. A card that lies in a reader when the reader is first seen belongs to
 * somebody before us and is not read.
 */
export const startService: StartService = (options, emit) => {
  const { reader: wanted, member } = options as ReaderWatchOptions
  const tell = (event: ReaderWatchEvent): void => emit(event)
  const slots = new Map<string, CardSlot['card']>()
  const client = new Client()
  let closed = false

  const slotList = (): readonly CardSlot[] => [...slots].map(([reader, card]) => ({ reader, card }))

  const set = (reader: string, card: CardSlot['card'] | null): void => {
    if (slots.get(reader) === (card ?? undefined)) return
    if (card === null) slots.delete(reader)
    else slots.set(reader, card)
    tell({ kind: 'slots', slots: slotList() })
  }

  const changed = async (reader: Reader, status: ReaderStatusFlags): Promise<void> => {
    const name = reader.name()
    const before = slots.get(name)
    if (!status.has(ReaderStatus.PRESENT)) return set(name, 'absent')
    if (before === undefined) return set(name, 'read')
    if (before !== 'absent') return
    set(name, 'reading')
    const result = status.has(ReaderStatus.MUTE) ? unreadable : await readCard(reader)
    // A card that was pulled out has an answer without a byte; that it has gone is only told a moment later.
    if (result.kind === 'refused' && result.reason === 'unreadable') await stillIn(name)
    if (closed) return
    const pulledOut = slots.get(name) !== 'reading'
    if (result.kind === 'member') {
      if (!pulledOut) set(name, 'read')
      tell({ kind: 'read', reader: name, memberNumber: result.memberNumber })
      return
    }
    if (!pulledOut) set(name, result.reason === 'removedTooSoon' ? 'absent' : 'refused')
    const reason = pulledOut ? 'removedTooSoon' : result.reason
    tell({ kind: 'refused', reader: name, reason, statusWord: result.statusWord })
  }

  const stillIn = async (name: string): Promise<void> => {
    const until = performance.now() + goneWithinMs
    while (!closed && slots.get(name) === 'reading' && performance.now() < until) await sleep(20)
  }

  const readCard = async (reader: Reader): Promise<CardResult> => {
    const limit = Promise.withResolvers<CardResult>()
    const timer = setTimeout(() => limit.resolve(unreadable), readLimitMs)
    try {
      return await Promise.race([readWithin(reader), limit.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  const readWithin = async (reader: Reader): Promise<CardResult> => {
    try {
      const card = await reader.connect(CardMode.SHARED)
      const transaction = await card.transaction()
      try {
        return await readMemberCard((command) => card.transmit(command), member)
      } finally {
        await transaction.end(CardDisposition.LEAVE).catch(() => undefined)
        await card.disconnect(CardDisposition.LEAVE).catch(() => undefined)
      }
    } catch (thrown) {
      return goneCodes.has(codeOf(thrown)) ? removedTooSoon : unreadable
    }
  }

  client.on('error', (thrown) => tell({ kind: 'serviceLost', code: codeOf(thrown) }))
  client.on('reader', (reader) => {
    if (!reader.name().toLowerCase().includes(wanted.toLowerCase())) return
    reader.on('disconnect', () => set(reader.name(), null))
    reader.on('change', (status) => void changed(reader, status))
  })
  try {
    client.start()
  } catch (thrown) {
    return Promise.reject(startFailure(thrown))
  }
  return Promise.resolve({
    handle: () => Promise.resolve(slotList()),
    close() {
      closed = true
      try {
        client.stop()
      } catch {
        // The service died before us: there is nothing left to be given back.
      }
      return Promise.resolve()
    },
  })
}

type CardResult =
  MemberCard | { readonly kind: 'refused'; readonly reason: 'removedTooSoon'; readonly statusWord: null }

const unreadable: CardResult = { kind: 'refused', reason: 'unreadable', statusWord: null }
const removedTooSoon: CardResult = { kind: 'refused', reason: 'removedTooSoon', statusWord: null }

/** How PC/SC says that the card is out, or was out in between. */
const goneCodes = new Set(['RemovedCard', 'NoSmartCard', 'ResetCard', 'NotTransacted', 'ReaderUnavailable'])

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'Unknown'
}

function startFailure(thrown: unknown) {
  const attempted = 'reach the smart card service'
  const cause = systemCause(thrown, attempted)
  return deviceFailure(
    'noExist',
    attempted,
    `The smart card service does not answer (${codeOf(thrown)}). Start pcscd (Debian: apt-get install pcscd).`,
    cause,
  )
}
