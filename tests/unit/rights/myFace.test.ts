import { describe, expect, it } from 'vitest'
import type { DeletionRecord } from '../../../src-main/contract/rights.ts'
import {
  myFace,
  type KnownPerson,
  type MyFaceInput,
  type MyFaceState,
} from '../../../src-main/domain/rights/myFace.ts'

const key = '1'.repeat(32)
const payer = { maskedName: 'W*', maskedAccount: '***8812' }
const person: KnownPerson = { ...payer, subjectKeys: [key], enrolledAtMs: 5 }
const record: DeletionRecord = {
  subjectKey: key,
  receiptToken: key,
  references: 1,
  reason: 'withdrawn',
  atMs: 7,
  position: { epoch: key, seq: 3 },
}

const states: readonly MyFaceState[] = [
  { kind: 'closed' },
  { kind: 'code', problem: null },
  { kind: 'resolving' },
  { kind: 'look' },
  { kind: 'staff', person },
  { kind: 'confirm', person },
  { kind: 'deleting' },
  { kind: 'nothing', payer },
  { kind: 'deleted', record },
  { kind: 'failed', reason: 'diskFull' },
]
const inputs: readonly MyFaceInput[] = [
  { type: 'begun' },
  { type: 'codeRead', code: '99' },
  { type: 'otherCodeRead' },
  { type: 'codeRefused', problem: 'codeInvalid' },
  { type: 'accountFound', person },
  { type: 'nothingKept', payer },
  { type: 'withoutPhone' },
  { type: 'faceFound', person },
  { type: 'faceNotFound' },
  { type: 'staffAnswered', agreed: true },
  { type: 'staffAnswered', agreed: false },
  { type: 'confirmed' },
  { type: 'deleted', record },
  { type: 'failed' },
  { type: 'left' },
]

/** Every pair that means something: state, input, the state it leads to, its effects. Everything else stays. */
const moves = [
  'closed begun -> code',
  'code codeRead -> resolving resolveCode',
  'code otherCodeRead -> code',
  'code codeRefused -> code',
  'code withoutPhone -> look startLook',
  'code left -> closed',
  'resolving codeRefused -> code',
  'resolving accountFound -> confirm',
  'resolving nothingKept -> nothing',
  'resolving left -> closed',
  'look faceFound -> staff stopLook callStaff',
  'look faceNotFound -> code stopLook',
  'look left -> closed stopLook',
  'staff staffAnswered yes -> deleting delete',
  'staff staffAnswered no -> code',
  'staff left -> closed dismissStaff',
  'confirm confirmed -> deleting delete',
  'confirm left -> closed',
  'deleting deleted -> deleted',
  'deleting failed -> failed',
  'nothing left -> closed',
  'deleted left -> closed',
  'failed left -> closed',
]

function named(input: MyFaceInput): string {
  return 'agreed' in input ? `${input.type} ${input.agreed ? 'yes' : 'no'}` : input.type
}

describe('"my face"', () => {
  it('answers every input in every state on purpose', () => {
    const seen = states.flatMap((state) =>
      inputs.flatMap((input) => {
        const step = myFace(state, input)
        if (!step.taken) {
          expect(step).toEqual({ state, effects: [], taken: false })
          return []
        }
        const effects = step.effects.map(({ type }) => ` ${type}`).join('')
        return [`${state.kind} ${named(input)} -> ${step.state.kind}${effects}`]
      }),
    )
    expect(seen.sort()).toEqual([...moves].sort())
  })

  it('deletes only after the person’s own touch, or after staff', () => {
    const deletes = states.flatMap((state) =>
      inputs.flatMap((input) =>
        myFace(state, input).effects.flatMap((effect) => (effect.type === 'delete' ? [effect] : [])),
      ),
    )
    expect(deletes).toEqual([
      { type: 'delete', subjectKeys: [key], reason: 'staff' },
      { type: 'delete', subjectKeys: [key], reason: 'withdrawn' },
    ])
  })
})
