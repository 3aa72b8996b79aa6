import { describe, expect, it } from 'vitest'
import type { LaneEventOf } from '../../../src-main/contract/events.ts'
import { openForReading } from '../../../src-main/store/database.ts'
import { readLastEntry } from '../../../src-main/store/repositories/journal.ts'
import { toTenders } from '../lane/support/paths.ts'
import { folderHolds, journalOf } from '../lane/support/stores.ts'
import {
  ambiguous,
  enrolled,
  match,
  walletAccount,
  walletCode,
  world,
  type World,
} from '../lane/support/world.ts'

const deletions = (w: World): LaneEventOf<'face.deleted'>[] =>
  journalOf(w.store).filter((event) => event.type === 'face.deleted')

async function toConfirmDeletion(w: World): Promise<string> {
  const subjectKey = enrolled(w)
  await w.do({ type: 'myFace:begin' })
  await w.scan(walletCode)
  return subjectKey
}

describe('a face taken back at the lane', () => {
  it('is deleted by the person’s own touch after their wallet’s code, with a receipt on the screen', async () => {
    const w = await world()
    const subjectKey = await toConfirmDeletion(w)
    expect(w.view().myFace).toMatchObject({ step: 'confirm', payer: { maskedName: 'Wáng*' } })
    expect(w.gallery.size()).toBe(1)
    expect(deletions(w)).toEqual([])
    await w.do({ type: 'myFace:delete' })

    expect(w.gallery.size()).toBe(0)
    expect([...w.store.references()]).toEqual([])
    expect(w.store.subject(subjectKey)).toBeNull()
    const [deleted] = deletions(w)
    expect(deleted).toMatchObject({ subjectKey, references: 1, reason: 'withdrawn' })
    const shown = w.view().myFace
    expect(shown).toMatchObject({
      step: 'deleted',
      record: { subjectKey, references: 1, receiptToken: deleted?.receiptToken },
      receiptUrl: `http://hub.example/d/${deleted?.receiptToken ?? ''}`,
    })
    expect(journalOf(w.store).map(({ type }) => type)).toContain('consent.withdrawn')
    await w.do({ type: 'myFace:leave' })
    expect(w.view()).toMatchObject({ myFace: null, screen: { kind: 'attract' }, facePay: { enrolled: 0 } })
  })

  it('has a receipt that the lane itself signed: the deletion is the last entry of its commit', async () => {
    const w = await world()
    await toConfirmDeletion(w)
    await w.do({ type: 'myFace:delete' })
    const db = openForReading(w.dataDir)
    const last = readLastEntry(db)
    db.close()
    expect(last?.header.type).toBe('face.deleted')
    expect(last?.signature).not.toBeNull()
    const view = w.view().myFace
    expect(view?.step === 'deleted' && view.record.position).toEqual({
      epoch: last?.header.epoch,
      seq: last?.header.seq,
    })
  })

  it('is not found by the camera any more, before and after a restart', async () => {
    const w = await world()
    const subjectKey = await toConfirmDeletion(w)
    await w.do({ type: 'myFace:delete' })
    await w.do({ type: 'myFace:leave' })
    await w.restart()
    expect(w.gallery.size()).toBe(0)
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(match(subjectKey))
    expect(w.view().notice).not.toBeNull()
    expect(w.screen()).toBe('tenderChoice')
  })

  it('stays when the person changes their mind', async () => {
    const w = await world()
    await toConfirmDeletion(w)
    await w.do({ type: 'myFace:leave' })
    expect(w.view().myFace).toBeNull()
    expect(w.gallery.size()).toBe(1)
    expect(deletions(w)).toEqual([])
  })

  it('says so when nothing is kept for this wallet', async () => {
    const w = await world()
    await w.do({ type: 'myFace:begin' })
    await w.scan(walletCode)
    expect(w.view().myFace).toMatchObject({ step: 'nothing', payer: { maskedName: 'Wáng*' } })
  })

  it('stays readable to nobody but its person: another wallet’s code finds nothing of it', async () => {
    const w = await world()
    enrolled(w, { accountId: '7'.repeat(32) })
    await w.do({ type: 'myFace:begin' })
    await w.scan(walletCode)
    expect(w.view().myFace).toMatchObject({ step: 'nothing' })
    expect(await w.do({ type: 'myFace:delete' })).toEqual({ kind: 'refused', code: 'notNow' })
    expect(w.gallery.size()).toBe(1)
  })

  it('that a full disk keeps is said to be kept, and goes when there is room', async () => {
    const w = await world()
    await toConfirmDeletion(w)
    w.store.full = true
    await w.do({ type: 'myFace:delete' })
    expect(w.view().myFace).toEqual({ step: 'failed', reason: 'diskFull' })
    expect(w.gallery.size()).toBe(1)
    w.store.full = false
    await w.do({ type: 'myFace:leave' })
    await w.do({ type: 'myFace:begin' })
    await w.scan(walletCode)
    await w.do({ type: 'myFace:delete' })
    expect(w.view().myFace).toMatchObject({ step: 'deleted' })
    expect(w.gallery.size()).toBe(0)
  })

  it('leaves no name in the data folder, and whoever walks away leaves none on the screen', async () => {
    const w = await world()
    await toConfirmDeletion(w)
    await w.clock.advance(91_000)
    expect(w.view().myFace).toBeNull()
    expect(folderHolds(w.dataDir, walletAccount.maskedName)).toBe(false)
    expect(JSON.stringify(w.view())).not.toContain(walletAccount.maskedName)
  })
})

