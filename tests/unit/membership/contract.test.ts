import { describe, expect, it } from 'vitest'
import {
  lookUpMemberRequestSchema,
  lookUpMemberResponseSchema,
  memberNumberSchema,
  saleMemberSchema,
} from '../../../src-main/contract/membership.ts'
import { testStripes } from '../../../drivers/msr/emulator/msr-emulator.ts'
import { testCards } from '../../../drivers/smart-card-rw/emulator/card-application.ts'

const member = {
  memberKey: '7'.repeat(32),
  maskedName: 'A**',
  maskedNumber: '****3456',
  pointsMinor: 0,
  earnPermille: 1000,
}

describe('what crosses between lane and hub about a card', () => {
  it('takes every number that the emulated readers read', () => {
    for (const number of [testStripes.member.track2, testCards.member.uid, testCards.member.file])
      expect(memberNumberSchema.safeParse(number).success, number).toBe(true)
  })

  it.each(['', '123', '8'.repeat(33), '8800 1234', '880012\n', '会员0001', "1234'"])(
    'refuses the number %j',
    (memberNumber) => {
      expect(lookUpMemberRequestSchema.safeParse({ memberNumber, currency: 'CNY' }).success).toBe(false)
    },
  )

  it.each([
    ['a whole number where the masked one belongs', { maskedNumber: '8800123456' }],
    ['points below nothing', { pointsMinor: -1 }],
    ['half a point', { pointsMinor: 0.5 }],
    ['more points than money', { earnPermille: 1001 }],
    ['an account number for a key', { memberKey: '42' }],
  ])('refuses a member with %s', (_what, wrong) => {
    const answer = (change: object) =>
      lookUpMemberResponseSchema.safeParse({ kind: 'member', member: { ...member, ...change } }).success
    expect(answer({})).toBe(true)
    expect(answer(wrong)).toBe(false)
  })

  it('refuses a sale that takes points away', () => {
    const of = (earnedMinor: number) =>
      saleMemberSchema.safeParse({ memberKey: member.memberKey, earnedMinor })
    expect(of(0).success).toBe(true)
    expect(of(-1).success).toBe(false)
  })
})
