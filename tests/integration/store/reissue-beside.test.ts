import { describe, expect, it } from 'vitest'
import { reissueInBackground } from '../../../src-main/runtime/memory.ts'
import { createHandClock } from '../lane/support/hand-clock.ts'
import { rememberedLog } from '../system/support/log.ts'
import { openStore, temporaryFolder } from './fixtures.ts'
import { enrolPeople, loadAll, storedRows } from './people.ts'

/** A lane that was killed right after its keys were replaced. */
function cutShort(people: number): string {
  const dataDir = temporaryFolder()
  const first = openStore(dataDir)
  enrolPeople(first.store, people)
  first.store.close()
  openStore(dataDir, { rotateFaceKeys: true }).store.close()
  return dataDir
}

describe('a rotation that was cut short', () => {
  it('goes on some seconds after the start, beside a lane whose gallery is complete from the beginning', async () => {
    const dataDir = cutShort(120)
    const { store, rotation } = openStore(dataDir)
    const [clock, log] = [createHandClock(), rememberedLog()]
    expect([rotation, (await loadAll(store)).rows.size]).toEqual(['resumed', 120])
    const stop = reissueInBackground(store, clock, log)
    await clock.advance(9_000)
    expect(log.lines()).toEqual([])
    await clock.advance(2_000)
    await expect.poll(() => log.lines(), { timeout: 20_000 }).toHaveLength(1)
    expect(log.has('re-issued', '"reissued":120', '"destroyedKeys":2')).toBe(true)
    await stop()
    expect(store.vault.faceKeys().retiring).toEqual([])
    expect((await loadAll(store)).rows.size).toBe(120)
  })

  it('stops with the lane in the middle of it, without a word, and nothing is lost', async () => {
    const dataDir = cutShort(400)
    const { store } = openStore(dataDir)
    const [clock, log] = [createHandClock(), rememberedLog()]
    const active = store.vault.faceKeys().sealing.id
    const stop = reissueInBackground(store, clock, log)
    await clock.advance(11_000)
    await expect
      .poll(() => storedRows(dataDir).some((row) => row.vault_key_id === active), {
        timeout: 20_000,
        interval: 2,
      })
      .toBe(true)
    await stop()
    store.close()
    expect(log.lines().filter(({ level }) => level !== 'info')).toEqual([])
    expect((await loadAll(openStore(dataDir).store)).rows.size).toBe(400)
  })

  it('tells nothing when there is nothing to do', async () => {
    const { store } = openStore(temporaryFolder())
    const [clock, log] = [createHandClock(), rememberedLog()]
    const stop = reissueInBackground(store, clock, log)
    await clock.advance(11_000)
    await stop()
    expect(log.lines()).toEqual([])
  })
})
