import { describe, expect, it } from 'vitest'
import { createHubClient } from '../../../src-main/hub-client/hub-client.ts'
import { createReplicator } from '../../../src-main/journal/replicator.ts'
import type { ClockPort } from '../../../src-main/ports/clock.ts'
import { faceInstrument, newAccount, balanceOf, newKey, useHubs } from '../hub/harness.ts'
import { clock, openStore, quickFolder, random, sampleAttempt } from '../store/fixtures.ts'

const hubs = useHubs()

/** A machine whose battery is empty, or whose owner typed a wrong year. */
function clockAt(atMs: number): ClockPort {
  const nowMs = () => atMs
  return { ...clock, nowMs, moment: () => ({ ...clock.moment(), atMs }) }
}

describe('a lane whose clock is wrong', () => {
  const years = [
    [1970, 0],
    [2099, Date.UTC(2099, 11, 31)],
  ] as const
  for (const [year, atMs] of years) {
    it(`and says ${year} drains all the same, and what it sold offline is charged once`, async () => {
      const hub = await hubs.start()
      const account = await newAccount(hub, 5_000)
      const wrong = clockAt(atMs)
      const { store, laneKey } = openStore(quickFolder(), { clock: wrong })
      const attempt = sampleAttempt({
        amount: { amountMinor: 700, currency: 'CNY' },
        mode: 'deferred',
        state: 'deferred',
        instrument: faceInstrument(account),
      })
      const { attemptKey, saleId, amount, instrument } = attempt
      const intent = { attemptKey, saleId, ...amount, instrument, mode: 'deferred' as const, bench: false }
      store.transact((tx) => {
        tx.putAttempt(attempt)
        tx.append({ kind: 'sale', id: saleId }, { type: 'payment.attempted', ...intent })
      })
      const client = createHubClient({
        baseUrl: hub.url,
        identity: { laneId: 'lane-1', publicKey: laneKey.publicKey, sign: (bytes) => laneKey.sign(bytes) },
        joinToken: () => hub.joinToken,
        clock: wrong,
      })
      const replicator = createReplicator({ journal: store.journal, hub: client, clock: wrong, random })
      const drained = new Promise<void>((resolve) => {
        replicator.subscribe(({ pendingCount }) => {
          if (pendingCount === 0) resolve()
        })
      })
      replicator.start()
      await drained
      await replicator.stop()
      client.close()
      expect(store.journal.acked()).toMatchObject({ seq: 1 })
      await hub.settle()
      expect(await balanceOf(hub, account)).toBe(4_300)
    })

    it(`and said ${year} goes on in the same epoch when the clock is right again`, async () => {
      const dataDir = quickFolder()
      const first = openStore(dataDir, { clock: clockAt(atMs) })
      first.store.transact((tx) => {
        tx.append({ kind: 'subject', id: 'x' }, { type: 'consent.withdrawn', subjectKey: newKey() })
      })
      first.store.close()
      const second = openStore(dataDir)
      expect(second.epochBeginning).toBeNull()
      second.store.transact((tx) => {
        tx.append({ kind: 'subject', id: 'x' }, { type: 'consent.withdrawn', subjectKey: newKey() })
      })
      expect(await second.store.verify({ from: 'genesis' })).toMatchObject({ ok: true, entries: 3 })
    })
  }
})
