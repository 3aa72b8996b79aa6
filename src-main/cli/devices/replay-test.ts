import path from 'node:path'
import type { Recording } from '../../devices/recording/recording.ts'

/** A vitest file, to stand at `testFile`, that plays the recording to the driver and expects the recorded events. */
export function replayTest(
  recording: Recording,
  recordingFile: string,
  testFile: string,
  root: string,
): string {
  const from = path.dirname(path.resolve(testFile))
  const to = (file: string): string => {
    const relative = path.relative(from, path.resolve(root, file)).split(path.sep).join('/')
    return relative.startsWith('.') ? relative : `./${relative}`
  }
  const beside = path.relative(from, path.resolve(recordingFile)).split(path.sep).join('/')
  return `import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eventsOf, parseRecording } from '${to('src-main/devices/recording/recording.ts')}'
import { playToDriver } from '${to('src-main/devices/recording/play.ts')}'

/** ${recording.origin.replaceAll('*/', '* /')} Recorded on ${recording.recordedOn}. */
const recording = parseRecording(readFileSync(new URL('${beside}', import.meta.url), 'utf8'))

test('the ${recording.device} driver makes the same of the recorded bytes as it made of the device', async () => {
  const { events, differences } = await playToDriver(recording, { speed: 4 })
  expect(events).toEqual(eventsOf(recording))
  expect(differences).toBe(0)
})
`
}
