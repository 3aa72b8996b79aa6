import { describe, expect, it } from 'vitest'
import type { ChallengeFailure } from '../../../src-main/contract/face.ts'
import type { IdentificationOutcome } from '../../../src-main/ports/faceCapture.ts'
import { toTenders } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { enrolled, match, walletCode, world, type World } from './support/world.ts'

const attack: IdentificationOutcome = { kind: 'attack', padScore: 0.1, padThreshold: 0.5 }
const challengeFailed = (reason: ChallengeFailure): IdentificationOutcome => ({
  kind: 'challengeFailed',
  reason,
  padScore: 0.8,
  padThreshold: 0.5,
})
const minute = 60_000

async function lookOnce(w: World, outcome: IdentificationOutcome): Promise<void> {
  await w.do({ type: 'tender:choose', tender: 'face' })
  await w.look(outcome)
}

async function lockedOut(): Promise<World> {
  const w = await world()
  enrolled(w)
  await toTenders(w)
  for (const outcome of [attack, challengeFailed('tooSlow'), attack]) await lookOnce(w, outcome)
  return w
}

function faceOffer(w: World) {
  const { screen } = w.view()
  return screen.kind === 'tenderChoice' ? screen.offers.find(({ kind }) => kind === 'face') : undefined
}

describe('after three attacks at the camera', () => {
  it('the face tender is closed, staff is called, and the sale goes on', async () => {
    const w = await lockedOut()
    expect(faceOffer(w)).toEqual({ kind: 'face', available: false, reason: 'lockedOut' })
    expect(w.view()).toMatchObject({
      notice: { code: 'faceAttack' },
      intervention: { kind: 'presentationAttack', line: null },
      facePay: { available: false },
    })
    expect(await w.do({ type: 'tender:choose', tender: 'face' })).toEqual({
      kind: 'refused',
      code: 'lockedOut',
    })
    expect(w.capture.isOn()).toBe(false)
    await w.scan(walletCode)
    await w.clock.settle()
    expect(['authorising', 'approved', 'printing', 'done']).toContain(w.screen())
  })

  it('it opens again after a minute, and the next attack closes it for two', async () => {
    const w = await lockedOut()
    await w.clock.advance(minute - 1)
    expect(faceOffer(w)?.available).toBe(false)
    await w.clock.advance(1)
    expect(faceOffer(w)?.available).toBe(true)
    await lookOnce(w, attack)
    await w.clock.advance(minute)
    expect(faceOffer(w)?.available).toBe(false)
    await w.clock.advance(minute)
    // Nobody touched the screen for two minutes: the lane went back to the basket.
    await w.do({ type: 'checkout:pay' })
    expect(faceOffer(w)?.available).toBe(true)
  })

  it('staff opens it again with the PIN, and nothing is held against the lane', async () => {
    const w = await lockedOut()
    expect(await w.staff('approved', { pin: '0000' })).toEqual({ kind: 'refused', code: 'wrongPin' })
    expect(faceOffer(w)?.available).toBe(false)
    expect(await w.staff('approved')).toEqual({ kind: 'accepted' })
    expect(w.view().intervention).toBeNull()
    expect(faceOffer(w)?.available).toBe(true)
    await lookOnce(w, attack)
    expect(faceOffer(w)?.available).toBe(true)
    expect(journalOf(w.store)).toContainEqual(
      expect.objectContaining({ type: 'intervention.resolved', staffId: 'staff-1' }),
    )
  })

  it('it stays closed over a restart and a power cut, and staff is called again', async () => {
    for (const again of ['restart', 'powerCut'] as const) {
      const w = await lockedOut()
      await w.clock.advance(20_000)
      await w[again]()
      await toTenders(w)
      expect(faceOffer(w)).toMatchObject({ available: false, reason: 'lockedOut' })
      expect(w.view().intervention).toMatchObject({ kind: 'presentationAttack' })
      await w.clock.advance(40_000)
      expect(faceOffer(w)?.available).toBe(true)
    }
  })

  it('no camera is opened for an enrolment either', async () => {
    const w = await lockedOut()
    const looks = w.capture.looks.length
    await w.do({ type: 'enrolment:begin' })
    const step = w.view().enrolment
    if (step?.step !== 'consent') throw new Error('No consent is asked for')
    const { textId, textVersion } = step
    await w.do({ type: 'enrolment:consent', textId, textVersion, agreed: true, ofAge: true })
    await w.scan(walletCode)
    expect(w.view().enrolment).toMatchObject({ step: 'failed', reason: 'faceEngineUnavailable' })
    expect(w.capture.looks).toHaveLength(looks)
  })

  it('the next shopper is not told, only finds the tender resting; the call for staff stays', async () => {
    const w = await lockedOut()
    await w.do({ type: 'checkout:cancel' })
    await w.clock.advance(6_000)
    expect(w.view()).toMatchObject({
      screen: { kind: 'attract' },
      notice: null,
      intervention: { kind: 'presentationAttack' },
    })
  })

  it('a question about goods comes before it', async () => {
    const w = await lockedOut()
    await w.do({ type: 'help:call' })
    expect(w.view().intervention).toMatchObject({ kind: 'help' })
    await w.staff('helped')
    expect(w.view().intervention).toMatchObject({ kind: 'presentationAttack' })
  })
})

describe('attacks at the camera', () => {
  it('are kept one by one, a failed challenge with its reason, without scores', async () => {
    const w = await lockedOut()
    const kept = journalOf(w.store).filter(({ type }) => type === 'face.attackRefused')
    const { saleId } = w.view().basket
    expect(kept).toEqual([
      { type: 'face.attackRefused', saleId },
      { type: 'face.attackRefused', saleId, challenge: 'tooSlow' },
      { type: 'face.attackRefused', saleId },
    ])
  })

  it('count although the disk is full, and the lane says that it cannot sell', async () => {
    const w = await world()
    enrolled(w)
    await toTenders(w)
    await lookOnce(w, attack)
    await lookOnce(w, attack)
    await w.do({ type: 'tender:choose', tender: 'face' })
    w.store.full = true
    await w.look(attack)
    expect(w.screen()).toBe('outOfOrder')
    w.store.full = false
    await w.clock.advance(6_000)
    await w.do({ type: 'checkout:pay' })
    expect(faceOffer(w)).toMatchObject({ available: false, reason: 'lockedOut' })
  })

  it('are told kindly: what was not charged, and how to pay', async () => {
    const w = await world()
    enrolled(w)
    await toTenders(w)
    await lookOnce(w, challengeFailed('otherPerson'))
    expect(w.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, notice: { code: 'faceChallenge' } })
  })
})

describe('the challenge', () => {
  it('is asked for in doubt, and always from an amount on', async () => {
    const w = await world({ challenge: { demand: 'whenInDoubt', fromMinor: 2_400 } })
    enrolled(w)
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    expect(w.capture.looks.at(-1)?.options).toMatchObject({ challenge: 'whenInDoubt' })
    await w.do({ type: 'checkout:back' })
    await w.do({ type: 'checkout:back' })
    await w.do({ type: 'line:changeCount', lineId: 1, count: 2 })
    await w.do({ type: 'checkout:pay' })
    await w.do({ type: 'tender:choose', tender: 'face' })
    expect(w.capture.looks.at(-1)?.options).toMatchObject({ challenge: 'always' })
  })

  it('once passed leads to the confirmation like any other look', async () => {
    const w = await world({ challenge: { demand: 'always', fromMinor: 0 } })
    const subjectKey = enrolled(w)
    await toTenders(w)
    await lookOnce(w, match(subjectKey))
    expect(w.screen()).toBe('confirm')
  })
})
