/**
 * A till in a process of its own, to be killed. Takes up what an earlier life left, then charges 101, 102, … cents
 * until it dies. Standard output carries what a shopper would have been told: `begun KEY AMOUNT`, `told KEY OUTCOME AMOUNT`.
 */
import { writeSync } from 'node:fs'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { certain, clock, openTill, random, ready } from './setUp.ts'

const [dataDir = '', address = '', rounds = '0'] = process.argv.slice(2)
const say = (...words: (string | number)[]): void => void writeSync(1, `${words.join(' ')}\n`)

const { store } = openLaneStore({ dataDir, laneId: 'lane-1', clock, random })
const till = openTill(store, address)
await ready(till.cards)
for (const { callKey } of store.openCardCalls()) {
  const outcome = await certain(till.cards, callKey)
  say('told', callKey, outcome.kind, outcome.kind === 'approved' ? outcome.approval.approvedMinor : 0)
}
for (let round = 1; round <= Number(rounds); round++) {
  const attemptKey = random.key()
  const amountMinor = 100 + round
  say('begun', attemptKey, amountMinor)
  const first = await till.cards.authorise({
    attemptKey,
    saleId: random.key(),
    amount: { amountMinor, currency: 'EUR' },
  })
  const outcome = first.kind === 'unknown' ? await certain(till.cards, attemptKey) : first
  say('told', attemptKey, outcome.kind, outcome.kind === 'approved' ? outcome.approval.approvedMinor : 0)
}
await till.close()
store.close()
say('end')
