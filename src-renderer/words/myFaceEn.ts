import type { MyFaceView } from '../../src-main/contract/laneView.ts'
import type { Said } from './noticesEn.ts'

type Problem = NonNullable<Extract<MyFaceView, { step: 'code' }>['problem']>

const problems: Record<Problem, string> = {
  codeInvalid: 'That code did not work. Open a fresh one.',
  codeExpired: 'That code was too old. Open a fresh one.',
  hubNeeded: 'This needs the network right now. Staff can help without your phone.',
  notAWalletCode: 'That was not a wallet code. Open your wallet and show its payment code.',
  tooManyTries: 'There were many codes in a short time. Please wait ten minutes.',
  faceNotFound: 'We did not recognise you. Please show your wallet code.',
  refusedByStaff: 'Nothing was deleted. You can show your wallet code instead.',
}

export const myFaceEn = {
  open: 'My face: see or delete',
  code: {
    title: 'Show your wallet code',
    body: 'So that we know whose face it is. Nothing is charged.',
  },
  checking: 'Checking the code',
  problems,
  withoutPhone: 'I have no phone with me',
  afterLook: 'Then a member of staff confirms it with you.',
  staff: { title: 'Staff will confirm it', body: 'Someone is on the way.' },
  confirm: {
    title: 'Delete your face here?',
    since: (day: string) => `Kept on this lane since ${day}`,
    body: 'It is destroyed at once and cannot be brought back. You can still pay with your phone.',
    delete: 'Delete my face',
    keep: 'Keep it',
  },
  nothing: {
    title: 'Nothing is kept here',
    body: 'This lane keeps no face for this wallet. The page of your wallet shows all lanes.',
  },
  deleted: {
    title: 'Your face is deleted',
    body: (references: number) =>
      references === 1 ? 'One template was destroyed.' : `${references} templates were destroyed.`,
    qr: 'Scan for your receipt',
    entry: (lane: string, seq: number) => `Signed record: ${lane}, entry ${seq}`,
  },
  failed: {
    diskFull: {
      title: 'This lane cannot save right now',
      body: 'Nothing was deleted yet. Please ask the staff, or use the page of your wallet.',
    } satisfies Said,
  },
  close: 'Close',
  done: 'Done',
}
