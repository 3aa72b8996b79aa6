import { afterEach, describe, expect, it } from 'vitest'
import type { FailureData } from '../../../src-main/contract/failure.ts'
import type { FeedItem, FeedRequest, FeedResponse } from '../../../src-main/contract/feed.ts'
import { err, ok, type Result } from '../../../src-main/contract/result.ts'
import { hubFailure } from '../../../src-main/hub-client/failures.ts'
import { createFeedListener, type FeedListener } from '../../../src-main/journal/feed-listener.ts'
import type { CallOptions } from '../../../src-main/ports/hub.ts'
import { createDeferredOutcomes } from '../../../src-main/payments/deferredOutcomes.ts'
import { openStore, temporaryFolder } from '../store/fixtures.ts'

const key = (digit: string) => digit.repeat(32)

/** A feed of keyed items as the hub keeps it; holds calls until there is news, or hangs up when told to. */
class StandInFeed {
  hubEpoch = key('e')
  readonly requests: FeedRequest[] = []
  pageItems = 200
  down: FailureData | null = null
  #items: { readonly place: number; readonly item: { kind: string } }[] = []
  #place = 0
  #news = Promise.withResolvers<null>()

  tell(...items: (FeedItem | { kind: string })[]): void {
    for (const item of items) this.#items.push({ place: (this.#place += 1), item })
    this.#ring()
  }

  forget(): void {
    this.#items = []
  }

  restore(epoch: string): void {
    this.hubEpoch = epoch
    this.#ring()
  }

  #ring(): void {
    this.#news.resolve(null)
    this.#news = Promise.withResolvers<null>()
  }

  feed = async (
    request: FeedRequest,
    { signal }: CallOptions,
  ): Promise<Result<FeedResponse, FailureData>> => {
    this.requests.push(request)
    for (;;) {
      if (this.down !== null) return err(this.down)
      const same = request.hubEpoch === this.hubEpoch
      const after = same && request.cursor !== null ? Number(request.cursor) : 0
      const rest = this.#items.filter(({ place }) => place > after)
      const page = rest.slice(0, this.pageItems)
      if (page.length > 0 || !same || request.waitMs === 0) {
        const items = page.map(({ place, item }) => ({ cursor: String(place), item }))
        const cursor = items.at(-1)?.cursor ?? (same ? request.cursor : null)
        return ok({ hubEpoch: this.hubEpoch, items, cursor, more: page.length < rest.length })
      }
      const aborted = new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }))
      await Promise.race([this.#news.promise, aborted])
      if (signal?.aborted) return err(hubFailure('hub.noAnswer', 'feed'))
    }
  }
}

const running: FeedListener[] = []
afterEach(async () => {
  for (const listener of running.splice(0)) await listener.stop()
})

type Store = ReturnType<typeof openStore>['store']

function listen(store: Store, hub: StandInFeed) {
  const seen: string[] = []
  const waits: (() => void)[] = []
  const clock = {
    nowMs: () => 1_795_384_800_000,
    after: (_ms: number, run: () => void) => {
      waits.push(run)
      return () => undefined
    },
  }
  const logged: string[] = []
  const log = {
    debug: noop,
    info: noop,
    warn: noop,
    error: (_: object, text: string) => void logged.push(text),
  }
  const listener = createFeedListener({
    store,
    hub,
    clock,
    random: { unit: () => 0.5 },
    log,
    handlers: {
      deferredOutcome: createDeferredOutcomes({ store, clock }),
      deletionRequest: ({ requestKey }) => void seen.push(`delete ${requestKey}`),
      backedUp: ({ seq }) => void seen.push(`backed up ${seq}`),
      hubChanged: () => void seen.push('hub changed'),
    },
  })
  running.push(listener)
  return { listener, seen, waits, logged }
}

function noop(): void {}

