import { describe, expect, it } from 'vitest'
import type { AuthoriseRequest } from '../../../src-main/contract/payment.ts'
import type { LaneTrace } from '../../../src-main/lane/lane.ts'
import { rightsPolicy } from '../../../src-main/domain/rights/policy.ts'
import { consentFacts } from '../../../src-main/face/consentFacts.ts'
import { confirm, toConfirm, toTenders } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { ambiguous, enrolled, reference, walletCode, world, type World } from './support/world.ts'

const scores = /score|threshold|measured/i
/** Figures of the scripted looks: no other number of the lane looks like them. */
const figures = /0\.71|0\.97|0\.48|0\.95|0\.123/

interface Seen {
  readonly w: World
  readonly sent: readonly AuthoriseRequest[]
  readonly looks: readonly Extract<LaneTrace, { kind: 'look' }>[]
  readonly views: readonly unknown[]
}

/** Somebody enrols, pays, is confused with another, and an attack is refused. */
async function everyLook(bench: boolean): Promise<Seen> {
  const w = await world({ bench })
  const sent: AuthoriseRequest[] = []
  const views: unknown[] = []
  w.hub.onAuthorise = (request) => sent.push(structuredClone(request))
  w.lane.onView((view) => views.push(structuredClone(view)))
  const { textId, textVersion } = consentFacts(rightsPolicy('default'), 'en')
  await w.do({ type: 'enrolment:begin' })
  await w.do({ type: 'enrolment:consent', textId, textVersion, agreed: true, ofAge: true })
  await w.scan(walletCode)
  await w.look(reference(7))
  await w.do({ type: 'enrolment:finish' })
  const subjectKey = await toConfirm(w)
  await confirm(w)
  await w.do({ type: 'session:finish' })
  const other = enrolled(w, { accountId: '6'.repeat(32), axis: 1 })
  await toTenders(w)
  for (const outcome of [
    ambiguous(subjectKey, other),
    { kind: 'attack', padScore: 0.123, padThreshold: 0.5 } as const,
  ]) {
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(outcome)
    await w.do({ type: 'checkout:back' })
  }
  return { w, sent, views, looks: w.traces.filter((fact) => fact.kind === 'look') }
}

describe('a comparison score', () => {
  it('of a selling lane reaches neither the journal, the hub, the log nor a screen', async () => {
    const { w, sent, looks, views } = await everyLook(false)
    const journal = journalOf(w.store)
    expect(journal.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['face.enrolled', 'payment.attempted', 'face.attackRefused']),
    )
    expect(sent).toHaveLength(1)
    expect(looks.map(({ outcome }) => outcome)).toEqual(['match', 'ambiguous', 'attack'])
    for (const look of looks) {
      expect(look).toMatchObject({ comparisonScore: null, threshold: null, padScore: null })
    }
    for (const gone of [journal, sent, views, w.log.lines]) {
      expect(JSON.stringify(gone)).not.toMatch(scores)
      expect(JSON.stringify(gone)).not.toMatch(figures)
    }
  })

  it('of a bench lane is there for whoever measures', async () => {
    const { w, sent, looks } = await everyLook(true)
    expect(sent[0]?.instrument).toMatchObject({ evidence: { measured: { comparisonScore: 0.71 } } })
    expect(looks[0]).toMatchObject({ comparisonScore: 0.71, padScore: 0.97 })
    expect(journalOf(w.store).find(({ type }) => type === 'face.attackRefused')).toMatchObject({
      measured: { padScore: 0.123 },
    })
  })
})
