import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { AppendResponse } from '../../../src-main/contract/hubApi.ts'
import type { Position } from '../../../src-main/contract/journal.ts'
import { err, ok, type Result } from '../../../src-main/contract/result.ts'
import type { FailureData } from '../../../src-main/contract/failure.ts'
import type { BatchEntry } from '../../../src-main/domain/journal/batch.ts'
import { hubFailure } from '../../../src-main/hub-client/failures.ts'
import {
  createReplicator,
  type ReplicationStatus,
  type Replicator,
} from '../../../src-main/journal/replicator.ts'
import { appendOne, openStore, temporaryFolder } from '../store/fixtures.ts'

type Answer = Result<AppendResponse, FailureData>

/** A hub that keeps entries of each epoch in order and answers as its script says first. */
class StandInHub {
  kept: BatchEntry[] = []
  calls = 0
  there = true
  readonly script: ((entries: readonly BatchEntry[]) => Answer | null)[] = []

  hello = async () =>
    this.there ? ok({ hubEpoch: 'e'.repeat(32) }) : err(hubFailure('hub.unreachable', 'hello'))

  append = async (entries: readonly BatchEntry[], _options?: { signal?: AbortSignal }): Promise<Answer> => {
    this.calls += 1
    return this.script.shift()?.(entries) ?? this.take(entries)
  }

  take = (entries: readonly BatchEntry[]): Answer => {
    for (const entry of entries) {
      if (entry.header.seq === this.#nextSeq(entry.header.epoch)) this.kept.push(entry)
    }
    return ok(this.answer(entries[0]?.header.epoch ?? ''))
  }

  answer(epoch: string, over: Partial<AppendResponse> = {}): AppendResponse {
    const seq = this.#nextSeq(epoch) - 1
    return { acked: seq < 0 ? null : { epoch, seq }, quarantined: 0, parked: 0, forked: false, ...over }
  }

  positions(): Position[] {
    return this.kept.map(({ header }) => ({ epoch: header.epoch, seq: header.seq }))
  }

  #nextSeq(epoch: string): number {
    return this.kept.filter(({ header }) => header.epoch === epoch).length
  }
}

