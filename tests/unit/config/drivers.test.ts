import { describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../../src-main/config/describe.ts'
import { configuredAs } from '../../../src-main/config/drivers.ts'
import { loadConfig } from '../../../src-main/config/load.ts'
import type { ConfigInput } from '../../../src-main/config/schema.ts'
import { deviceOf } from '../../../src-main/devices/registry/port-functions.ts'

const load = (preset: ConfigInput, env = {}) =>
  loadConfig({ env, dataDir: 'nowhere', preset: { mode: 'development', ...preset } })
const problems = (preset: ConfigInput, env = {}): string[] => {
  const result = load(preset, env)
  return result.ok ? [] : result.error.map(({ key, message }) => `${key}: ${message}`)
}
const scale = { use: '@acme/scale', category: 'Scale' }

describe('drivers from packages in the configuration', () => {
  it('stand beside the devices, with whatever the package takes', () => {
    const result = load(
      {},
      { FACELANE_DRIVERS: JSON.stringify([{ ...scale, address: 'tcp://scale:1', pin: 'x' }]) },
    )
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    expect(result.value.drivers).toEqual([{ ...scale, address: 'tcp://scale:1', pin: 'x' }])
    expect(withoutSecrets(result.value).drivers).toEqual([scale])
  })

  it('may be the scanner of a lane', () => {
    expect(
      problems({ devices: { scanner: null }, drivers: [{ use: 'scans', category: 'Scanner' }] }),
    ).toEqual([])
  })

  it.each([
    [
      'twice for one device',
      [scale, { ...scale, use: 'other' }],
      {},
      'drivers.1.category: drivers.1.category',
    ],
    [
      'beside a configured device',
      [scale],
      { scale: { address: 'tcp://s:1', model: 'mt-sics' } },
      'devices.scale to null',
    ],
    ['for no category of ours', [{ use: 'x', category: 'Toaster' }], {}, 'drivers.0.category'],
    ['for a camera, which no package brings', [{ use: 'x', category: 'Camera' }], {}, 'drivers.0.category'],
    [
      'by a path instead of a name',
      [{ use: '../x.js', category: 'Scale' }],
      {},
      'is not the name of a package',
    ],
  ] as const)('are refused %s', (_what, drivers, devices, words) => {
    expect(problems({ drivers: [...drivers] as never, devices }).join()).toContain(words)
  })

  it('have a place in the configuration for exactly the categories that the lane takes from packages', () => {
    const places = Object.entries(configuredAs).map(([category, key]) => [category, key === null])
    expect(places).toEqual(Object.entries(deviceOf).map(([category, name]) => [category, name === null]))
  })
})

describe('a device on the connection of another one', () => {
  it('is refused without that one', () => {
    expect(problems({ devices: { printer: null, cashDrawer: { address: 'printer' } } }).join()).toContain(
      'devices.cashDrawer: ',
    )
    expect(problems({ devices: { toneIndicator: { address: 'lights' } } }).join()).toContain(
      'Configure the lamp',
    )
  })
})
