import { describe, expect, it } from 'vitest'
import type { LaneEvent } from '../../../src-main/contract/events.ts'
import { rightsPolicy } from '../../../src-main/domain/rights/policy.ts'
import { consentFacts } from '../../../src-main/face/consentFacts.ts'
import { toTenders } from '../lane/support/paths.ts'
import { folderHolds, journalOf } from '../lane/support/stores.ts'
import {
  enrolled,
  match,
  reference,
  walletAccount,
  walletCode,
  world,
  type World,
} from '../lane/support/world.ts'

const { textId, textVersion } = consentFacts(rightsPolicy('default'), 'zh-CN')
const agree = { type: 'enrolment:consent', textId, textVersion, agreed: true, ofAge: true } as const

const about = (w: World): LaneEvent[] =>
  journalOf(w.store).filter(
    ({ type }) => type.startsWith('consent.') || /^face\.(enrolled|deleted)$/.test(type),
  )
const types = (w: World): string[] => about(w).map(({ type }) => type)

async function toLink(w: World): Promise<void> {
  await w.do({ type: 'enrolment:begin' })
  await w.do(agree)
}

async function toLook(w: World, code = walletCode): Promise<void> {
  await toLink(w)
  await w.scan(code)
}

describe('an enrolment', () => {
  it('goes from consent over the wallet to the face, and the face can pay at once and after a restart', async () => {
    const w = await world()
    await w.do({ type: 'enrolment:begin' })
    expect(w.view().enrolment).toEqual({ step: 'consent', textId, textVersion })
    await w.do(agree)
    expect(w.view().enrolment).toMatchObject({ step: 'link', problem: null })
    await w.scan(walletCode)
    expect(w.view().enrolment).toMatchObject({ step: 'look', payer: { maskedName: 'Wáng*' } })
    expect(w.lane.wantsCamera()).toBe(true)
    const taken = reference(3)
    await w.look(taken)
    expect(w.view().enrolment).toMatchObject({ step: 'done', payer: { maskedAccount: '***8812' } })
    expect(w.lane.wantsCamera()).toBe(false)
    expect(taken.reference.every((value) => value === 0)).toBe(true)
    expect(types(w)).toEqual(['consent.given', 'face.enrolled'])
    await w.do({ type: 'enrolment:finish' })
    expect(w.view()).toMatchObject({ enrolment: null, facePay: { enrolled: 1 } })

    await w.restart()
    expect(w.gallery.size()).toBe(1)
    const { subjectKey } = about(w).find((event) => event.type === 'face.enrolled') ?? { subjectKey: '' }
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(match(subjectKey))
    expect(w.view().screen).toMatchObject({ kind: 'confirm', payer: { maskedName: 'Wáng*' } })
  })

  it('opens the camera only after the consent is in the journal, with text, version, language and hash', async () => {
    const w = await world()
    await w.do({ type: 'enrolment:begin' })
    await w.do({ type: 'language:choose', language: 'en' })
    expect(w.capture.looks).toEqual([])
    await w.do(agree)
    await w.scan(walletCode)
    expect(w.capture.looks).toHaveLength(1)
    expect(about(w)).toMatchObject([
      {
        type: 'consent.given',
        textId,
        textVersion,
        language: 'en',
        textSha256: consentFacts(rightsPolicy('default'), 'en').textSha256,
      },
    ])
  })

  it('takes no consent to another text than the one of the screen', async () => {
    const w = await world()
    await w.do({ type: 'enrolment:begin' })
    for (const other of [{ textVersion: textVersion + 1 }, { textId: 'marketing' }]) {
      expect(await w.do({ ...agree, ...other })).toEqual({ kind: 'refused', code: 'notNow' })
    }
    expect(w.view().enrolment).toMatchObject({ step: 'consent' })
    expect(about(w)).toEqual([])
  })

  it('ends without a trace when the shopper does not agree', async () => {
    const w = await world()
    await w.do({ type: 'enrolment:begin' })
    await w.do({ ...agree, agreed: false })
    expect(w.view().enrolment).toBeNull()
    expect(about(w)).toEqual([])
  })

  it.each([
    ['at the wallet code', toLink],
    ['in front of the camera', (w: World) => toLook(w)],
  ])('that is left %s withdraws the consent and closes the camera', async (_where, path) => {
    const w = await world()
    await path(w)
    await w.do({ type: 'enrolment:cancel' })
    expect(w.view().enrolment).toBeNull()
    expect(w.capture.isOn()).toBe(false)
    expect(types(w)).toEqual(['consent.given', 'consent.withdrawn'])
    expect(w.gallery.size()).toBe(0)
  })

  it('that is left when the lane shuts down withdraws the consent too', async () => {
    const w = await world()
    await toLook(w)
    await w.restart()
    expect(types(w)).toEqual(['consent.given', 'consent.withdrawn'])
  })

  it.each([
    [{ kind: 'timeout', unclear: true } as const, 'faceTimeout'],
    [{ kind: 'attack', padScore: 0.1, padThreshold: 0.5 } as const, 'faceAttack'],
    [{ kind: 'framesDisagree' } as const, 'framesDisagree'],
    [{ kind: 'cameraUnavailable', code: 'device.offline' } as const, 'cameraUnavailable'],
    [{ kind: 'engineUnavailable', code: 'models.missing' } as const, 'faceEngineUnavailable'],
  ])('that ends with %o says %s, keeps nothing and withdraws the consent', async (outcome, reason) => {
    const w = await world()
    await toLook(w)
    await w.look(outcome)
    expect(w.view().enrolment).toEqual({ step: 'failed', reason })
    expect(types(w)).toEqual(['consent.given', 'consent.withdrawn'])
    expect(w.capture.isOn()).toBe(false)
  })

  it('gives up a look that never ends', async () => {
    const w = await world()
    await toLook(w)
    await w.clock.advance(31_000)
    expect(w.view().enrolment).toEqual({ step: 'failed', reason: 'faceTimeout' })
    expect(w.capture.isOn()).toBe(false)
  })
})

