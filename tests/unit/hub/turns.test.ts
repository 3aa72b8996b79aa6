import { describe, expect, it } from 'vitest'
import { createTurns } from '../../../src-hub/journal/turns.ts'

const nothing = async () => null

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
      turns.take('lane-1', 1, nothing, work('1a', first.promise)),
      turns.take('lane-1', 2, nothing, work('1b')),
      turns.take('lane-1', 3, nothing, work('1c')),
    ]
    expect(await turns.take('lane-2', 1, nothing, work('2a'))).toBe('2a')
    expect(done).toEqual(['2a'])
    first.resolve(null)
    expect(await Promise.all(all)).toEqual(['1a', '1b', '1c'])
    expect(done).toEqual(['2a', '1a', '1b', '1c'])
  })

  it('prepare beside each other, and whoever came out of order still goes in order', async () => {
    const turns = createTurns()
    const done: number[] = []
    const prepared: Record<number, PromiseWithResolvers<number>> = {}
    const take = (place: number) => {
      const preparing = (prepared[place] = Promise.withResolvers<number>())
      return turns.take(
        'lane-1',
        place,
        () => preparing.promise,
        async (value) => done.push(value),
      )
    }
    const all = [take(2), take(3), take(1)]
    prepared[3]?.resolve(3)
    prepared[2]?.resolve(2)
    await new Promise((resolve) => setImmediate(resolve))
    expect(done).toEqual([])
    prepared[1]?.resolve(1)
    await Promise.all(all)
    expect(done).toEqual([1, 2, 3])
  })

  it('go on after one that failed, in its preparation or its work, whose own caller alone hears of it', async () => {
    const turns = createTurns()
    const full = () => Promise.reject(new Error('the disk is full'))
    const unread = turns.take('lane-1', 1, full, async () => 'never')
    const failing = turns.take('lane-1', 2, nothing, full)
    const next = turns.take('lane-1', 3, nothing, async () => 'next')
    await expect(unread).rejects.toThrow('the disk is full')
    await expect(failing).rejects.toThrow('the disk is full')
    expect(await next).toBe('next')
    expect(await turns.take('lane-1', 4, nothing, async () => 'later')).toBe('later')
  })
})
