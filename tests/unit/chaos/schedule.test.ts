import { describe, expect, it } from 'vitest'
import { bag } from '../../chaos/lane/goods.ts'
import { dice } from '../../chaos/schedule/dice.ts'
import { createSchedule } from '../../chaos/schedule/schedule.ts'

const options = { seed: 'one', kills: 200, lanes: 2 }

describe('the schedule of a campaign', () => {
  it('is the same for the same seed, to the last draw', () => {
    const first = createSchedule(options)
    const again = createSchedule(options)
    expect(again.hash).toBe(first.hash)
    expect(again.kills).toEqual(first.kills)
    const firstVisits = first.visits(1)
    const visitsAgain = again.visits(1)
    for (let at = 0; at < 1_000; at += 1) expect(visitsAgain.next().value).toEqual(firstVisits.next().value)
  })

  it('is another one for another seed', () => {
    expect(createSchedule({ ...options, seed: 'two' }).hash).not.toBe(createSchedule(options).hash)
  })

  it('gives one actor the same chance whatever the others draw', () => {
    const alone = createSchedule(options)
    const crowded = createSchedule(options)
    const noise = crowded.faults(0)
    for (let at = 0; at < 50; at += 1) noise.payment()
    expect(crowded.visits(0).next().value).toEqual(alone.visits(0).next().value)
  })

  it('kills lanes, hub and provider, each phase of a sale among them', () => {
    const { kills } = createSchedule(options)
    expect(kills).toHaveLength(200)
    expect(new Set(kills.map(({ victim }) => victim))).toEqual(new Set(['lane', 'hub', 'provider']))
    expect(new Set(kills.map(({ phase }) => phase)).size).toBe(6)
  })

  it('never lets two visits of a lane be mistaken for one another by their money', () => {
    const visits = createSchedule(options).visits(0)
    const seen = Array.from({ length: 4_000 }, () => visits.next().value)
    const money = seen.map(({ person, priceMinor }) => `${person} ${priceMinor}`)
    expect(new Set(money).size).toBe(money.length)
    expect(new Set(seen.map(({ codeDigits }) => codeDigits)).size).toBe(seen.length)
    // A card terminal names no person: the parts of all sales of its lane differ.
    const parts = seen.flatMap(({ priceMinor, firstMinor, withBag }) => {
      const totalMinor = priceMinor + (withBag ? bag.priceMinor : 0)
      return withBag ? [totalMinor, firstMinor, totalMinor - firstMinor] : [totalMinor]
    })
    expect(new Set(parts).size).toBe(parts.length)
  })

  it('pays in every way early on, and lets the card terminal fail', () => {
    const visits = createSchedule(options).visits(0)
    const early = Array.from({ length: 7 }, () => visits.next().value)
    expect(new Set(early.map(({ plan }) => plan))).toEqual(
      new Set(['face', 'code', 'card', 'split', 'changeOfMind', 'return']),
    )
    const firstTenders = early.filter(({ withBag }) => withBag).map(({ firstTender }) => firstTender)
    expect(firstTenders).toEqual(expect.arrayContaining(['points', 'coupon', 'card']))
    expect(early.some(({ terminalFault }) => terminalFault !== null)).toBe(true)
  })
})

describe('dice', () => {
  it('fall evenly between their bounds, and never beyond', () => {
    const own = dice('seed', 'test')
    const counts = [0, 0, 0, 0]
    for (let at = 0; at < 40_000; at += 1) counts[own.between(0, 3)] = (counts[own.between(0, 3)] ?? 0) + 1
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(600)
  })

  it('give what has no weight to nobody', () => {
    const own = dice('seed', 'weights')
    const drawn = Array.from({ length: 500 }, () => own.weighted({ always: 1, never: 0 }))
    expect(new Set(drawn)).toEqual(new Set(['always']))
  })
})
