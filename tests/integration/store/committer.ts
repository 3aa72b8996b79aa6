import { writeSync } from 'node:fs'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'

/**
 * Commits a sale after another and says so on stdout only when `transact` has returned: one line
 * `epoch seq attemptKey` a commit. Every third commit carries three entries. Lives until it is killed.
 */
const dataDir = process.argv[2]
if (dataDir === undefined) throw new Error('Usage: committer.ts DATA_FOLDER')
const random = createRandom()
const { store } = openLaneStore({ dataDir, laneId: 'lane-1', clock: createClock(random.key()), random })

for (let commit = 0; ; commit += 1) {
  const attemptKey = random.key()
  const saleId = random.key()
  const position = store.transact((tx) => {
    tx.putAttempt({
      attemptKey,
      saleId,
      amount: { amountMinor: 100, currency: 'CNY' },
      mode: 'online',
      instrument: { kind: 'walletCode' },
      state: 'intended',
      outcome: null,
      createdAtMs: commit,
      updatedAtMs: commit,
    })
    const append = () =>
      tx.append(
        { kind: 'sale', id: saleId },
        {
          type: 'payment.attempted',
          attemptKey,
          saleId,
          amountMinor: 100,
          currency: 'CNY',
          instrument: { kind: 'walletCode' },
          mode: 'online',
          bench: false,
        },
      )
    if (commit % 3 === 2) {
      append()
      append()
    }
    return append()
  })
  // Straight to the descriptor: a buffered line could be lost with the process, or come before the commit.
  writeSync(1, `${position.epoch} ${position.seq} ${attemptKey}\n`)
}
