import { testStripes } from '../../../drivers/msr/emulator/msr-emulator.ts'
import { testCards } from '../../../drivers/smart-card-rw/emulator/card-application.ts'
import { sideDevice, readerFault, type SideDevice, type SideParts } from './device.ts'
import type { EmulatedSideDevices } from './side-devices.ts'

/** What the colours of the lamp hang on, from the configuration; empty without a lamp. */
export function sideDevicesOf(devices: EmulatedSideDevices, colours: readonly string[]): SideDevice[] {
  const { scale, lineDisplay, lights, toneIndicator, stripeReader, cardReader, vending } = devices
  return [
    scale && sideDevice('scale', 'Scale', scale, scaleParts(scale)),
    lineDisplay &&
      sideDevice('lineDisplay', 'Customer display', lineDisplay, {
        shows: () => lineDisplay.state().lines.map((line) => `│${line}│`),
      }),
    lights && sideDevice('lights', 'Status lamp', lights, lampParts(lights, colours)),
    toneIndicator &&
      sideDevice('toneIndicator', 'Beeper', toneIndicator, {
        shows: () => {
          const { relays, switchedOn } = toneIndicator.state()
          return [
            `${relays.includes(true) ? 'sounding' : 'silent'}, ${switchedOn.reduce((a, b) => a + b, 0)} times so far`,
          ]
        },
      }),
    stripeReader &&
      sideDevice('stripeReader', 'Stripe reader', stripeReader, {
        shows: () => [`${stripeReader.state().swipes} swipes`],
        actions: () => actionsOf(testStripes, 'Swipe', (stripe) => stripeReader.swipe(stripe)),
        setFault: (fault) => stripeReader.setFault(readerFault(fault)),
      }),
    cardReader &&
      sideDevice('cardReader', 'Card reader', cardReader, {
        shows: () => [cardReader.state().cards[0] ? 'a card in the slot' : 'empty'],
        actions: () => ({
          ...actionsOf(testCards, 'Insert', (card) => cardReader.insert(card)),
          remove: { label: 'Take the card out', run: () => cardReader.remove() },
        }),
      }),
    vending && sideDevice('vending', 'Vending machine', vending, vendingParts(vending)),
  ].filter((device) => device !== null)
}

type Named<K extends keyof EmulatedSideDevices> = NonNullable<EmulatedSideDevices[K]>

/** Beyond what the plate carries, so that too much can be put on it. */
const heaviestGrams = 20_000
const sliderStepGrams = 5

function scaleParts(scale: Named<'scale'>): SideParts {
  let onPlateGrams = 0
  return {
    shows() {
      const { grams, moving, over, under, net } = scale.state()
      const words = [moving && 'moving', over && 'too much', under && 'under zero', net && 'net'].filter(
        Boolean,
      )
      return [[`${(grams / 1000).toFixed(3)} kg`, ...words].join(', ')]
    },
    slider: {
      view: () => ({
        label: 'On the plate (g)',
        min: 0,
        max: heaviestGrams,
        step: sliderStepGrams,
        value: onPlateGrams,
      }),
      set(grams) {
        onPlateGrams = grams
        scale.put(grams)
      },
    },
    actions: () => ({
      shake: { label: 'Shake', run: () => scale.shake() },
      still: { label: 'Hold still', run: () => scale.still() },
    }),
    setFault: (fault) => scale.setFault(fault),
  }
}

function lampParts(lights: Named<'lights'>, colours: readonly string[]): SideParts {
  const nameOf = (index: number): string => colours[index] ?? `light ${index + 1}`
  if ('setFault' in lights) {
    return {
      shows: () =>
        lights
          .state()
          .tiers.flatMap((light, index) => (light === 'off' ? [] : [`${nameOf(index)} ${light}`])),
      setFault: (fault) => lights.setFault(fault),
    }
  }
  return {
    shows: () => lights.state().relays.flatMap((isOn, index) => (isOn ? [`${nameOf(index)} on`] : [])),
  }
}

function vendingParts(machine: Named<'vending'>): SideParts {
  if ('select' in machine) {
    const items = [1, 2, 3]
    return {
      shows() {
        const { session, item, given } = machine.state()
        return [
          item === null ? session : `${session}, item ${item}`,
          `given out: ${given.join(', ') || 'nothing'}`,
        ]
      },
      actions: () => ({
        ...Object.fromEntries(
          items.map((item) => [
            `select-${item}`,
            { label: `Press ${item}`, run: () => machine.select(item) },
          ]),
        ),
        cancel: { label: 'Give up', run: () => machine.cancel() },
        jamNext: { label: 'Jam the next', run: () => machine.jamNext() },
        reset: { label: 'Restart the machine', run: () => machine.resetMachine() },
      }),
      setFault: (fault) => machine.setFault(fault),
    }
  }
  return {
    shows() {
      const { slots, turning, sensorSees, fallen } = machine.state()
      const row = slots
        .map(({ slot, stock, sticky }) => `${slot}: ${stock}${sticky ? ' (hangs)' : ''}`)
        .join('  ')
      return [row, `${turning ? 'turning, ' : ''}${fallen} fell${sensorSees ? '' : ', sensor blind'}`]
    },
    actions: () => ({
      ...Object.fromEntries(
        machine.state().slots.flatMap(({ slot }) => [
          [`jam-${slot}`, { label: `Jam ${slot}`, run: () => machine.jam(slot) }],
          [`stick-${slot}`, { label: `Hang ${slot}`, run: () => machine.stick(slot) }],
        ]),
      ),
      clearJams: {
        label: 'Clear all jams',
        run: () => machine.state().slots.forEach(({ slot }) => machine.clearJam(slot)),
      },
      refill: {
        label: 'Refill',
        run: () => machine.state().slots.forEach(({ slot }) => machine.setStock(slot, 5)),
      },
      blind: {
        label: machine.state().sensorSees ? 'Blind the sensor' : 'Clean the sensor',
        run: () => machine.blindSensor(machine.state().sensorSees),
      },
    }),
    setFault: (fault) => machine.setFault(fault),
  }
}

function actionsOf<T>(
  cards: Readonly<Record<string, T>>,
  verb: string,
  run: (card: T) => unknown,
): Record<string, { label: string; run(): unknown }> {
  return Object.fromEntries(
    Object.entries(cards).map(([name, card]) => [name, { label: `${verb} ${name}`, run: () => run(card) }]),
  )
}
