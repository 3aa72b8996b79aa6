import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { watchPlugs, type HotPlug, type PlugChange } from '../../../src-main/devices/hot-plug.ts'

let root: string
let watch: HotPlug | null = null
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'facelane-plug-'))
})
afterEach(() => {
  watch?.close()
  rmSync(root, { recursive: true })
})

/** Every look is due as soon as the one before it is done. */
const restless = {
  after: (_delayMs: number, run: () => void) => clearImmediate.bind(null, setImmediate(run)),
}

test('what is plugged in and out is told once, also in a folder that comes and goes', async () => {
  const byId = path.join(root, 'serial/by-id')
  watch = watchPlugs([root, byId], restless)
  const seen: PlugChange[] = []
  const told = Promise.withResolvers<true>()
  const names = (paths: readonly string[]) => paths.map((file) => path.relative(root, file))
  watch.onChange((change) => {
    seen.push(change)
    if (names(change.removed).includes('ttyUSB0')) told.resolve(true)
    else if (names(change.added).includes('serial/by-id/usb-A')) rmSync(path.join(root, 'ttyUSB0'))
    else if (names(change.added).includes('ttyUSB0')) {
      mkdirSync(byId, { recursive: true })
      writeFileSync(path.join(byId, 'usb-A'), '')
    }
  })
  // What is there at the first look was not plugged in.
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 1))
  writeFileSync(path.join(root, 'ttyUSB0'), '')
  await told.promise
  expect(seen.flatMap(({ added }) => names(added)).sort()).toEqual([
    'serial',
    'serial/by-id/usb-A',
    'ttyUSB0',
  ])
  expect(seen.flatMap(({ removed }) => names(removed))).toEqual(['ttyUSB0'])
})
