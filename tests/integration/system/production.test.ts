import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openStoreInABox } from '../../../src-main/cli/box/store-in-a-box.ts'
import { loadConfig } from '../../../src-main/config/load.ts'
import { hashPin } from '../../../src-main/config/pin.ts'
import type { ConfigInput } from '../../../src-main/config/schema.ts'
import { cleanUps } from './support/folders.ts'

const after = cleanUps()
const salt = new Uint8Array(16).fill(7)
afterAll(() => after.run())

function realShop(): ConfigInput {
  return {
    mode: 'production',
    laneId: 'lane-7',
    merchant: { name: 'Green Lane', addressLines: [] },
    hub: { url: 'https://hub.example' },
    devices: {
      printer: { address: 'serial:/dev/ttyS0' },
      scanner: { address: 'serial:/dev/ttyS1' },
      camera: { kind: 'renderer' },
    },
    staff: [{ id: 'li', name: 'Li', pinHash: hashPin('73915', salt) }],
  }
}

/** As `npm start` would with this file. */
async function startedWith(config: ConfigInput): Promise<unknown> {
  const dataDir = after.folder()
  const file = path.join(dataDir, 'shop.json')
  writeFileSync(file, JSON.stringify(config))
  const box = await openStoreInABox({
    dataDir,
    env: {},
    hubPort: 0,
    configFile: file,
    say: () => undefined,
  }).catch((thrown: unknown) => thrown)
  return box
}

describe('a production lane', () => {
  it('whose devices are real is allowed to start', () => {
    const file = path.join(after.folder(), 'shop.json')
    writeFileSync(file, JSON.stringify(realShop()))
    expect(loadConfig({ file, env: {}, dataDir: after.folder() })).toMatchObject({
      ok: true,
      value: { mode: 'production', bench: false },
    })
  })

  it.each([
    ['a replayed camera', 'camera', { camera: { kind: 'replay', path: 'visitor.mjpeg' } }],
    ['an emulated printer', 'printer', { printer: { address: 'emulated' } }],
    ['an emulated scanner', 'scanner', { scanner: { address: 'emulated' } }],
  ] as const)('refuses to start with %s, and names the key', async (_what, key, devices) => {
    const shop = realShop()
    const thrown = await startedWith({ ...shop, devices: { ...shop.devices, ...devices } })
    expect(thrown).toMatchObject({ code: 'config.invalid' })
    expect((thrown as Error).message).toContain(`devices.${key}`)
  })

  it('refuses the PIN of development', async () => {
    const shop = realShop()
    const staff = [{ id: 'li', name: 'Li', pinHash: hashPin('2468', salt) }]
    expect(await startedWith({ ...shop, staff })).toMatchObject({ code: 'config.invalid' })
  })
})
