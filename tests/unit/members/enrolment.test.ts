import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  enrol,
  type EnrolmentInput,
  type EnrolmentState,
  type LinkedAccount,
} from '../../../src-main/domain/enrolment/machine.ts'

const subjectKey = '1'.repeat(32)
const account: LinkedAccount = {
  accountId: '2'.repeat(32),
  maskedName: 'W*',
  maskedAccount: '***8812',
  phoneLast4: '8812',
}
const inputs: readonly EnrolmentInput[] = [
  { type: 'begun', subjectKey },
  { type: 'consentGiven', ofAge: true },
  { type: 'consentGiven', ofAge: false },
  { type: 'guardianAnswered', interventionKey: '3'.repeat(32), agreed: true },
  { type: 'guardianAnswered', interventionKey: '3'.repeat(32), agreed: false },
  { type: 'codeRead', code: '99' },
  { type: 'otherCodeRead' },
  { type: 'codeResolved', account },
  { type: 'codeRefused', problem: 'codeExpired' },
  { type: 'referenceCaptured' },
  { type: 'failed', reason: 'faceTimeout' },
  { type: 'saved' },
  { type: 'left' },
]
const unusual = ['otherCodeRead', 'codeRefused', 'guardianAnswered', 'failed', 'left']
const usual = inputs.filter((input) => !unusual.includes(input.type) && !('ofAge' in input && !input.ofAge))
const anyInputs = fc
  .record({ from: fc.nat(usual.length), chance: fc.array(fc.constantFrom(...inputs), { maxLength: 20 }) })
  .map(({ from, chance }) => [...usual.slice(0, from), ...chance])

describe('an enrolment', () => {
  it('walks consent, link, look and save in this order only', () => {
    let state: EnrolmentState = { kind: 'closed' }
    const seen = usual.map((input) => {
      const step = enrol(state, input)
      state = step.state
      return [state.kind, ...step.effects.map(({ type }) => type)]
    })
    expect(seen).toEqual([
      ['consent'],
      ['link', 'commitConsent'],
      ['resolving', 'resolveCode'],
      ['look', 'startCapture'],
      ['saving', 'stopCapture', 'save'],
      ['done'],
    ])
  })

  it('of somebody too young waits for a guardian before staff, and has no consent until then', () => {
    const young = [inputs[0], { type: 'consentGiven', ofAge: false }] as EnrolmentInput[]
    const interventionKey = '3'.repeat(32)
    const asked = young.reduce<EnrolmentState>((state, input) => enrol(state, input).state, {
      kind: 'closed',
    })
    expect(asked).toEqual({ kind: 'guardian', subjectKey })
    expect(enrol(asked, { type: 'codeRead', code: '99' }).taken).toBe(false)
    expect(enrol(asked, { type: 'guardianAnswered', interventionKey, agreed: true })).toMatchObject({
      state: { kind: 'link' },
      effects: [{ type: 'commitConsent', guardian: interventionKey }],
    })
    expect(enrol(asked, { type: 'guardianAnswered', interventionKey, agreed: false })).toMatchObject({
      state: { kind: 'closed' },
      effects: [],
    })
    expect(enrol(asked, { type: 'left' }).effects).toEqual([{ type: 'dismissGuardian' }])
  })

  it('never opens the camera without consent on record, and withdraws what does not end in a reference', () => {
    fc.assert(
      fc.property(anyInputs, (list) => {
        let state: EnrolmentState = { kind: 'closed' }
        let consented = false
        let camera = false
        for (const input of list) {
          const step = enrol(state, input)
          if (!step.taken) expect(step).toEqual({ state, effects: [], taken: false })
          for (const { type } of step.effects) {
            if (type === 'commitConsent') consented = true
            if (type === 'commitWithdrawal') consented = false
            if (type === 'startCapture') {
              expect(consented).toBe(true)
              camera = true
            }
            if (type === 'stopCapture') camera = false
            if (type === 'save') expect(consented).toBe(true)
          }
          state = step.state
          expect(camera).toBe(state.kind === 'look')
          if (state.kind === 'closed' || state.kind === 'failed') expect(consented).toBe(false)
          // The reference stands: the consent is kept with it.
          if (state.kind === 'done') consented = false
        }
      }),
    )
  })
})
