import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { staffRoles } from '../../../src-main/contract/shift.ts'
import { mayDo, mayOverride } from '../../../src-main/domain/staff/permissions.ts'
import { receiptOf } from '../../../src-main/domain/returns/receiptNumber.ts'

const role = fc.constantFrom(...staffRoles)
const price = fc.integer({ min: 0, max: 1_000_000 })

describe('what a role may do', () => {
  it('is what every higher role may do too, whatever the price', () => {
    fc.assert(
      fc.property(role, price, price, (who, from, to) => {
        const higher = staffRoles.slice(staffRoles.indexOf(who))
        if (mayOverride(who, from, to)) expect(higher.every((each) => mayOverride(each, from, to))).toBe(true)
      }),
    )
    expect(staffRoles.map((who) => mayDo(who, 'closeShift'))).toEqual([false, true, true])
    expect(staffRoles.map((who) => mayDo(who, 'returnGoods'))).toEqual([true, true, true])
  })

  it('is a tenth off for an attendant, half for a supervisor, anything for a manager', () => {
    expect(mayOverride('attendant', 1000, 900)).toBe(true)
    expect(mayOverride('attendant', 1000, 899)).toBe(false)
    expect(mayOverride('attendant', 1000, 1001)).toBe(false)
    expect(mayOverride('supervisor', 1000, 500)).toBe(true)
    expect(mayOverride('supervisor', 1000, 499)).toBe(false)
    expect(mayOverride('manager', 1000, 0)).toBe(true)
  })
})

describe('what staff scans or types', () => {
  const token = 'abcdef0123456789abcdef0123456789'
  it.each([
    [`http://192.168.1.20:7420/r/${token}`, { by: 'receiptToken', receiptToken: token }],
    [`https://shop.example/hub/r/${token}?look=2`, { by: 'receiptToken', receiptToken: token }],
    ['4A3F-91B2', { by: 'saleNumber', saleNumber: '4a3f91b2' }],
    [' 4a3f 91b2 ', { by: 'saleNumber', saleNumber: '4a3f91b2' }],
    ['4A3F-91B', null],
    ['6901234567892', null],
    [`http://shop.example/w/${token}`, null],
    ["'; DROP TABLE sale", null],
  ])('%j names %j', (text, request) => {
    expect(receiptOf(text)).toEqual(request)
  })
})