describe('the wallet code of an enrolment', () => {
  it('that is wrong, no wallet code, or asked about without hub says so and can be shown again', async () => {
    const w = await world()
    await w.do({ type: 'enrolment:begin' })
    await w.do(agree)
    await w.scan('6901234567892')
    expect(w.view().enrolment).toMatchObject({ step: 'link', problem: 'notAWalletCode' })
    await w.scan('990000000000000000')
    expect(w.view().enrolment).toMatchObject({ problem: 'codeInvalid' })
    w.hub.down = true
    await w.scan(walletCode)
    expect(w.view().enrolment).toMatchObject({ problem: 'hubNeeded' })
    w.hub.down = false
    await w.scan(walletCode)
    expect(w.view().enrolment).toMatchObject({ step: 'look' })
  })

  it('of a person who has left never becomes the next person’s account', async () => {
    const w = await world()
    const other = '990000000000000001'
    w.hub.codes.set(other, { ...walletAccount, accountId: '7'.repeat(32), maskedName: 'Li*' })
    const answers: (() => void)[] = []
    w.hub.beforeCodeAnswer = () => new Promise((resolve) => answers.push(resolve))
    await toLook(w)
    await w.do({ type: 'enrolment:cancel' })
    await toLook(w, other)
    answers[0]?.()
    await w.clock.settle()
    expect(w.view().enrolment).toMatchObject({ step: 'link', checking: true })
    answers[1]?.()
    await w.clock.settle()
    expect(w.view().enrolment).toMatchObject({ step: 'look', payer: { maskedName: 'Li*' } })
  })
})

