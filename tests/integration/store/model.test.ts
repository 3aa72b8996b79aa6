import { rmSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AttemptRecord, AttemptState } from '../../../src-main/ports/store.ts'
import { openStore, sampleAttempt, sampleEvent, temporaryFolder } from './fixtures.ts'

type Step =
  | {
      readonly kind: 'commit'
      readonly entries: number
      readonly state: AttemptState
      readonly fails: boolean
    }
  | { readonly kind: 'change'; readonly which: number; readonly state: AttemptState; readonly fails: boolean }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'loseMarker' }

const states: readonly AttemptState[] = ['intended', 'unknown', 'approved', 'deferred', 'processed']
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('commit' as const),
      entries: fc.integer({ min: 0, max: 4 }),
      state: fc.constantFrom(...states),
      fails: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('change' as const),
      which: fc.nat(20),
      state: fc.constantFrom(...states),
      fails: fc.boolean(),
    }),
    fc.constant({ kind: 'reopen' as const }),
    fc.constant({ kind: 'loseMarker' as const }),
  ),
  { maxLength: 25 },
)

/** Runs in a transaction and takes everything back when `fails`. */
class ChangedMind extends Error {}

describe('the store against a model of it', () => {
  it('keeps exactly what was committed, whatever fails, restarts or begins anew on the way', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const dataDir = temporaryFolder()
        let { store } = openStore(dataDir)
        const model = new Map<string, AttemptRecord>()
        let entries = 1

        const commit = (record: AttemptRecord, count: number, fails: boolean) => {
          try {
            store.transact((tx) => {
              for (let index = 0; index < count; index += 1) {
                tx.append({ kind: 'sale', id: record.saleId }, sampleEvent())
              }
              tx.putAttempt(record)
              if (fails) throw new ChangedMind()
            })
            model.set(record.attemptKey, record)
            entries += count
          } catch (thrown) {
            if (!(thrown instanceof ChangedMind)) throw thrown
          }
        }
        for (const step of script) {
          if (step.kind === 'commit') commit(sampleAttempt({ state: step.state }), step.entries, step.fails)
          if (step.kind === 'change') {
            const record = [...model.values()][step.which]
            if (record !== undefined) commit({ ...record, state: step.state }, 1, step.fails)
          }
          if (step.kind === 'reopen' || step.kind === 'loseMarker') {
            store.close()
            if (step.kind === 'loseMarker') rmSync(path.join(dataDir, 'instance.json'))
            store = openStore(dataDir).store
            if (step.kind === 'loseMarker') entries += 1
          }
        }

        const byKey = (a: AttemptRecord, b: AttemptRecord) => (a.attemptKey < b.attemptKey ? -1 : 1)
        expect([...store.attemptsInState(states)].sort(byKey)).toEqual([...model.values()].sort(byKey))
        const deferred = [...model.values()].filter(({ state }) => state === 'deferred')
        expect(store.deferredTotals('CNY').count).toBe(deferred.length)
        expect(store.journal.pendingCount()).toBe(entries)
        expect(await store.verify({ from: 'genesis' })).toMatchObject({ ok: true, entries })
        store.close()
      }),
      { numRuns: 40 },
    )
  })
})
