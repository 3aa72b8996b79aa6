import { describe, expect, it } from 'vitest'
import { createTurns } from '../../../src-hub/journal/turns.ts'

describe('turns', () => {
  it('go one by one and in order for a lane, and beside each other for two', async () => {
    const turns = createTurns()
    const done: string[] = []
    const first = Promise.withResolvers<null>()
    const work =
      (name: string, before: Promise<null> | null = null) =>
      async () => {
        await before
        done.push(name)
        return name
      }
    const all = [
      turns.take('lane-1', work('1a', first.promise)),
      turns.take('lane-1', work('1b')),
      turns.take('lane-1', work('1c')),
    ]
    expect(await turns.take('lane-2', work('2a'))).toBe('2a')
    expect(done).toEqual(['2a'])
    first.resolve(null)
    expect(await Promise.all(all)).toEqual(['1a', '1b', '1c'])
    expect(done).toEqual(['2a', '1a', '1b', '1c'])
  })

  it('go on after one that failed, whose own caller alone hears of it', async () => {
    const turns = createTurns()
    const failing = turns.take('lane-1', () => Promise.reject(new Error('the disk is full')))
    const next = turns.take('lane-1', async () => 'next')
    await expect(failing).rejects.toThrow('the disk is full')
    expect(await next).toBe('next')
    expect(await turns.take('lane-1', async () => 'later')).toBe('later')
  })
})
