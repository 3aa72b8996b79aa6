import {
  emulateLineDisplay,
  type EmulatedLineDisplay,
} from '../../../drivers/line-display/emulator/line-display-emulator.ts'
import { lineDisplayModels, type LineDisplayModelId } from '../../../drivers/line-display/models.ts'
import { emulateScale, type EmulatedScale } from '../../../drivers/scale/emulator/scale-emulator.ts'
import { scaleProtocols, type ScaleProtocolId } from '../../../drivers/scale/scale.ts'
import { UsageError } from '../command.ts'
import { baudOf, lineFaultVerb, lineOptions, plugVerbs, powerVerb } from './cable.ts'
import { emulatedKind, oneOf, type Emit } from './device.ts'

const displayModels = Object.keys(lineDisplayModels) as LineDisplayModelId[]
const scaleModels = Object.keys(scaleProtocols) as [ScaleProtocolId, ...ScaleProtocolId[]]
const gramsPerKilogram = 1000
const lookMs = 100

export const scale = emulatedKind<EmulatedScale>('scale', {
  summary: 'till scale',
  options: {
    ...lineOptions,
    model: { value: 'NAME', says: `one of ${scaleModels.join(', ')}; ${scaleModels[0]} unless given` },
  },
  async start(values, emit) {
    const emulator = await emulateScale({
      link: values['link'],
      ...baudOf(values['baud']),
      protocol: oneOf('--model', values['model'] ?? scaleModels[0], scaleModels),
    })
    tellUntilStill(emulator, emit)
    return emulator
  },
  ready: ({ how, protocol }) => ({ how, model: protocol }),
  verbs: {
    weight: {
      usage: 'weight KG',
      says: 'what lies on the plate, such as 1.250; below 0 for a plate lifted off',
      run: (it, [text = '']) => it.put(gramsOf(text)),
    },
    shake: { usage: 'shake', says: 'the weight moves until "still"', run: (it) => it.shake() },
    still: { usage: 'still', says: 'it comes to rest', run: (it) => it.still() },
    fault: lineFaultVerb,
    'power-cycle': powerVerb,
    ...plugVerbs,
  },
})

export const display = emulatedKind<EmulatedLineDisplay>('display', {
  summary: 'customer display of two lines',
  options: {
    ...lineOptions,
    model: { value: 'NAME', says: `one of ${displayModels.join(', ')}` },
  },
  async start(values, emit) {
    const emulator = await emulateLineDisplay({
      link: values['link'],
      ...baudOf(values['baud']),
      ...(values['model'] === undefined ? {} : { model: oneOf('--model', values['model'], displayModels) }),
    })
    emulator.onChange((state) => emit({ event: 'state', ...state }))
    return emulator
  },
  ready: ({ how, model }) => ({ how, model }),
  verbs: { 'power-cycle': powerVerb, ...plugVerbs },
})

function gramsOf(text: string): number {
  if (!/^-?\d{1,3}(\.\d{1,3})?$/.test(text))
    throw new UsageError('KG is a weight in kilograms, such as 1.250.')
  return Math.round(Number(text) * gramsPerKilogram)
}

/** The plate swings after a change and says nothing when it rests: it is looked at until then. */
function tellUntilStill(emulator: EmulatedScale, emit: Emit): void {
  let timer: NodeJS.Timeout | undefined
  const tell = (): void => {
    clearTimeout(timer)
    const state = emulator.state()
    emit({ event: 'state', ...state })
    if (state.moving) timer = setTimeout(tell, lookMs)
  }
  emulator.onChange(tell)
}
