import {
  emulateMotorBoard,
  type EmulatedMotorBoard,
} from '../../../drivers/vending-controller/emulator/motor-board-emulator.ts'
import {
  emulateQibixx,
  type EmulatedQibixx,
} from '../../../drivers/vending-controller/emulator/qibixx-emulator.ts'
import { UsageError } from '../command.ts'
import { baudOf, lineFaultVerb, lineOptions, plugVerbs, powerVerb } from './cable.ts'
import { emulatedKind, oneOf, wholeNumber } from './device.ts'

export const vending = emulatedKind<EmulatedMotorBoard>('vending', {
  summary: 'vending machine behind a motor board with a drop sensor',
  options: {
    ...lineOptions,
    folder: { value: 'DIR', says: 'keeps its memory and what fell there' },
  },
  async start(values, emit) {
    const emulator = await emulateMotorBoard({
      link: values['link'],
      folder: values['folder'],
      ...baudOf(values['baud']),
    })
    let told = emulator.fallen().length
    emulator.onChange((state) => {
      emit({ event: 'state', ...state })
      for (const { slot, key } of emulator.fallen().slice(told)) emit({ event: 'fallen', slot, key })
      told = emulator.fallen().length
    })
    return emulator
  },
  ready: ({ how }) => ({ how }),
  verbs: {
    stock: {
      usage: 'stock SLOT COUNT',
      says: 'fills a slot',
      run: (it, [slot, count]) =>
        it.setStock(slotOf(it, slot), wholeNumber('COUNT', count, { min: 0, max: 99 })),
    },
    jam: { usage: 'jam SLOT', says: 'jams its motor', run: (it, [slot]) => it.jam(slotOf(it, slot)) },
    'clear-jam': {
      usage: 'clear-jam SLOT',
      says: 'frees it',
      run: (it, [slot]) => it.clearJam(slotOf(it, slot)),
    },
    stick: {
      usage: 'stick SLOT',
      says: 'the next product hangs: the motor turns and nothing falls',
      run: (it, [slot]) => it.stick(slotOf(it, slot)),
    },
    'blind-sensor': {
      usage: 'blind-sensor on|off',
      says: 'the drop sensor sees nothing',
      run: (it, [word]) => it.blindSensor(oneOf('The sensor', word, ['on', 'off']) === 'on'),
    },
    fault: lineFaultVerb,
    'power-cycle': powerVerb,
    ...plugVerbs,
  },
})

export const mdb = emulatedKind<EmulatedQibixx>('mdb', {
  summary: 'vending machine behind a Qibixx MDB-USB bridge',
  options: lineOptions,
  async start(values, emit) {
    const emulator = await emulateQibixx({ link: values['link'], ...baudOf(values['baud']) })
    emulator.onChange((state) => emit({ event: 'state', ...state }))
    return emulator
  },
  ready: ({ how }) => ({ how }),
  verbs: {
    select: {
      usage: 'select ITEM',
      says: 'somebody presses the button of an item',
      run(it, [item]) {
        if (!it.select(wholeNumber('ITEM', item, { min: 1, max: 65_535 })))
          throw new UsageError('The machine sells no such item now.')
      },
    },
    cancel: { usage: 'cancel', says: 'somebody gives up', run: (it) => it.cancel() },
    'jam-next': { usage: 'jam-next', says: 'the next product jams', run: (it) => it.jamNext() },
    reset: { usage: 'reset', says: "the machine's controller restarts", run: (it) => it.resetMachine() },
    fault: lineFaultVerb,
    'power-cycle': powerVerb,
    ...plugVerbs,
  },
})

function slotOf(board: EmulatedMotorBoard, word = ''): string {
  return oneOf(
    'SLOT',
    word,
    board.state().slots.map(({ slot }) => slot),
  )
}
