import { bootKeyboard } from '../../../../drivers/hid/keyboard.ts'
import { typedReports } from '../../../../drivers/hid/keystrokes.ts'
import { parseReportDescriptor } from '../../../../drivers/hid/report-descriptor.ts'
import { createHidSwipeDecoder, magTekReport } from '../../../../drivers/msr/hid-swipe.ts'
import { createKeyboardSwipeDecoder } from '../../../../drivers/msr/keyboard-swipe.ts'
import { posReports } from '../../../../drivers/scanner/emulator/hid-scanner-emulator.ts'
import { commonPosReport, createHidPosDecoder } from '../../../../drivers/scanner/hid-pos.ts'
import { createWedgeDecoder } from '../../../../drivers/scanner/keyboard-wedge.ts'
import { decodeAnswer } from '../../../../drivers/smart-card-rw/apdu.ts'
import { createVpcdFraming, vpcdMessage } from '../../../../drivers/smart-card-rw/emulator/vpcd.ts'
import { bootKeyboardDescriptor, posDescriptor, swipeDescriptor } from '../support/hid-descriptors.ts'
import { ascii, bytes, joined } from './corpora.ts'
import { message, stream } from './kinds.ts'
import type { FuzzTarget } from './harness.ts'

const codes = ['6901234567892', ']E04006381333931', ']Q3https://id.example/01/04006381333931?10=A1']
const typed = (text: string): Uint8Array => joined(...typedReports(text, 'us', 'enter'))
const swipe = new Uint8Array([...magTekReport.reportBytes.values()][0] ?? 1).fill(0x35)

/** Readers overwrite what they are given; the harness still needs it. */
const onCopies = <F>(decoder: { push(bytes: Uint8Array): readonly F[] }) => ({
  push: (chunk: Uint8Array) => decoder.push(chunk.slice()),
})

export const readerTargets: readonly FuzzTarget[] = [
  stream(
    'HID POS scanner',
    codes.map((code) => joined(...posReports(code))),
    () => createHidPosDecoder(commonPosReport, commonPosReport),
  ),
  stream('keyboard scanner', ['69', 'A1', '7'].map(typed), () =>
    createWedgeDecoder(bootKeyboard, bootKeyboard, { layout: 'us', endsWith: 'enter' }),
  ),
  stream('HID stripe reader', [swipe], () =>
    onCopies(createHidSwipeDecoder(magTekReport, magTekReport, { memberPrefixes: [] })),
  ),
  stream('keyboard stripe reader', [';88?', '%B8?', ';5?'].map(typed), () =>
    onCopies(createKeyboardSwipeDecoder(bootKeyboard, bootKeyboard, { layout: 'us', memberPrefixes: [] })),
  ),
  message(
    'HID report descriptor',
    [bootKeyboardDescriptor, posDescriptor, swipeDescriptor],
    parseReportDescriptor,
  ),
  stream(
    'vpcd messages',
    ['00a4040005', '01', '9000'].map((hex) => vpcdMessage(Buffer.from(hex, 'hex'))),
    createVpcdFraming,
  ),
  message('card answers', [bytes(0x90, 0), bytes(1, 2, 3, 0x90, 0), ascii('8800\u0090\u0000')], decodeAnswer),
]
