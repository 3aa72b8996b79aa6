import { describe, expect, it } from 'vitest'
import { maskName, maskPhone, phoneLast4 } from '../../../src-hub/providers/wallet/masks.ts'

describe('masks', () => {
  it.each([
    ['王小明', '*小明'],
    ['李雷', '*雷'],
    ['王', '*'],
    ['Ann Lee', 'A** L**'],
    ['  Zoë   van Dijk ', 'Z** v** D**'],
    ['👩‍👩‍👧 Fam', '👩‍👩‍👧** F**'],
  ])('show %j as %j', (name, masked) => {
    expect(maskName(name)).toBe(masked)
  })

  it.each([
    ['13800135678', '138****5678', '5678'],
    ['+8613800135678', '861****5678', '5678'],
    ['5551234', '****1234', '1234'],
  ])('show the phone number %s as %s', (phone, masked, last4) => {
    expect(maskPhone(phone)).toBe(masked)
    expect(phoneLast4(phone)).toBe(last4)
  })
})
