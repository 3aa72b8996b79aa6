import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { diskUsage } from '../../bench/measures/disk-usage.ts'
import { percentile, spread } from '../../bench/measures/percentile.ts'
import { memoryOf, processTree } from '../../bench/measures/process-tree.ts'

describe('a percentile', () => {
  it('is the nearest rank: one of the values, never between two', () => {
    expect(percentile([40, 15, 35, 20, 50], 30)).toBe(20)
    expect(percentile([40, 15, 35, 20, 50], 100)).toBe(50)
    expect(spread([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual({ p50: 5, p95: 10 })
  })

  it('of nothing is not a number', () => {
    expect(percentile([], 50)).toBeNaN()
  })
})

describe('a process tree', () => {
  it('holds the processes that a process started, and their memory is more than nothing', async () => {
    const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'])
    try {
      await once(child.stdout, 'data')
      const tree = processTree(process.pid)
      expect(tree).toContain(child.pid)
      const memory = memoryOf([child.pid ?? 0])
      expect(memory.rssMb).toBeGreaterThan(10)
      expect(memory.pssMb).toBeLessThanOrEqual(memory.rssMb)
    } finally {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  })

  it('has no memory once it has ended', () => {
    expect(memoryOf([999_999_999])).toEqual({ rssMb: 0, pssMb: 0, processes: 1 })
  })
})

describe('disk usage', () => {
  it('counts a hard-linked file once, and a missing folder as nothing', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'facelane-usage-'))
    try {
      writeFileSync(path.join(folder, 'a'), Buffer.alloc(100_000))
      const once = diskUsage(folder)
      linkSync(path.join(folder, 'a'), path.join(folder, 'b'))
      expect(diskUsage(folder)).toBe(once)
      expect(once).toBeGreaterThanOrEqual(100_000)
      expect(diskUsage(path.join(folder, 'none'))).toBe(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
