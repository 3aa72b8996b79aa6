import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { quickPatches, sabotagePatches, type Patch } from '../../chaos/hooks/patches.ts'

const root = path.resolve(import.meta.dirname, '..', '..', '..')

function applyAll(patches: readonly Patch[]): void {
  const sources = new Map<string, string>()
  for (const { file, apply } of patches) {
    const before = sources.get(file) ?? readFileSync(path.join(root, file), 'utf8')
    const after = apply(before)
    expect(after).not.toBe(before)
    sources.set(file, after)
  }
}

describe('what the campaign reads differently', () => {
  it('finds every place of its short timetable in the product', () => {
    applyAll(quickPatches)
  })

  it.each(Object.entries(sabotagePatches))('finds every place it breaks for %s', (_rule, patches) => {
    expect(patches.length).toBeGreaterThan(0)
    applyAll(patches)
  })
})
