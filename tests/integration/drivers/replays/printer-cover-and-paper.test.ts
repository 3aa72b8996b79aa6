import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eventsOf, parseRecording } from '../../../../src-main/devices/recording/recording.ts'
import { playToDriver } from '../../../../src-main/devices/recording/play.ts'

/** the project's own emulated printer (facelane emulate printer): cover opened and closed, roll taken out, a short one put in, a full one put in Recorded on 2026-11-23. */
const recording = parseRecording(
  readFileSync(
    new URL('../../../../fixtures/devices/printer-cover-and-paper.ndjson', import.meta.url),
    'utf8',
  ),
)

test('the printer driver makes the same of the recorded bytes as it made of the device', async () => {
  const { events, differences } = await playToDriver(recording, { speed: 4 })
  expect(events).toEqual(eventsOf(recording))
  expect(differences).toBe(0)
})
