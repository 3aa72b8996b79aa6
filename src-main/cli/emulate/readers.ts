import { keyboardLayoutIds } from '../../../drivers/hid/keyboard-layouts.ts'
import { emulateMsr, testStripes, type EmulatedMsr } from '../../../drivers/msr/emulator/msr-emulator.ts'
import {
  emulateHidScanner,
  type EmulatedHidScanner,
} from '../../../drivers/scanner/emulator/hid-scanner-emulator.ts'
import { emulateScanner, type EmulatedScanner } from '../../../drivers/scanner/emulator/scanner-emulator.ts'
import { UsageError } from '../command.ts'
import { baudOf, lineOptions, plugVerbs, powerVerb, readerFaultVerb } from './cable.ts'
import { emulatedKind, oneOf } from './device.ts'

const scannerModels = ['serial', 'hid-pos', 'keyboard'] as const
const stripeNames = Object.keys(testStripes) as (keyof typeof testStripes)[]
const layout = { value: 'NAME', says: `of a keyboard: ${keyboardLayoutIds.join(', ')}; us unless given` }

export const scanner = emulatedKind<EmulatedScanner | EmulatedHidScanner>('scanner', {
  summary: 'barcode scanner: serial, USB HID, or a keyboard',
  options: {
    ...lineOptions,
    model: { value: 'NAME', says: `one of ${scannerModels.join(', ')}; serial unless given` },
    layout,
  },
  async start(values, emit) {
    const { link } = values
    const model = oneOf('--model', values['model'] ?? 'serial', scannerModels)
    const emulator =
      model === 'serial'
        ? await emulateScanner({ link, ...baudOf(values['baud']) })
        : await emulateHidScanner({
            link,
            protocol: model,
            layout: oneOf('--layout', values['layout'] ?? 'us', keyboardLayoutIds),
          })
    emulator.onChange((state) => emit({ event: 'state', ...state }))
    return emulator
  },
  ready: ({ how }) => ({ how }),
  verbs: {
    scan: {
      usage: 'scan CODE',
      says: 'reads a code; blanks are part of it',
      run: (it, words) => it.scan(words.join(' ')),
    },
    twice: {
      usage: 'twice CODE',
      says: 'reads it twice, as a trigger that bounces',
      async run(it, words) {
        const code = words.join(' ')
        if (code === '') throw new UsageError('Write the code after "twice".')
        await it.scan(code)
        await it.scan(code)
      },
    },
    fault: readerFaultVerb,
    'power-cycle': powerVerb,
    ...plugVerbs,
  },
})

export const msr = emulatedKind<EmulatedMsr>('msr', {
  summary: 'magnetic stripe reader, in HID mode or as a keyboard',
  options: {
    link: lineOptions.link,
    model: { value: 'NAME', says: 'hid or keyboard; hid unless given' },
    layout,
  },
  async start(values, emit) {
    const emulator = await emulateMsr({
      link: values['link'],
      protocol: oneOf('--model', values['model'] ?? 'hid', ['hid', 'keyboard'] as const),
      layout: oneOf('--layout', values['layout'] ?? 'us', keyboardLayoutIds),
    })
    emulator.onChange((state) => emit({ event: 'state', ...state }))
    return emulator
  },
  ready: ({ how }) => ({ how }),
  verbs: {
    swipe: {
      usage: 'swipe NAME',
      says: `swipes a test card: ${stripeNames.join(', ')}`,
      run: (it, [name]) => it.swipe(testStripes[oneOf('The card', name, stripeNames)]),
    },
    fault: readerFaultVerb,
    'power-cycle': powerVerb,
    ...plugVerbs,
  },
})