describe('a face that is known already', () => {
  it('under another wallet is refused: every later look would be ambiguous', async () => {
    const w = await world()
    const someone = enrolled(w, { accountId: '7'.repeat(32) })
    await toLook(w)
    const again = { ...reference(0), alreadyKnown: { subjectKey: someone, comparisonScore: 0.8 } }
    await w.look(again)
    expect(w.view().enrolment).toEqual({ step: 'failed', reason: 'alreadyEnrolled' })
    expect(w.gallery.size()).toBe(1)
    expect(types(w)).toEqual(['consent.given', 'consent.withdrawn'])
    expect(again.reference.every((value) => value === 0)).toBe(true)
  })

  it('under the same wallet replaces the old reference, and the old one is deleted with proof', async () => {
    const w = await world()
    const before = enrolled(w)
    await toLook(w)
    await w.look({ ...reference(1), alreadyKnown: { subjectKey: before, comparisonScore: 0.8 } })
    expect(w.view().enrolment).toMatchObject({ step: 'done' })
    expect(w.gallery.size()).toBe(1)
    expect([...w.store.references()]).toHaveLength(1)
    expect(w.store.subject(before)).toBeNull()
    expect(types(w)).toEqual(['consent.given', 'face.enrolled', 'face.deleted'])
    expect(about(w)[2]).toMatchObject({ subjectKey: before, references: 1, reason: 'replaced' })
  })
})

describe('what stays of an enrolled person', () => {
  it('is nothing in plain text: not in the data folder, not in the log, not in the idle view', async () => {
    const w = await world()
    await toLook(w)
    await w.look(reference(3))
    await w.do({ type: 'enrolment:finish' })
    for (const secret of ['Wáng', '***8812', walletCode]) {
      expect(folderHolds(w.dataDir, secret), secret).toBe(false)
      expect(w.log.lines.join(), secret).not.toContain(secret)
      expect(JSON.stringify(w.view()), secret).not.toContain(secret)
    }
    expect(folderHolds(w.dataDir, new Uint8Array(Float32Array.of(0, 0, 1, 0, 0).buffer))).toBe(false)
    expect(folderHolds(w.dataDir, 'face.enrolled')).toBe(true)
  })
})

describe('a full disk during an enrolment', () => {
  it('means no consent, and so no camera', async () => {
    const w = await world()
    await w.do({ type: 'enrolment:begin' })
    w.store.full = true
    await w.do(agree)
    expect(w.view().enrolment).toEqual({ step: 'failed', reason: 'diskFull' })
    await w.scan(walletCode)
    expect(w.capture.looks).toEqual([])
  })

  it('when the face is to be kept keeps nothing, forgets the face, and withdraws the consent as soon as it can', async () => {
    const w = await world()
    await toLook(w)
    w.store.full = true
    const taken = reference(3)
    await w.look(taken)
    expect(w.view().enrolment).toEqual({ step: 'failed', reason: 'diskFull' })
    expect(w.gallery.size()).toBe(0)
    expect(taken.reference.every((value) => value === 0)).toBe(true)
    w.store.full = false
    await w.clock.advance(6_000)
    expect(types(w)).toEqual(['consent.given', 'consent.withdrawn'])
  })

  it('is not the reason named when the gallery cannot take the face, and nothing of it is kept either', async () => {
    const w = await world()
    await toLook(w)
    await w.gallery.close()
    await w.look(reference(3))
    expect(w.view().enrolment).toEqual({ step: 'failed', reason: 'faceEngineUnavailable' })
    expect([...w.store.references()]).toEqual([])
    expect(types(w)).toEqual(['consent.given', 'consent.withdrawn'])
  })

  it('does not hold back whoever wants to leave', async () => {
    const w = await world()
    await toLook(w)
    w.store.full = true
    expect(await w.do({ type: 'enrolment:cancel' })).toEqual({ kind: 'accepted' })
    expect(w.view().enrolment).toBeNull()
    expect(w.capture.isOn()).toBe(false)
    w.store.full = false
    await w.clock.advance(6_000)
    expect(types(w)).toEqual(['consent.given', 'consent.withdrawn'])
  })
})

describe('where an enrolment may begin', () => {
  it('is not while money is under way or the camera looks for a payer', async () => {
    const w = await world()
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    expect(await w.do({ type: 'enrolment:begin' })).toEqual({ kind: 'refused', code: 'notNow' })
    await w.do({ type: 'checkout:back' })
    w.hub.fates = ['slow']
    await w.scan(walletCode)
    expect(await w.do({ type: 'enrolment:begin' })).toEqual({ kind: 'refused', code: 'notNow' })
  })
})
