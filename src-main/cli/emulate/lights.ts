import { emulateTower, type EmulatedTower } from '../../../drivers/lights/emulator/tower-emulator.ts'
import {
  emulateRelayBoard,
  type EmulatedRelayBoard,
} from '../../../drivers/relay-board/emulator/relay-board-emulator.ts'
import { UsageError } from '../command.ts'
import { lineFaultVerb, lineOptions, plugVerbs, powerVerb } from './cable.ts'
import { emulatedKind, oneOf } from './device.ts'

const models = ['lcus', 'pns'] as const

export const lights = emulatedKind<EmulatedRelayBoard | EmulatedTower>('lights', {
  summary: 'relay board with a lamp and a buzzer, or a light tower on the network',
  options: {
    link: lineOptions.link,
    model: { value: 'NAME', says: 'lcus (relay board) or pns (tower); lcus unless given' },
  },
  async start(values, emit) {
    const { link } = values
    const model = oneOf('--model', values['model'] ?? 'lcus', models)
    if (model === 'lcus') {
      const board = await emulateRelayBoard({ link })
      board.onChange((state) => emit({ event: 'state', ...state }))
      return board
    }
    const tower = await emulateTower(link === undefined ? {} : { link, kinds: ['socat', 'python3'] })
    tower.onChange((state) => emit({ event: 'state', ...state }))
    return tower
  },
  ready: ({ how }) => ({ how }),
  verbs: {
    fault: {
      ...lineFaultVerb,
      run(it, words) {
        if (!('setFault' in it)) throw new UsageError('A relay board answers nothing that could be spoilt.')
        lineFaultVerb.run(it, words)
      },
    },
    'power-cycle': powerVerb,
    ...plugVerbs,
  },
})
