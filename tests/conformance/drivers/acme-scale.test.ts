import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { scaleConformance, type ScaleRig } from '../../../drivers/kit/scale.ts'
import { systemDriverClock } from '../../../drivers/port/clock.ts'
import type { ScalePort } from '../../../drivers/scale/scale-port.ts'
import { emulateAcmeScale } from '../../../fixtures/drivers/acme-scale/emulator.js'
import { loadDriverPackage } from '../../../src-main/devices/registry/driver-package.ts'

const name = '@acme/facelane-scale'
const source = path.resolve(import.meta.dirname, '../../../fixtures/drivers/acme-scale')
let dataDir = ''

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'facelane-acme-'))
  await cp(source, path.join(dataDir, 'node_modules', name), { recursive: true })
})
afterAll(() => rm(dataDir, { recursive: true }))

/** The package as its user has it: in `node_modules` of the lane's data folder, loaded by name. */
async function rig(): Promise<ScaleRig> {
  const scale = await emulateAcmeScale()
  scale.put(500)
  const loaded = await loadDriverPackage(
    { use: name, category: 'Scale', config: { address: scale.address } },
    dataDir,
  )
  // The manifest says Scale, and the loader has looked for a scale's functions.
  const driver = () => loaded.create('scale', systemDriverClock) as ScalePort
  return {
    device: driver(),
    rival: driver,
    put: (grams, how = 'resting') => scale.put(grams, how === 'resting' ? 'S' : 'M'),
    mute: () => scale.mute(),
    unplug: () => scale.unplug(),
    replug: () => scale.replug(),
    close: () => scale.close(),
  }
}

describe('a scale driven by a package of somebody else', () => {
  scaleConformance(rig)
})
