import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { answerOf, facelane } from './run.ts'

describe('npm run demo', () => {
  it('holds from the enrolment to the drained journal, and says so in one object', async () => {
    const ran = await facelane(['demo', '--json'])
    const answer = answerOf(ran) as { receiptPng: string; purchases: { totalMinor: number }[] }
    expect(answer).toMatchObject({
      ok: true,
      purchases: [
        { tender: 'face', currency: 'CNY', online: true },
        { tender: 'face', currency: 'CNY', online: false },
      ],
      refusals: [
        { shown: 'bruno', refused: true, outcome: 'noMatch' },
        { shown: 'print-attack', refused: true, outcome: 'attack' },
      ],
      charged: answer.purchases.reduce((sum, { totalMinor }) => sum + totalMinor, 0),
    })
    expect(existsSync(answer.receiptPng)).toBe(true)
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain('All of it held')
  })
})
