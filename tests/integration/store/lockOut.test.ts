import { describe, expect, it } from 'vitest'
import { openStore, tamper, temporaryFolder } from './fixtures.ts'

const state = { attacksAtMs: [1_000, 2_000], locks: 1, lockedUntilMs: 62_000 }

describe('the lock of the face tender', () => {
  it('is not there before the first attack, and is kept over a restart', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    expect(store.lockOut()).toBeNull()
    store.transact((tx) => {
      tx.putLockOut(state)
    })
    store.close()
    expect(openStore(dataDir).store.lockOut()).toEqual(state)
  })

  it('closes nothing when what was kept cannot be read', () => {
    for (const rubbish of ['not JSON', '{"locks":"many"}', 'null']) {
      const dataDir = temporaryFolder()
      const { store } = openStore(dataDir)
      store.transact((tx) => {
        tx.putLockOut(state)
      })
      store.close()
      tamper(dataDir, `UPDATE meta SET value = '${rubbish}' WHERE name = 'lockOut'`)
      expect(openStore(dataDir).store.lockOut()).toBeNull()
    }
  })
})