/** Lets promises settle until `done`; the listener needs no real time. */
async function until(done: () => boolean): Promise<void> {
  for (let turns = 0; turns < 10_000; turns += 1) {
    if (done()) return
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  throw new Error('It did not come about')
}

const accountId = key('a')
const allowance = (amountMinor: number, over: object = {}): FeedItem => ({
  kind: 'allowance',
  leaseKey: key('b'),
  accountId,
  currency: 'CNY',
  amountMinor,
  expiresAtMs: 1_795_384_900_000,
  ...over,
})
const blocked: FeedItem = {
  kind: 'faceTender',
  accountId,
  blocked: true,
  recoveryKey: key('c'),
  owed: { amountMinor: 1240, currency: 'CNY', atMs: 1_795_000_000_000 },
}

function deferOne(store: Store, attemptKey: string): void {
  store.transact((tx) =>
    tx.putAttempt({
      attemptKey,
      saleId: key('5'),
      amount: { amountMinor: 900, currency: 'CNY' },
      mode: 'deferred',
      instrument: {
        kind: 'face',
        accountId,
        evidence: { subjectKey: key('6'), secondFactor: false, modelPackId: 'pack' },
      },
      state: 'deferred',
      outcome: null,
      createdAtMs: 1,
      updatedAtMs: 1,
    }),
  )
}

describe('a lane that hears the feed', () => {
  it('knows what it may lend to whom, and who may not pay by face and why', async () => {
    const { store } = openStore(temporaryFolder())
    const hub = new StandInFeed()
    const { listener } = listen(store, hub)
    expect(store.allowance(accountId, 'CNY')).toBeNull()
    hub.tell(allowance(5_000), blocked)
    listener.start()
    await until(() => store.faceBlock(accountId) !== null)
    expect(store.allowance(accountId, 'CNY')).toMatchObject({ amountMinor: 5_000, leaseKey: key('b') })
    expect(store.allowance(accountId, 'EUR')).toBeNull()
    expect(store.faceBlock(accountId)).toEqual({
      recoveryKey: key('c'),
      amountMinor: 1240,
      currency: 'CNY',
      atMs: 1_795_000_000_000,
    })
    hub.tell({ kind: 'faceTender', accountId, blocked: false })
    await until(() => store.faceBlock(accountId) === null)
  })

  it('settles a deferred payment once and journals it, however often it is told', async () => {
    const { store } = openStore(temporaryFolder())
    deferOne(store, key('1'))
    const before = store.journal.pendingCount()
    const hub = new StandInFeed()
    const { listener } = listen(store, hub)
    const outcome: FeedItem = {
      kind: 'deferredOutcome',
      attemptKey: key('1'),
      state: 'PROCESSED',
      approvalCode: '42',
    }
    hub.tell(outcome, { ...outcome, attemptKey: key('2') }, outcome)
    listener.start()
    await until(() => store.attempt(key('1'))?.state === 'processed')
    hub.tell(outcome)
    await until(() => store.feedPlace()?.cursor === '4')
    expect(store.journal.pendingCount()).toBe(before + 1)
  })

  it('goes on after a restart where its last commit stands', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const hub = new StandInFeed()
    hub.tell(allowance(1), { kind: 'backedUp', epoch: key('f'), seq: 3 })
    const one = listen(first.store, hub)
    one.listener.start()
    await until(() => first.store.feedPlace()?.cursor === '2')
    await one.listener.stop()
    first.store.close()
    const second = openStore(dataDir)
    const two = listen(second.store, hub)
    two.listener.start()
    await until(() => hub.requests.at(-1)?.cursor === '2')
    hub.tell({ kind: 'backedUp', epoch: key('f'), seq: 9 })
    await until(() => two.seen.length > 0)
    expect([...one.seen, ...two.seen]).toEqual(['backed up 3', 'backed up 9'])
  })

  it('keeps its place until a wish could be done, and tries again', async () => {
    const { store } = openStore(temporaryFolder())
    const hub = new StandInFeed()
    const { listener, waits, logged, seen } = listen(store, hub)
    hub.tell({ kind: 'deletionRequest', requestKey: key('3'), subjectKey: key('4') })
    const transact = store.transact.bind(store)
    store.transact = () => {
      throw new Error('SQLITE_FULL')
    }
    listener.start()
    await until(() => waits.length === 1)
    expect(store.feedPlace()).toBeNull()
    expect(logged).toHaveLength(1)
    expect(listener.status().lastFailure).not.toBeNull()
    store.transact = transact
    waits[0]?.()
    await until(() => store.feedPlace() !== null)
    expect(seen).toEqual([`delete ${key('3')}`, `delete ${key('3')}`])
  })

  it('reads everything anew from a hub with another epoch, and forgets what that one does not tell', async () => {
    const { store } = openStore(temporaryFolder())
    const hub = new StandInFeed()
    const { listener, seen } = listen(store, hub)
    hub.tell(allowance(5_000), blocked)
    listener.start()
    await until(() => store.faceBlock(accountId) !== null)
    const other = key('9')
    hub.forget()
    hub.pageItems = 1
    hub.tell(allowance(70, { accountId: other }), allowance(80, { accountId: other, currency: 'EUR' }))
    const kept: unknown[] = []
    const transact = store.transact.bind(store)
    store.transact = (work) => {
      const result = transact(work)
      kept.push(store.faceBlock(accountId) !== null)
      return result
    }
    hub.restore(key('d'))
    await until(() => store.feedPlace()?.hubEpoch === key('d') && store.faceBlock(accountId) === null)
    expect(seen).toEqual(['hub changed'])
    expect(kept).toEqual([...kept.slice(0, -1).map(() => true), false])
    expect(store.allowance(accountId, 'CNY')).toBeNull()
    expect(store.allowance(other, 'EUR')).toMatchObject({ amountMinor: 80 })
  })

  it('passes over what a newer hub tells, and reads it once it understands more', async () => {
    const { store } = openStore(temporaryFolder())
    const hub = new StandInFeed()
    const { listener } = listen(store, hub)
    hub.tell({ kind: 'weather' }, allowance(5_000))
    listener.start()
    await until(() => store.allowance(accountId, 'CNY') !== null)
    const place = store.feedPlace()
    expect(place?.cursor).toBe('2')
    await listener.stop()
    store.transact((tx) => place && tx.putFeedPlace({ ...place, knownKinds: 'allowance' }))
    const again = listen(store, hub)
    again.listener.start()
    await until(() => hub.requests.at(-1)?.cursor === '2')
    expect(hub.requests.at(-2)).toMatchObject({ cursor: null })
    expect(store.feedPlace()).toMatchObject({ snapshot: 2, complete: true })
    expect(again.seen).toEqual([])
  })

  it('waits as long as a busy hub asks, and asks at once when it is nudged', async () => {
    const { store } = openStore(temporaryFolder())
    const hub = new StandInFeed()
    hub.down = hubFailure('hub.noAnswer', 'feed', 'hub.busy', 4_000)
    const { listener, waits } = listen(store, hub)
    listener.start()
    await until(() => waits.length === 1)
    hub.down = null
    hub.tell(allowance(5))
    listener.nudge()
    await until(() => store.allowance(accountId, 'CNY') !== null)
    expect(listener.status()).toEqual({ lastHeardAtMs: 1_795_384_800_000, lastFailure: null })
  })
})
