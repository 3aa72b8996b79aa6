import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  emulateLineDisplay,
  type EmulatedLineDisplay,
} from '../../../drivers/line-display/emulator/line-display-emulator.ts'
import {
  emulateRelayBoard,
  type EmulatedRelayBoard,
} from '../../../drivers/relay-board/emulator/relay-board-emulator.ts'
import { emulateScale, type EmulatedScale } from '../../../drivers/scale/emulator/scale-emulator.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { goods, openTill, type Till } from './support/till.ts'

const grams = 1_235
const priceMinor = Math.floor((goods.apples.priceMinorPerKg * grams) / 1000 + 0.5)

describe('a whole lane with scale, customer display, lamp and beeper', () => {
  const after = cleanUps()
  let hub: ShopHub
  let till: Till
  let scale: EmulatedScale
  let display: EmulatedLineDisplay
  let lamp: EmulatedRelayBoard

  beforeAll(async () => {
    hub = await openHub(after)
    scale = await emulateScale({ settleMs: 200 })
    display = await emulateLineDisplay()
    lamp = await emulateRelayBoard()
    for (const device of [scale, display, lamp]) after.add(() => device.close())
    const preset = {
      devices: {
        scale: { address: scale.address, model: 'toledo-8217' },
        lineDisplay: { address: display.address, model: display.model },
        lights: { address: lamp.address, model: 'lcus', colours: ['red', 'amber', 'green', 'alarm'] },
        toneIndicator: { address: 'lights' },
      },
    } as const
    till = await openTill({ hub, preset }, after)
    await till.when('the devices', () =>
      (['Scale', 'LineDisplay', 'Lights', 'ToneIndicator'] as const).every(
        (category) => till.device(category)?.state === 'ready',
      ),
    )
  })
  afterAll(() => after.run())

  const shows = (row: number, text: string) =>
    new Promise<void>((resolve) => {
      const look = (): void => {
        if (display.state().lines[row]?.trimEnd() !== text) return
        stop()
        resolve()
      }
      const stop = display.onChange(look)
      look()
    })

  it('weighs, shows and sells what lies on the plate, and calls nobody', async () => {
    await shows(0, 'Welcome')
    await till.do({ type: 'session:start' })
    await till.scanAll([goods.tea.barcode])
    till.runtime.lane.scan(goods.apples.barcode)
    await till.when('the scale', ({ weighing }) => weighing?.status === 'zero')
    scale.put(1_237)
    await till.when('a weight at rest', ({ weighing }) => weighing?.status === 'stable')
    expect(till.view().weighing).toMatchObject({ grams, totalMinor: priceMinor })
    expect(await till.do({ type: 'weight:take', lineId: 2 })).toEqual({ kind: 'accepted' })
    expect(till.view()).toMatchObject({ weighing: null, intervention: null, basket: { blocked: false } })
    const total = ((priceMinor + goods.tea.priceMinor) / 100).toFixed(2)
    await shows(1, `TOTAL${total.padStart(15)}`)
    scale.put(0)
    await till.do({ type: 'checkout:pay' })
    await till.when('the choice', ({ screen }) => screen.kind === 'tenderChoice')
    const { saleId, totalMinor } = till.view().basket
    await till.scanner.scan(await hub.operator().issueCode(await hub.wallet()))
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId ?? '')).toEqual([totalMinor])
    expect(till.events().filter(({ type }) => type === 'intervention.opened')).toEqual([])
    expect(till.events().findLast(({ type }) => type === 'sale.completed')).toMatchObject({
      lines: [{}, { quantity: { kind: 'weight', grams }, totalMinor: priceMinor }],
    })
    await till.nextShopper()
    await shows(0, 'Welcome')
    expect(lamp.state().switchedOn[3]).toBeGreaterThan(0)
  })

  it('goes on without display and lamp, and staff weighs without the scale', async () => {
    await Promise.all([scale.unplug(), display.unplug(), lamp.unplug()])
    await till.when('the losses', () =>
      (['Scale', 'LineDisplay', 'Lights'] as const).every(
        (category) => till.device(category)?.state === 'lost',
      ),
    )
    till.runtime.lane.scan(goods.apples.barcode)
    await till.when(
      'staff',
      ({ intervention, weighing }) => intervention?.kind === 'weighing' && weighing === null,
    )
    await Promise.all([scale.replug(), display.replug(), lamp.replug()])
    await till.when(
      'the scale again',
      ({ intervention, weighing }) => intervention === null && weighing !== null,
    )
    await till.do({ type: 'line:remove', lineId: 1 })
    await till.nextShopper()
    await shows(0, 'Welcome')
  })
})
