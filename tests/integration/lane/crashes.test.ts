import { describe, expect, it } from 'vitest'
import { expectBooksAgree } from './support/books.ts'
import { confirm, scanTea, toTenders } from './support/paths.ts'
import { calmDown, manyTenders, payCash, payCoupon } from './support/tenders.ts'
import { enrolled, match, walletCode, world, type World } from './support/world.ts'

/** Every way a payment goes, as what people do one after the other. */
const stories: Readonly<Record<string, readonly ((w: World, subjectKey: string) => unknown)[]>> = {
  'a coupon, a face and cash': [
    scanTea,
    toTenders,
    (w) => payCoupon(w, 300),
    (w) => w.do({ type: 'tender:choose', tender: 'face', amountMinor: 700 }),
    (w, subjectKey) => w.look(match(subjectKey)),
    (w) => confirmAs(w, 700),
    (w) => payCash(w, 2_000),
  ],
  'a partly paid sale that is left': [
    toTenders,
    (w) => payCoupon(w, 300),
    (w) => payCash(w, 200),
    (w) => w.do({ type: 'checkout:cancel' }),
    (w) => w.clock.advance(5_000),
    (w) => w.staff('approved'),
  ],
  'an answer that is lost, and a second payment': [
    toTenders,
    (w) => void (w.hub.fates = ['lost']),
    (w) => w.scan(walletCode),
    (w) => void (w.hub.down = true),
    (w) => w.clock.advance(40_000),
    (w) => w.staff('helped'),
    (w) => payCash(w, 1_200),
  ],
  'an answer that is lost, and goods that go': [
    toTenders,
    (w) => payCoupon(w, 300),
    (w) => void (w.hub.fates = ['lost']),
    (w) => w.scan(walletCode),
    (w) => void (w.hub.down = true),
    (w) => w.clock.advance(40_000),
    (w) => w.staff('approved'),
  ],
  'a face without the hub': [
    (w) => Object.assign(w, { hubState: 'offline' }),
    (w) => void (w.hub.down = true),
    toTenders,
    (w) => w.do({ type: 'tender:choose', tender: 'face' }),
    (w, subjectKey) => w.look(match(subjectKey)),
    confirm,
  ],
}

function confirmAs(w: World, totalMinor: number): unknown {
  return w.do({ type: 'payment:confirm', saleId: w.view().basket.saleId ?? '', totalMinor })
}

/** Where the power goes: before a commit reaches the disk, before what it allows leaves, or before its answer is heard. */
const moments = ['before the commit', 'after the commit', 'after the call'] as const

async function live(story: string, atCommit: number, moment: (typeof moments)[number]): Promise<number> {
  const w = await world(manyTenders)
  const subjectKey = enrolled(w)
  let commits = 0
  if (moment === 'before the commit' && atCommit > 0) w.store.commitsLeft = atCommit - 1
  w.store.afterCommit = () => {
    commits += 1
    if (commits !== atCommit) return
    if (moment === 'after the commit') w.hub.down = true
    if (moment === 'after the call') w.hub.fates = ['lost']
  }
  for (const step of stories[story] ?? []) {
    await step(w, subjectKey)
    await w.clock.settle()
    const reached = moment === 'before the commit' ? w.store.full : commits >= atCommit
    if (reached && atCommit > 0) break
  }
  const lived = commits
  await w.powerCut()
  w.view()
  await calmDown(w)
  expectBooksAgree(w)
  expect(['attract', 'done', 'cancelled', 'scanning']).toContain(w.screen())
  w.lane.close()
  return lived
}

describe.each(Object.keys(stories))('a power cut during %s', (story) => {
  it.each(moments)(
    '%s, whichever it is, leaves no charge without its goods and no goods without their charge',
    async (moment) => {
      const all = await live(story, 0, moment)
      expect(all).toBeGreaterThan(3)
      for (let atCommit = 1; atCommit <= all; atCommit += 1) await live(story, atCommit, moment)
    },
  )
})
