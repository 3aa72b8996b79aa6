import type { CaptureView, EnrolmentView, MyFaceView } from '../../../src-main/contract/laneView.ts'

/** What a layer with a camera or a person in it shows. */
interface Looks {
  readonly capture: (more: Partial<CaptureView>) => CaptureView
  readonly payer: { readonly maskedName: string; readonly maskedAccount: string }
}

const enrolmentFailures = [
  'faceTimeout',
  'faceAttack',
  'framesDisagree',
  'cameraUnavailable',
  'faceEngineUnavailable',
  'alreadyEnrolled',
  'diskFull',
  'tooManyTries',
] as const
const linkProblems = [
  null,
  'codeInvalid',
  'codeExpired',
  'hubNeeded',
  'notAWalletCode',
  'tooManyTries',
] as const

export function enrolments({ capture, payer }: Looks): [string, EnrolmentView][] {
  return [
    ['consent', { step: 'consent', textId: 'face-payment', textVersion: 2 }],
    ['guardian', { step: 'guardian' }],
    ...linkProblems.map((problem): [string, EnrolmentView] => [
      `link-${problem ?? 'plain'}`,
      { step: 'link', checking: false, problem },
    ]),
    ['link-checking', { step: 'link', checking: true, problem: null }],
    ['look', { step: 'look', capture: capture({ guidance: 'holdStill', progress: 0.7 }), payer }],
    ['saving', { step: 'saving' }],
    ['done', { step: 'done', payer }],
    ...enrolmentFailures.map((reason): [string, EnrolmentView] => [
      `failed-${reason}`,
      { step: 'failed', reason },
    ]),
  ]
}

const codeProblems = [
  null,
  'codeInvalid',
  'codeExpired',
  'hubNeeded',
  'notAWalletCode',
  'tooManyTries',
  'faceNotFound',
  'refusedByStaff',
] as const satisfies readonly Extract<MyFaceView, { step: 'code' }>['problem'][]

export function myFaces({ capture, payer }: Looks): [string, MyFaceView][] {
  const key = 'fedcba9876543210fedcba9876543210'
  const record = {
    subjectKey: key,
    receiptToken: key,
    references: 1,
    reason: 'withdrawn',
    atMs: Date.UTC(2026, 10, 22, 6, 3),
    position: { epoch: key, seq: 1_042 },
  } as const
  return [
    ...codeProblems.map((problem): [string, MyFaceView] => [
      `code-${problem ?? 'plain'}`,
      { step: 'code', checking: false, problem },
    ]),
    ['code-checking', { step: 'code', checking: true, problem: null }],
    ['look', { step: 'look', capture: capture({ guidance: 'lookHere', progress: 0.3 }) }],
    ['staff', { step: 'staff', payer }],
    ['confirm', { step: 'confirm', payer, enrolledAtMs: Date.UTC(2026, 5, 2, 6, 3) }],
    ['nothing', { step: 'nothing', payer }],
    ['deleted', { step: 'deleted', record, receiptUrl: `http://192.168.1.20:7420/d/${key}` }],
    ['deleted-offline', { step: 'deleted', record: { ...record, references: 2 }, receiptUrl: null }],
    ['failed', { step: 'failed', reason: 'diskFull' }],
  ]
}
