import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../../src-main/config/load.ts'
import { challengeDemand } from '../../../src-main/domain/face/policy.ts'
import { profiles, type Profile } from '../../../src-main/contract/values.ts'

describe('when a challenge is asked for', () => {
  test('is the rule of the lane below an amount, and always from it on', () => {
    for (const demand of ['never', 'whenInDoubt', 'always'] as const) {
      expect(challengeDemand(99_999, { demand, fromMinor: 100_000 })).toBe(demand)
      expect(challengeDemand(100_000, { demand, fromMinor: 100_000 })).toBe('always')
    }
  })

  test.each(profiles)('follows from the profile: a %s lane', (profile: Profile) => {
    const scanner = profile === 'vending' ? null : { address: 'emulated' }
    const preset = { mode: 'development', profile, devices: { scanner } } as const
    const loaded = loadConfig({ env: {}, dataDir: '/nowhere', preset })
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error))
    expect(loaded.value.challenge.demand).toBe(profile === 'vending' ? 'always' : 'whenInDoubt')
    expect(loaded.value.lockOut.attacks).toBe(3)
  })
})
