import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src-main/config/load.ts'
import type { ConfigInput } from '../../../src-main/config/schema.ts'

const load = (preset: ConfigInput) => loadConfig({ env: {}, dataDir: '/nowhere', preset })
const inDevelopment: ConfigInput = { mode: 'development', profile: 'vending' }

function problems(preset: ConfigInput): string[] {
  const loaded = load(preset)
  return loaded.ok ? [] : loaded.error.map(({ key }) => key)
}

describe('the configuration of a vending machine', () => {
  it('comes with a machine, its slots and a scanner in development, and takes payments only online', () => {
    const loaded = load(inDevelopment)
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error))
    const { devices, vending, offline, cash, challenge } = loaded.value
    expect(devices.vending).toEqual({ address: 'emulated', model: 'motor-board' })
    expect(devices.scanner).toEqual({ address: 'emulated' })
    expect(vending.slots[0]).toEqual({ slot: '11', sku: 'WATER-550', capacity: 5 })
    expect(offline.preference).toBe('REQUIRE_ONLINE')
    expect(challenge.demand).toBe('always')
    expect(cash.enabled).toBe(false)
  })

  it('lets the shop decide otherwise about payments without the hub', () => {
    const loaded = load({ ...inDevelopment, offline: { preference: 'PREFER_ONLINE' } })
    expect(loaded.ok && loaded.value.offline.preference).toBe('PREFER_ONLINE')
  })

  it.each<[string, ConfigInput]>([
    ['devices.vending', { devices: { vending: null } }],
    ['devices.vending.model', { devices: { vending: { model: 'qibixx' } } }],
    ['vending.slots', { vending: { slots: [] } }],
    ['cash.enabled', { cash: { enabled: true } }],
    ['tax.prices', { tax: { prices: 'exclusive' } }],
  ])('says what is wrong with %s', (key, over) => {
    expect(problems({ ...inDevelopment, ...over })).toEqual([key])
  })

  it.each([
    [[{ slot: '11', sku: 'A', capacity: 0 }]],
    [[{ slot: 'a1', sku: 'A', capacity: 1 }]],
    [[{ slot: 'NONE', sku: 'A', capacity: 1 }]],
    [
      [
        { slot: '11', sku: 'A', capacity: 1 },
        { slot: '11', sku: 'B', capacity: 1 },
      ],
    ],
  ])('refuses slots that cannot be: %j', (slots) => {
    expect(problems({ ...inDevelopment, vending: { slots } })).not.toEqual([])
  })

  it('asks for no machine on another lane', () => {
    expect(problems({ mode: 'development', profile: 'self-checkout' })).toEqual([])
  })
})