describe('a face taken back without a phone', () => {
  async function toStaff(w: World): Promise<string> {
    const subjectKey = enrolled(w)
    await w.do({ type: 'myFace:begin' })
    await w.do({ type: 'myFace:withoutPhone' })
    expect(w.lane.wantsCamera()).toBe(true)
    await w.look(match(subjectKey))
    return subjectKey
  }

  it('needs the person’s own look and a member of staff with their PIN', async () => {
    const w = await world()
    const subjectKey = await toStaff(w)
    expect(w.lane.wantsCamera()).toBe(false)
    expect(w.view()).toMatchObject({ myFace: { step: 'staff' }, intervention: { kind: 'faceDeletion' } })
    expect(await w.do({ type: 'myFace:delete' })).toEqual({ kind: 'refused', code: 'notNow' })
    expect(await w.staff('approved', { pin: '9999' })).toEqual({ kind: 'refused', code: 'wrongPin' })
    expect(deletions(w)).toEqual([])
    await w.staff('approved')
    expect(deletions(w)).toMatchObject([{ subjectKey, reason: 'staff' }])
    expect(w.view()).toMatchObject({ myFace: { step: 'deleted' }, intervention: null })
  })

  it('stays when staff says no, or the person leaves before they come', async () => {
    const w = await world()
    await toStaff(w)
    await w.staff('refused')
    expect(w.view().myFace).toMatchObject({ step: 'code', problem: 'refusedByStaff' })
    await w.do({ type: 'myFace:leave' })
    await toStaff(w)
    await w.do({ type: 'myFace:leave' })
    expect(w.view()).toMatchObject({ myFace: null, intervention: null })
    expect(deletions(w)).toEqual([])
  })

  it('is nobody’s when two look alike, or nobody is recognised', async () => {
    const w = await world()
    const [one, other] = [enrolled(w, { axis: 1, accountId: '5'.repeat(32) }), enrolled(w, { axis: 2 })]
    await w.do({ type: 'myFace:begin' })
    await w.do({ type: 'myFace:withoutPhone' })
    await w.look(ambiguous(one, other))
    expect(w.view().myFace).toMatchObject({ step: 'code', problem: 'faceNotFound' })
    await w.do({ type: 'myFace:withoutPhone' })
    await w.do({ type: 'myFace:leave' })
    expect(w.capture.isOn()).toBe(false)
    expect(deletions(w)).toEqual([])
  })
})

describe('where a face can be taken back', () => {
  it('is not while money is under way, the camera looks, or somebody enrols', async () => {
    const w = await world()
    await w.do({ type: 'enrolment:begin' })
    expect(await w.do({ type: 'myFace:begin' })).toEqual({ kind: 'refused', code: 'notNow' })
    await w.do({ type: 'enrolment:cancel' })
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    expect(await w.do({ type: 'myFace:begin' })).toEqual({ kind: 'refused', code: 'notNow' })
  })

  it('is with the code of the wallet alone even when the camera is broken', async () => {
    const w = await world()
    w.devices = []
    await toConfirmDeletion(w)
    await w.do({ type: 'myFace:delete' })
    expect(w.view().myFace).toMatchObject({ step: 'deleted' })
    expect(w.capture.looks).toEqual([])
  })
})
