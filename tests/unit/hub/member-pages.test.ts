import { describe, expect, it } from 'vitest'
import { deletionReasons, type DeletionProof, type StoredFace } from '../../../src-main/contract/rights.ts'
import { languages } from '../../../src-main/contract/values.ts'
import { deletionPage } from '../../../src-hub/pages/deletion.ts'
import { memberPage } from '../../../src-hub/pages/member.ts'
import { memberWords } from '../../../src-hub/pages/memberWords.ts'

const key = (digit: string): string => digit.repeat(32)
const account = {
  accountId: key('1'),
  name: 'Wang Xiaoming',
  phone: '+8613800004242',
  maskedName: 'W<b>*',
  maskedAccount: '***4242',
  currency: 'CNY',
  balanceMinor: 1,
  blocked: false,
  flag: null,
}
const kept: StoredFace = {
  laneId: 'lane-1',
  subjectKey: key('2'),
  state: 'kept',
  consent: null,
  enrolledAtMs: 1_780_000_000_000,
  lastUsedAtMs: null,
  references: [],
  payments: [],
  deletion: null,
}
const proof: DeletionProof = {
  kind: 'facelane.deletionReceipt',
  formatVersion: 1,
  publicKey: '',
  entry: {
    header: {
      formatVersion: 1,
      laneId: 'lane-1',
      epoch: key('3'),
      seq: 42,
      type: 'face.deleted',
      aggregate: { kind: 'subject', id: key('2') },
      at: { atMs: 1, bootId: key('4'), monotonicMs: 1 },
    },
    payload: '',
    prevHash: key('5').repeat(2),
    hash: key('6').repeat(2),
    signature: null,
  },
}

describe.each(languages)('a member’s pages in %s', (language) => {
  const words = memberWords[language]

  it('offer deletion while a face is kept, and only then', () => {
    const page = (faces: StoredFace[]) => memberPage(language, { account, faces, token: key('9') })
    expect(page([kept])).toContain(words.delete)
    expect(page([{ ...kept, state: 'deleted' }])).not.toContain('<form')
    expect(page([{ ...kept, state: 'deletionAsked' }])).toContain(words.waiting)
    expect(page([])).toContain(words.nothing)
  })

  it('name nobody in full and let no name become markup', () => {
    const page = memberPage(language, { account, faces: [kept], token: key('9') })
    expect(page).toContain('W&lt;b&gt;*')
    expect(page).not.toContain(account.name)
    expect(page).not.toContain(account.phone)
  })

  it.each(deletionReasons)('say in words why a face was deleted: %s', (reason) => {
    const deletion = { type: 'face.deleted', subjectKey: key('2'), references: 1, reason } as const
    const page = deletionPage(language, proof, { kind: 'valid', deletion, laneId: 'lane-1', atMs: 5 })
    expect(page).toContain(words.deletion.reasons[reason])
    expect(page).toContain(words.deletion.valid)
    expect(page).toContain('/ 42')
  })

  it('do not call a receipt valid whose signature is not', () => {
    const page = deletionPage(language, proof, { kind: 'invalid', why: 'signature' })
    expect(page).toContain(words.deletion.invalid)
    expect(page).not.toContain(words.deletion.valid)
  })
})
