import { describe, expect, it } from 'vitest'
import type { RightsPolicy } from '../../../src-main/contract/rights.ts'
import { rightsPolicy } from '../../../src-main/domain/rights/policy.ts'
import { createHubDeletions } from '../../../src-main/members/hubDeletions.ts'
import { keepRetention } from '../../../src-main/members/retention.ts'
import { confirm, toTenders } from '../lane/support/paths.ts'
import { journalOf } from '../lane/support/stores.ts'
import { enrolled, match, world, type World } from '../lane/support/world.ts'

const dayMs = 86_400_000
const policy: RightsPolicy = rightsPolicy('EU')
const { unusedDays } = policy.retention

const deleted = (w: World) => journalOf(w.store).filter((event) => event.type === 'face.deleted')

function retention(w: World): () => void {
  return keepRetention({ store: w.store, deletions: w.deletions, policy, clock: w.clock, log: w.log })
}

async function payByFace(w: World, subjectKey: string): Promise<void> {
  await toTenders(w)
  await w.do({ type: 'tender:choose', tender: 'face' })
  await w.look(match(subjectKey))
  await confirm(w)
  await w.do({ type: 'session:finish' })
}

describe('a face that is not used', () => {
  it('is deleted after the days the policy names, by itself, and the journal says why', async () => {
    const w = await world()
    const subjectKey = enrolled(w)
    const stop = retention(w)
    await w.clock.advance(unusedDays * dayMs)
    expect(deleted(w)).toEqual([])
    await w.clock.advance(dayMs)
    expect(deleted(w)).toMatchObject([{ subjectKey, references: 1, reason: 'retention' }])
    expect(journalOf(w.store).map(({ type }) => type)).not.toContain('consent.withdrawn')
    expect(w.gallery.size()).toBe(0)
    stop()
  })

  it('is deleted at the start of a lane that was off for long', async () => {
    const w = await world()
    enrolled(w)
    await w.clock.advance((unusedDays + 1) * dayMs)
    retention(w)()
    expect(deleted(w)).toHaveLength(1)
  })

  it('counts from its last payment, which is noted with the attempt; a look that pays nothing counts nothing', async () => {
    const w = await world()
    const [payer, looker] = [enrolled(w), enrolled(w, { accountId: '7'.repeat(32), axis: 1 })]
    const stop = retention(w)
    await w.clock.advance((unusedDays - 1) * dayMs)
    await payByFace(w, payer)
    expect(w.store.subjectFacts(payer)?.lastUsedAtMs).toBe(w.clock.nowMs())
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(match(looker))
    await w.do({ type: 'checkout:cancel' })
    await w.clock.advance(3 * dayMs)
    expect(deleted(w)).toMatchObject([{ subjectKey: looker }])
    expect(w.store.subject(payer)).not.toBeNull()
    await w.clock.advance(unusedDays * dayMs)
    expect(deleted(w)).toHaveLength(2)
    stop()
  })

  it('is deleted as soon as there is room, when the disk was full on the day', async () => {
    const w = await world()
    enrolled(w)
    await w.clock.advance((unusedDays + 1) * dayMs)
    w.store.full = true
    const stop = retention(w)
    expect(w.gallery.size()).toBe(1)
    w.store.full = false
    await w.clock.advance(3_600_000)
    expect(deleted(w)).toHaveLength(1)
    stop()
  })

  it('is left alone once the timer is stopped', async () => {
    const w = await world()
    enrolled(w)
    retention(w)()
    await w.clock.advance((unusedDays + 5) * dayMs)
    expect(deleted(w)).toEqual([])
  })
})

describe('a wish for deletion at the hub', () => {
  const wish = { requestKey: '8'.repeat(32), subjectKey: '9'.repeat(32) }
  const hubDeletions = (w: World) => createHubDeletions({ deletions: w.deletions, log: w.log })

  it('is fulfilled once, however often the hub repeats it, and names the request it answers', async () => {
    const w = await world()
    const subjectKey = enrolled(w)
    const fulfil = hubDeletions(w)
    fulfil({ ...wish, subjectKey })
    fulfil({ ...wish, subjectKey })
    expect(deleted(w)).toMatchObject([
      { subjectKey, references: 1, reason: 'hub', requestKey: wish.requestKey },
    ])
    expect(w.gallery.size()).toBe(0)
  })

  it('waits while the disk is full', async () => {
    const w = await world()
    const subjectKey = enrolled(w)
    const fulfil = hubDeletions(w)
    w.store.full = true
    expect(() => fulfil({ ...wish, subjectKey })).toThrow()
    expect(w.gallery.size()).toBe(1)
    w.store.full = false
    fulfil({ ...wish, subjectKey })
    expect(deleted(w)).toHaveLength(1)
  })

  it('for somebody who is gone already is answered: nothing is left, and the hub can close it', async () => {
    const w = await world()
    hubDeletions(w)(wish)
    expect(deleted(w)).toMatchObject([{ subjectKey: wish.subjectKey, references: 0 }])
  })
})
