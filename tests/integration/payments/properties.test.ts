import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { journalOf } from '../lane/support/stores.ts'
import { callFates } from '../lane/support/scripted-hub.ts'
import { attemptKey, payingLane, type PayingLane } from './setUp.ts'

type Happening =
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'restart' | 'hubGone' | 'hubBack' | 'diskFull' | 'diskFree' | 'followUp' | 'staffHolds' }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.nat(30_000).map((ms) => ({ type: 'wait' as const, ms })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('restart', 'hubGone', 'hubBack', 'diskFull', 'diskFree', 'followUp', 'staffHolds')
      .map((type) => ({ type })),
  },
)

const story = fc.record({
  fates: fc.array(fc.constantFrom(...callFates), { maxLength: 8 }),
  pendingQueries: fc.nat(40),
  declines: fc.boolean(),
  mayDefer: fc.boolean(),
  mode: fc.constantFrom('online' as const, 'deferred' as const),
  happenings: fc.array(happening, { maxLength: 10 }),
})

/** Returns true when staff has sent the shopper off: only while the answer is unknown does the lane offer it. */
async function live(lane: PayingLane, happenings: readonly Happening[]): Promise<boolean> {
  let held = false
  for (const event of happenings) {
    switch (event.type) {
      case 'wait':
        await lane.clock.advance(event.ms)
        break
      case 'restart':
        lane.store.full = false
        lane.restart()
        if (held) lane.payments.hold(attemptKey)
        break
      case 'hubGone':
      case 'hubBack':
        lane.hub.down = event.type === 'hubGone'
        break
      case 'diskFull':
      case 'diskFree':
        lane.store.full = event.type === 'diskFull'
        break
      case 'followUp':
        void lane.payments.followUp()
        break
      case 'staffHolds':
        if (lane.state() !== 'unknown' || lane.news.at(-1)?.kind !== 'unknown') break
        lane.payments.hold(attemptKey)
        held = true
    }
    await lane.clock.settle()
  }
  return held
}

const settled = ['approved', 'processed', 'declined', 'cancelled', 'deferredDeclined']

describe('whatever hub, disk, power and staff do', () => {
  it(
    'an attempt is charged at most once, and ends as what the hub made of it',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(story, async ({ fates, pendingQueries, declines, mayDefer, mode, happenings }) => {
          const lane = payingLane(() => mayDefer)
          Object.assign(lane.hub, {
            fates: [...fates],
            pendingQueries,
            declines: declines ? 'insufficientFunds' : null,
          })
          lane.begin(undefined, mode)
          const held = await live(lane, happenings)

          lane.store.full = false
          lane.hub.down = false
          lane.hub.fates = []
          await lane.clock.advance(200_000)
          await lane.drain()
          await lane.drain()

          const state = lane.state()
          expect(settled).toContain(state)
          expect(lane.hub.charged.length).toBeLessThanOrEqual(1)
          expect(lane.hub.net(attemptKey)).toBe(state === 'approved' || state === 'processed' ? 1 : 0)
          if (held) expect(lane.hub.net(attemptKey)).toBe(0)
          const final = lane.news.filter(({ kind }) => kind !== 'unknown').map(({ kind }) => kind)
          // One answer to the shopper, in the words of the record: a deferred one is answered when it is accepted.
          if (!held) expect(final).toEqual([wordOf(state)])
          const resolutions = journalOf(lane.store).flatMap((event) =>
            event.type === 'payment.resolved' && event.outcome !== 'deferred' ? [event.outcome] : [],
          )
          expect(resolutions).toHaveLength(1)
          lane.payments.close()
        }),
        { numRuns: 60 },
      )
    },
  )
})

/** The one answer to the shopper: what was accepted to be charged later is told as that. */
function wordOf(state: string | undefined): string | undefined {
  return state === 'processed' || state === 'deferredDeclined' ? 'deferred' : state
}
