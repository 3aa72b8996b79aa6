import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deletionProofSchema, personalExportSchema } from '../../../src-main/contract/rights.ts'
import { rightsPolicy } from '../../../src-main/domain/rights/policy.ts'
import { consentFacts } from '../../../src-main/face/consentFacts.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { answerOf, facelane } from './run.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-rights-'))
const random = createRandom()
const clock = createClock(random.key())
const [subjectKey, accountId, saleId] = [random.key(), random.key(), random.key()]
const receiptFile = path.join(folder, 'receipt.json')

function open() {
  return openLaneStore({ dataDir: path.join(folder, 'lane'), laneId: 'lane-9', clock, random }).store
}

beforeAll(() => {
  const store = open()
  const about = { kind: 'subject', id: subjectKey } as const
  const person = { subjectKey, accountId, maskedName: 'A*', maskedAccount: '***4242', phoneLast4: '4242' }
  const referenceKey = random.key()
  store.transact((tx) => {
    tx.putSubject({ ...person, enrolledAtMs: clock.nowMs() })
    const sealed = store.vault.seal('faceReference', referenceKey, new Uint8Array(2_048))
    tx.putReference({ referenceKey, subjectKey, sealed, modelPackId: 'pack-1', createdAtMs: clock.nowMs() })
    tx.append(about, { type: 'consent.given', subjectKey, ...consentFacts(rightsPolicy('CN'), 'zh-CN') })
    tx.append(about, {
      type: 'face.enrolled',
      subjectKey,
      referenceKey,
      accountId,
      modelPackId: 'pack-1',
      frames: 5,
      personal: tx.sealPersonal(subjectKey, { maskedName: 'A*' }),
    })
    tx.noteUse(subjectKey, 77)
    tx.append(
      { kind: 'sale', id: saleId },
      {
        type: 'payment.attempted',
        attemptKey: random.key(),
        saleId,
        amountMinor: 500,
        currency: 'CNY',
        instrument: {
          kind: 'face',
          accountId,
          evidence: { subjectKey, secondFactor: false, modelPackId: 'pack-1' },
        },
        mode: 'online',
        bench: false,
      },
    )
  })
  store.close()
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const rights = (...args: string[]) => facelane(['rights', ...args, '--data', folder, '--json'])

describe('facelane rights', () => {
  it('exports what is stored about a person, by account or subject, without the template', async () => {
    for (const whom of [
      ['--account', accountId],
      ['--subject', subjectKey],
    ] as const) {
      const file = personalExportSchema.parse(answerOf(await rights('export', ...whom)))
      expect(file.accountId).toBe(accountId)
      expect(file.faces).toMatchObject([
        {
          laneId: 'lane-9',
          subjectKey,
          state: 'kept',
          consent: { jurisdiction: 'CN', language: 'zh-CN' },
          lastUsedAtMs: 77,
          references: [{ modelPackId: 'pack-1' }],
          payments: [{ saleId, amountMinor: 500 }],
          deletion: null,
        },
      ])
    }
  })

  it('says so when nobody has this key, when no key is given, and while the lane runs', async () => {
    expect(answerOf(await rights('export', '--account', random.key()))).toMatchObject({
      ok: false,
      error: { code: 'rights.nobody' },
    })
    expect((await rights('export')).code).toBe(2)
    expect((await rights('delete', '--account', accountId, '--subject', subjectKey)).code).toBe(2)
    const running = open()
    expect(answerOf(await rights('delete', '--account', accountId))).toMatchObject({
      ok: false,
      error: { code: 'store.inUse' },
    })
    expect(personalExportSchema.parse(answerOf(await rights('export', '--account', accountId)))).toBeTruthy()
    running.close()
  })

  it('deletes on a stopped lane, gives a receipt that verifies, and has nothing to delete the next time', async () => {
    const answer = answerOf(await rights('delete', '--account', accountId, '--out', receiptFile))
    expect(answer).toMatchObject({ ok: true, receipts: [{ kind: 'facelane.deletionReceipt' }] })
    const proof = deletionProofSchema.parse(JSON.parse(readFileSync(receiptFile, 'utf8')))
    expect(proof.entry.header).toMatchObject({ laneId: 'lane-9', type: 'face.deleted' })
    const verified = answerOf(await facelane(['rights', 'verify', receiptFile, '--json']))
    expect(verified).toMatchObject({
      ok: true,
      kind: 'valid',
      deletion: { subjectKey, references: 1, reason: 'command' },
    })
    expect(answerOf(await rights('delete', '--subject', subjectKey))).toEqual({
      ok: true,
      receipts: [proof],
    })
    const file = personalExportSchema.parse(answerOf(await rights('export', '--account', accountId)))
    expect(file.faces).toMatchObject([{ state: 'deleted', references: [], deletion: { reason: 'command' } }])
    const store = open()
    expect([...store.references()]).toEqual([])
    store.close()
  })

  it('finds out a forged receipt, and a file that is none', async () => {
    const proof = JSON.parse(readFileSync(receiptFile, 'utf8')) as { entry: { header: { laneId: string } } }
    proof.entry.header.laneId = 'lane-8'
    const forged = path.join(folder, 'forged.json')
    writeFileSync(forged, JSON.stringify(proof))
    const answer = await facelane(['rights', 'verify', forged, '--json'])
    expect(answer.code).toBe(1)
    expect(answerOf(answer)).toEqual({ ok: false, kind: 'invalid', why: 'hash' })
    writeFileSync(forged, 'not even JSON')
    expect(answerOf(await facelane(['rights', 'verify', forged, '--json']))).toMatchObject({
      ok: false,
      error: { code: 'rights.noReceipt' },
    })
  })

  it('tells what a jurisdiction switches on', async () => {
    expect(answerOf(await facelane(['rights', 'policy', 'US-IL', '--json']))).toMatchObject({
      ok: true,
      jurisdiction: 'US-IL',
      writtenRelease: true,
    })
    expect((await facelane(['rights', 'policy', 'MARS'])).code).toBe(2)
  })
})
