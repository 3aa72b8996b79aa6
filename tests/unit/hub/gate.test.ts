import { describe, expect, it } from 'vitest'
import { createGate, TooBusy } from '../../../src-hub/http/gate.ts'

const limits = { running: 2, waiting: 3, retryAfterS: 2 }

function job() {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  return { work: () => promise, resolve, reject }
}

describe('the gate before the journal', () => {
  it('lets so many through at a time, and the others in the order in which they came', async () => {
    const gate = createGate(limits)
    const begun: number[] = []
    const jobs = Array.from({ length: 5 }, job)
    const done = jobs.map(({ work }, index) =>
      gate.pass(() => {
        begun.push(index)
        return work()
      }),
    )
    expect(begun).toEqual([0, 1])
    jobs[1]?.resolve(1)
    await done[1]
    expect(begun).toEqual([0, 1, 2])
    jobs[0]?.reject(new Error('failed'))
    await expect(done[0]).rejects.toThrow('failed')
    expect(begun).toEqual([0, 1, 2, 3])
    for (const { resolve } of jobs) resolve(0)
    await Promise.allSettled(done)
    expect(begun).toEqual([0, 1, 2, 3, 4])
  })

  it('turns away who comes when too many wait, and says when to come again', async () => {
    const gate = createGate(limits)
    const jobs = Array.from({ length: 5 }, job)
    const done = jobs.map(({ work }) => gate.pass(work))
    expect(() => gate.check()).toThrow(TooBusy)
    await expect(gate.pass(() => Promise.resolve(0))).rejects.toMatchObject({
      status: 503,
      code: 'hub.busy',
      retryAfterS: 2,
    })
    for (const { resolve } of jobs) resolve(0)
    await Promise.all(done)
    expect(await gate.pass(() => Promise.resolve(7))).toBe(7)
  })
  it('does nothing for who has gone while waiting, and lets the next one through', async () => {
    const gate = createGate({ running: 1, waiting: 2, retryAfterS: 2 })
    const first = job()
    const gone = new AbortController()
    let worked = false
    const done = [
      gate.pass(first.work),
      gate.pass(async () => (worked = true), gone.signal),
      gate.pass(async () => 'next', new AbortController().signal),
    ] as const
    gone.abort()
    first.resolve(1)
    await expect(done[1]).rejects.toThrow(TooBusy)
    expect([await done[0], await done[2], worked]).toEqual([1, 'next', false])
  })
})
