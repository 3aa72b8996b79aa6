import { describe, expect, it } from 'vitest'
import { jurisdictions } from '../../../src-main/contract/rights.ts'
import { rightsPolicy } from '../../../src-main/domain/rights/policy.ts'
import { consentFacts } from '../../../src-main/face/consentFacts.ts'
import { journalOf } from '../lane/support/stores.ts'
import { reference, walletCode, world, type World } from '../lane/support/world.ts'

const { textId, textVersion } = consentFacts(rightsPolicy('default'), 'en')
const young = { type: 'enrolment:consent', textId, textVersion, agreed: true, ofAge: false } as const

const about = (w: World) =>
  journalOf(w.store).filter(({ type }) => type.startsWith('consent.') || type.startsWith('intervention.'))

describe('somebody too young to decide alone', () => {
  it('enrols only after a guardian agreed before staff, and the consent names that moment', async () => {
    const w = await world()
    await w.do({ type: 'enrolment:begin' })
    await w.do(young)
    expect(w.view()).toMatchObject({
      enrolment: { step: 'guardian' },
      intervention: { kind: 'guardianConsent' },
    })
    await w.scan(walletCode)
    expect(w.view().enrolment).toEqual({ step: 'guardian' })
    const interventionKey = w.view().intervention?.interventionKey
    await w.staff('approved')
    expect(about(w)).toMatchObject([
      { type: 'intervention.opened', kind: 'guardianConsent', interventionKey },
      { type: 'intervention.resolved', interventionKey, staffId: 'staff-1', resolution: 'approved' },
      { type: 'consent.given', guardian: { interventionKey } },
    ])
    await w.scan(walletCode)
    await w.look(reference(3))
    expect(w.view().enrolment).toMatchObject({ step: 'done' })
  })

  it('does not enrol when the guardian says no, when they leave, and when nobody comes', async () => {
    const w = await world()
    const ask = async () => {
      await w.do({ type: 'enrolment:begin' })
      await w.do(young)
    }
    await ask()
    await w.staff('refused')
    expect(w.view()).toMatchObject({ enrolment: null, intervention: null })
    await ask()
    await w.do({ type: 'enrolment:cancel' })
    expect(w.view()).toMatchObject({ enrolment: null, intervention: null })
    await ask()
    await w.clock.advance(11 * 60_000)
    expect(w.view()).toMatchObject({ enrolment: null, intervention: null })
    expect(about(w).some(({ type }) => type === 'consent.given')).toBe(false)
    expect(w.capture.looks).toEqual([])
  })

  it('is not enrolled by a guardian nobody could write down', async () => {
    const w = await world()
    await w.do({ type: 'enrolment:begin' })
    w.store.full = true
    await w.do(young)
    expect(w.view().enrolment).toEqual({ step: 'failed', reason: 'diskFull' })
  })
})

describe.each(jurisdictions)('a consent under %s', (jurisdiction) => {
  it('names the purpose, the jurisdiction and the very text in the journal', async () => {
    const w = await world({ jurisdiction })
    expect(w.view().jurisdiction).toBe(jurisdiction)
    await w.do({ type: 'enrolment:begin' })
    await w.do({ type: 'language:choose', language: 'en' })
    await w.do({ ...young, ofAge: true })
    const { textSha256 } = consentFacts(rightsPolicy(jurisdiction), 'en')
    expect(about(w)).toMatchObject([
      { type: 'consent.given', purpose: 'facePayment', jurisdiction, textSha256 },
    ])
    expect(about(w)[0]).not.toHaveProperty('guardian')
  })
})

describe('attempts', () => {
  it('with codes are few in ten minutes, for an enrolment as for a deletion', async () => {
    const w = await world()
    await w.do({ type: 'myFace:begin' })
    for (let tries = 0; tries < 12; tries += 1) {
      await w.scan(`99${String(tries).padStart(16, '0')}`)
      expect(w.view().myFace).toMatchObject({ problem: 'codeInvalid' })
    }
    await w.scan(walletCode)
    expect(w.view().myFace).toMatchObject({ step: 'code', problem: 'tooManyTries' })
    await w.do({ type: 'myFace:leave' })
    await w.clock.advance(10 * 60_000)
    await w.do({ type: 'myFace:begin' })
    await w.scan(walletCode)
    expect(w.view().myFace).toMatchObject({ step: 'nothing' })
  })

  it('at looks for an enrolment are few in ten minutes, and end in words', async () => {
    const w = await world()
    for (let tries = 0; tries < 8; tries += 1) {
      await w.do({ type: 'enrolment:begin' })
      await w.do({ ...young, ofAge: true })
      await w.scan(walletCode)
      await w.look({ kind: 'timeout', unclear: true })
      await w.do({ type: 'enrolment:finish' })
    }
    await w.do({ type: 'enrolment:begin' })
    await w.do({ ...young, ofAge: true })
    await w.scan(walletCode)
    expect(w.view().enrolment).toEqual({ step: 'failed', reason: 'tooManyTries' })
    expect(w.capture.looks).toHaveLength(8)
    expect(w.capture.isOn()).toBe(false)
  })
})
