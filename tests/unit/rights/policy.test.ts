import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { jurisdictions, rightsPolicySchema } from '../../../src-main/contract/rights.ts'
import { deletionDueAtMs, retentionBorderMs, rightsPolicy } from '../../../src-main/domain/rights/policy.ts'

const folder = fileURLToPath(new URL('../../../src-main/domain/rights/policies', import.meta.url))
const dayMs = 86_400_000
const all = jurisdictions.map(rightsPolicy)

describe('the policies of the jurisdictions', () => {
  it('are one checked file each, with their sources and the warning that they are no legal advice', () => {
    const files = readdirSync(folder)
    expect(files.sort()).toEqual(jurisdictions.map((id) => `${id.toLowerCase()}.json`).sort())
    for (const file of files) {
      const policy = rightsPolicySchema.parse(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')))
      expect(rightsPolicy(policy.jurisdiction)).toEqual(policy)
      expect(policy.notLegalAdvice).toContain('not legal advice')
    }
  })

  it('stay within what the laws name: fourteen in China, three years in Illinois, a month in the Union', () => {
    expect(rightsPolicy('CN').guardianBelowYears).toBe(14)
    expect(rightsPolicy('US-IL').retention.unusedDays).toBeLessThanOrEqual(3 * 365)
    expect(rightsPolicy('US-IL').writtenRelease).toBe(true)
    expect(rightsPolicy('EU').duties.exportWithinDays).toBeLessThanOrEqual(30)
  })

  it('have a default that is the strictest of them in every point', () => {
    const strictest = rightsPolicy('default')
    for (const policy of all) {
      expect(strictest.guardianBelowYears).toBeGreaterThanOrEqual(policy.guardianBelowYears)
      expect(strictest.retention.unusedDays).toBeLessThanOrEqual(policy.retention.unusedDays)
      expect(strictest.duties.deleteWithinDays).toBeLessThanOrEqual(policy.duties.deleteWithinDays)
      expect(strictest.duties.exportWithinDays).toBeLessThanOrEqual(policy.duties.exportWithinDays)
      for (const flag of ['alternativeFirst', 'writtenRelease', 'retentionSchedule'] as const) {
        expect(strictest[flag] || !policy[flag], flag).toBe(true)
      }
    }
  })

  it('count their days in whole days from the moment itself', () => {
    const policy = rightsPolicy('EU')
    expect(retentionBorderMs(policy, 1_000 * dayMs)).toBe((1_000 - policy.retention.unusedDays) * dayMs)
    expect(deletionDueAtMs(policy, 5)).toBe(5 + policy.duties.deleteWithinDays * dayMs)
  })
})