/** Timers that go off only when the test says so. */
class HandClock {
  readonly waits: number[] = []
  #timers: (() => void)[] = []
  nowMs = () => 1_795_384_800_000
  after = (delayMs: number, run: () => void) => {
    this.waits.push(delayMs)
    this.#timers.push(run)
    return () => {
      this.#timers = this.#timers.filter((timer) => timer !== run)
    }
  }
  get pending() {
    return this.#timers.length
  }
  ring(): void {
    for (const run of this.#timers.splice(0)) run()
  }
}

const running: Replicator[] = []
afterEach(async () => {
  for (const replicator of running.splice(0)) await replicator.stop()
})

function setUp(entries: number, maxEntries = 500) {
  const { store } = openStore(temporaryFolder())
  for (let count = 0; count < entries; count += 1) appendOne(store)
  const hub = new StandInHub()
  const clock = new HandClock()
  const replicator = createReplicator({
    journal: store.journal,
    hub,
    clock,
    random: { unit: () => 0.5 },
    limits: { maxEntries, maxBytes: 1024 * 1024 },
  })
  const seen: ReplicationStatus[] = []
  replicator.subscribe((status) => seen.push(status))
  running.push(replicator)
  return { store, hub, clock, replicator, seen }
}

/** Lets promises settle until `done`; the replicator needs no real time. */
async function until(done: () => boolean): Promise<void> {
  for (let turns = 0; turns < 10_000; turns += 1) {
    if (done()) return
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  throw new Error('It did not come about')
}

const unreachable = () => err(hubFailure('hub.unreachable', 'append'))
const noAnswer = () => err(hubFailure('hub.noAnswer', 'append'))
const busy = () => err(hubFailure('hub.noAnswer', 'append', 'hub.busy', 2_000))

describe('the replicator', () => {
  it('brings every entry to the hub, in order and in batches', async () => {
    const { store, hub, replicator, seen } = setUp(600)
    replicator.start()
    await until(() => store.journal.pendingCount() === 0)
    expect(hub.positions().map(({ seq }) => seq)).toEqual(Array.from({ length: 601 }, (_, seq) => seq))
    expect(hub.calls).toBe(2)
    await until(() => seen.at(-1)?.pendingCount === 0)
    expect(replicator.status()).toEqual({
      state: 'online',
      pendingCount: 0,
      lastSuccessAtMs: 1_795_384_800_000,
      lastFailure: null,
    })
  })

  it('has three batches on their way at a time, in the order of the journal, and no fourth', async () => {
    const { store, hub, replicator } = setUp(9, 2)
    const held: (() => void)[] = []
    const first: (number | undefined)[] = []
    hub.append = async (entries) => {
      first.push(entries[0]?.header.seq)
      await new Promise<void>((resolve) => held.push(resolve))
      return hub.take(entries)
    }
    replicator.start()
    await until(() => first.length === 3)
    for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
    expect(first).toEqual([0, 2, 4])
    await until(() => {
      held.shift()?.()
      return store.journal.pendingCount() === 0
    })
    expect(first).toEqual([0, 2, 4, 6, 8])
  })

  it('sends a batch again that the hub looked at before the one that it follows', async () => {
    const { store, hub, clock, replicator } = setUp(7, 2)
    const begun: (readonly BatchEntry[])[] = []
    const second = Promise.withResolvers<null>()
    hub.append = async (entries) => {
      begun.push(entries)
      if (begun.length === 1) await second.promise
      const answer = hub.take(entries)
      second.resolve(null)
      return answer
    }
    replicator.start()
    await until(() => store.journal.pendingCount() === 0)
    expect(begun.filter((entries) => entries[0]?.header.seq === 2)).toHaveLength(2)
    expect(hub.positions().map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(clock.waits).not.toContain(250)
  })

  it('gives up what follows when the first batch finds no hub, and sends all of it again later', async () => {
    const { store, hub, clock, replicator } = setUp(3, 2)
    const given: boolean[] = []
    const { append } = hub
    let calls = 0
    hub.append = async (entries, options?: { signal?: AbortSignal }) => {
      calls += 1
      if (calls === 1) return unreachable()
      if (calls > 2) return append(entries)
      return new Promise<Answer>((resolve) =>
        options?.signal?.addEventListener('abort', () => {
          given.push(true)
          resolve(noAnswer())
        }),
      )
    }
    replicator.start()
    await until(() => clock.pending === 1)
    expect(given).toEqual([true])
    expect(replicator.status()).toMatchObject({ state: 'offline', pendingCount: 4 })
    clock.ring()
    await until(() => store.journal.pendingCount() === 0)
  })

  it('wakes for a commit when it has nothing to do', async () => {
    const { store, hub, replicator } = setUp(0)
    replicator.start()
    await until(() => hub.kept.length === 1)
    appendOne(store)
    await until(() => hub.kept.length === 2)
    expect(store.journal.acked()).toEqual(hub.positions()[1])
  })

  it('says that it is offline, waits longer each time, and goes on where it was', async () => {
    const { store, hub, clock, replicator, seen } = setUp(2)
    hub.script.push(unreachable, noAnswer, unreachable)
    replicator.start()
    for (const wait of [250, 500, 1000]) {
      await until(() => clock.pending === 1)
      expect(clock.waits.at(-1)).toBe(wait)
      expect(replicator.status()).toMatchObject({ state: 'offline', pendingCount: 3 })
      clock.ring()
    }
    await until(() => store.journal.pendingCount() === 0)
    expect(seen.map(({ lastFailure }) => lastFailure?.code ?? null)).toContain('hub.unreachable')
    expect(replicator.status()).toMatchObject({ state: 'online', lastFailure: null })
  })

  it('believes in a hub that is too busy for its batch, and comes again when that says', async () => {
    const { store, hub, clock, replicator, seen } = setUp(2)
    hub.script.push(busy, busy)
    replicator.start()
    for (const _ of [1, 2]) {
      await until(() => clock.pending === 1)
      expect(clock.waits.at(-1)).toBe(2_500)
      expect(replicator.status()).toMatchObject({ state: 'online', pendingCount: 3, lastFailure: null })
      clock.ring()
    }
    await until(() => store.journal.pendingCount() === 0)
    expect(seen.map(({ state }) => state)).not.toContain('offline')
    hub.script.push(() => err(hubFailure('hub.refused', 'append')), busy)
    appendOne(store)
    for (const _ of ['refused', 'busy']) {
      await until(() => replicator.status().state === 'refused' && clock.pending === 1)
      clock.ring()
    }
    await until(() => store.journal.pendingCount() === 0)
  })

  it('does not knock for every sale while it waits, but at once when it is nudged', async () => {
    const { store, hub, clock, replicator, seen } = setUp(0)
    hub.script.push(unreachable)
    replicator.start()
    await until(() => clock.pending === 1)
    appendOne(store)
    appendOne(store)
    await until(() => seen.at(-1)?.pendingCount === 3)
    expect(hub.calls).toBe(1)
    replicator.nudge()
    await until(() => store.journal.pendingCount() === 0)
  })

  it('notices without a sale that the hub is gone, and that it is back', async () => {
    const { hub, clock, replicator } = setUp(0)
    replicator.start()
    await until(() => replicator.status().state === 'online' && clock.pending === 1)
    hub.there = false
    clock.ring()
    await until(() => replicator.status().state === 'offline' && clock.pending === 1)
    hub.there = true
    clock.ring()
    await until(() => replicator.status().state === 'online')
  })

  it('sends again what was committed at the hub but whose acknowledgement was lost', async () => {
    const { store, hub, clock, replicator } = setUp(3)
    hub.script.push((entries) => {
      hub.take(entries)
      return noAnswer()
    })
    replicator.start()
    await until(() => clock.pending === 1)
    expect(store.journal.acked()).toBeNull()
    clock.ring()
    await until(() => store.journal.pendingCount() === 0)
    expect(hub.kept).toHaveLength(4)
  })

  it('sends again what a hub lost that came back from a backup', async () => {
    const { store, hub, clock, replicator } = setUp(5)
    replicator.start()
    await until(() => store.journal.pendingCount() === 0)
    hub.kept = hub.kept.slice(0, 2)
    appendOne(store)
    await until(() => replicator.status().lastFailure?.code === 'hub.lostEntries' && clock.pending === 1)
    clock.ring()
    await until(() => store.journal.pendingCount() === 0)
    expect(hub.positions().map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('sends everything again to a hub that lost everything', async () => {
    const { store, hub, clock, replicator } = setUp(5)
    replicator.start()
    await until(() => store.journal.pendingCount() === 0)
    hub.kept = []
    appendOne(store)
    await until(() => replicator.status().state === 'offline' && clock.pending === 1)
    clock.ring()
    await until(() => hub.kept.length === 7)
  })

  it('reports a fork, keeps what is pending, and stays forked', async () => {
    const { store, hub, clock, replicator } = setUp(1)
    const forked = (entries: readonly BatchEntry[]) =>
      ok(hub.answer(entries[0]?.header.epoch ?? '', { forked: true, quarantined: 2 }))
    hub.script.push(forked, forked)
    replicator.start()
    for (let times = 0; times < 2; times += 1) {
      await until(() => clock.pending === 1)
      expect(replicator.status()).toMatchObject({ state: 'forked', pendingCount: 2 })
      if (times === 0) clock.ring()
    }
    expect(store.journal.acked()).toBeNull()
  })

  it('stays forked while the hub is away, and after a restart, until the hub takes an entry again', async () => {
    const { store, hub, clock, replicator } = setUp(1)
    hub.script.push((entries) => {
      hub.take(entries)
      return ok(hub.answer(entries[0]?.header.epoch ?? '', { forked: true }))
    }, unreachable)
    replicator.start()
    await until(() => clock.pending === 1)
    expect(store.journal.pendingCount()).toBe(0)
    clock.ring()
    await until(() => clock.pending === 1)
    expect(replicator.status()).toMatchObject({ state: 'forked' })
    appendOne(store)
    await until(() => replicator.status().lastFailure?.code === 'hub.unreachable')
    expect(replicator.status()).toMatchObject({ state: 'forked' })
    await replicator.stop()

    const again = createReplicator({ journal: store.journal, hub, clock, random: { unit: () => 0.5 } })
    running.push(again)
    expect(again.status()).toMatchObject({ state: 'forked' })
    again.start()
    await until(() => again.status().state === 'online')
    expect(store.journal.pendingCount()).toBe(0)
  })

  it('reports a hub that refuses the lane, and one that puts the entries aside', async () => {
    const { hub, clock, replicator } = setUp(1)
    hub.script.push(
      () => err(hubFailure('hub.refused', 'append', 'auth.laneTaken')),
      (entries) => ok(hub.answer(entries[0]?.header.epoch ?? '', { quarantined: 2 })),
    )
    replicator.start()
    await until(() => clock.pending === 1)
    expect(replicator.status()).toMatchObject({
      state: 'refused',
      lastFailure: { nativeCode: 'auth.laneTaken' },
    })
    clock.ring()
    await until(() => clock.pending === 1)
    expect(replicator.status()).toMatchObject({
      state: 'refused',
      lastFailure: { code: 'journal.quarantined' },
    })
  })

  it('moves nothing when the hub acknowledges what was never sent', async () => {
    const { store, hub, clock, replicator } = setUp(1)
    hub.script.push(() => ok({ ...hub.answer(''), acked: { epoch: 'f'.repeat(32), seq: 99 } }))
    replicator.start()
    await until(() => clock.pending === 1)
    expect(replicator.status()).toMatchObject({ state: 'offline', lastFailure: { code: 'hub.nonsense' } })
    expect(store.journal.acked()).toBeNull()
    clock.ring()
    await until(() => store.journal.pendingCount() === 0)
  })

  it('survives a store that cannot keep the acknowledgement for the moment', async () => {
    const { store, hub, clock, replicator } = setUp(1)
    const { acknowledge } = store.journal
    let full = true
    store.journal.acknowledge = (position) => {
      if (full) throw new Error('SQLITE_FULL')
      acknowledge(position)
    }
    replicator.start()
    await until(() => clock.pending === 1)
    full = false
    clock.ring()
    await until(() => store.journal.pendingCount() === 0)
    expect(hub.kept).toHaveLength(2)
  })

  it('stops in the middle of a call without touching the journal again', async () => {
    const { store, hub, replicator } = setUp(1)
    const { promise, resolve } = Promise.withResolvers<Answer>()
    hub.append = async () => {
      hub.calls += 1
      return promise
    }
    replicator.start()
    await until(() => hub.calls === 1)
    const stopped = replicator.stop()
    resolve(ok(hub.answer(store.journal.epoch, { acked: { epoch: store.journal.epoch, seq: 1 } })))
    await stopped
    expect(store.journal.acked()).toBeNull()
    appendOne(store)
    expect(hub.calls).toBe(1)
  })

  it('converges whatever the hub does on the way: nothing lost, nothing out of order', async () => {
    const behaviours = fc.array(
      fc.constantFrom('take', 'takeButNoAnswer', 'unreachable', 'loseHalf', 'takeFirstOnly', 'nonsense'),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(
        behaviours,
        fc.integer({ min: 0, max: 8 }),
        fc.nat({ max: 3 }),
        async (script, entries, size) => {
          const { store, hub, clock, replicator } = setUp(entries, size + 1)
          for (const behaviour of script) {
            hub.script.push((entries) => {
              if (behaviour === 'take') return hub.take(entries)
              if (behaviour === 'unreachable') return unreachable()
              if (behaviour === 'nonsense')
                return ok({ ...hub.answer(''), acked: { epoch: 'e'.repeat(32), seq: 0 } })
              if (behaviour === 'takeFirstOnly') return hub.take(entries.slice(0, 1))
              if (behaviour === 'loseHalf') hub.kept = hub.kept.slice(0, hub.kept.length / 2)
              hub.take(entries)
              return noAnswer()
            })
          }
          replicator.start()
          const drained = () => {
            clock.ring()
            return store.journal.pendingCount() === 0
          }
          // Each sale gives the hub another call to misbehave in; the last one finds it well.
          while (hub.script.length > 0) {
            appendOne(store)
            await until(drained)
          }
          const { seq } = appendOne(store)
          await until(drained)
          expect(hub.positions().map((position) => position.seq)).toEqual(
            Array.from({ length: seq + 1 }, (_, index) => index),
          )
          await replicator.stop()
          store.close()
        },
      ),
      { numRuns: 30 },
    )
  })
})
