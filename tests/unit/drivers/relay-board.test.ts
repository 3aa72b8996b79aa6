import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pnsLights } from '../../../drivers/lights/pns-lights.ts'
import { relayLights } from '../../../drivers/lights/relay-lights.ts'
import { createRelayFraming, encodeRelay } from '../../../drivers/relay-board/lcus.ts'

function chunks(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length]
  return at.slice(1).map((end, i) => whole.subarray(at[i], end))
}

describe('a relay board', () => {
  test('switches by the frames of its protocol sheet', () => {
    expect([...encodeRelay({ relay: 1, on: true })]).toEqual([0xa0, 0x01, 0x01, 0xa2])
    expect([...encodeRelay({ relay: 1, on: false })]).toEqual([0xa0, 0x01, 0x00, 0xa1])
  })

  test('a whole frame is found after a spoilt one', () => {
    const bytes = Uint8Array.of(
      0xa0,
      0x01,
      0xa0,
      0x02,
      0x01,
      0xa3,
      0xff,
      ...encodeRelay({ relay: 8, on: false }),
    )
    expect(createRelayFraming().push(bytes)).toEqual([
      { relay: 2, on: true },
      { relay: 8, on: false },
    ])
  })

  test('any chunking of any bytes gives the same switches', () => {
    const byte = fc.oneof(fc.constantFrom(0xa0, 0x01, 0x00, 0xa2, 0xa1), fc.nat({ max: 255 }))
    fc.assert(
      fc.property(fc.array(byte), fc.array(fc.nat(), { maxLength: 20 }), (story, cuts) => {
        const whole = Uint8Array.from(story)
        const apart = createRelayFraming()
        expect(chunks(whole, cuts).flatMap((chunk) => apart.push(chunk))).toEqual(
          createRelayFraming().push(whole),
        )
      }),
    )
  })
})

describe('what a lamp is told', () => {
  test('a relay for each colour, dark in the dark phase of a blink', () => {
    const wire = relayLights(['red', null, 'green'])
    expect([...wire.encode({ green: 'blink' }, false)]).toEqual([
      ...encodeRelay({ relay: 1, on: false }),
      ...encodeRelay({ relay: 3, on: false }),
    ])
    expect([...wire.encode({ green: 'blink' }, true)].slice(4)).toEqual([
      ...encodeRelay({ relay: 3, on: true }),
    ])
    expect(wire.hasAlarm).toBe(false)
  })

  test('a tower gets all its tiers and the buzzer in one command', () => {
    expect([...pnsLights(['red', 'green']).encode({ red: 'on', green: 'blink', alarm: true }, true)]).toEqual(
      [0x41, 0x42, 0x53, 0x00, 0x00, 0x06, 1, 2, 0, 0, 0, 1],
    )
  })
})
