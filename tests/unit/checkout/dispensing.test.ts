import { describe, expect, it } from 'vitest'
import { createCheckoutMachine, isInterruptible } from '../../../src-main/domain/checkout/machine.ts'
import type { CheckoutInput, CheckoutState, VendedSale } from '../../../src-main/domain/checkout/state.ts'
import { completed, defaults, everyInput, part, saleKeys, vend } from './inputs.ts'

const machine = createCheckoutMachine(() => defaults)
const vended: VendedSale = { ...completed, vend }
const dispensing: CheckoutState = { kind: 'dispensing', completed: vended }
const dropped = { ...vend, pieces: vend.pieces.map((piece) => ({ ...piece, state: 'dropped' as const })) }
const finished: CheckoutInput = { type: 'vendFinished', saleId: saleKeys.saleId, vend: dropped }

describe('a paid sale that a machine gives out', () => {
  it('is given out once it is written down, and before its paper', () => {
    const approved: CheckoutState = {
      kind: 'approved',
      tender: 'walletCode',
      sale: {
        ...saleKeys,
        language: 'en',
        basket: { currency: 'CNY', lines: [], nextLineId: 1 },
        paid: [part()],
        linkedTo: null,
        member: null,
      },
    }
    const committed = machine(approved, { type: 'saleCommitted', completed: vended })
    expect(committed).toEqual({
      state: dispensing,
      effects: [{ type: 'dispense', saleId: saleKeys.saleId }],
      notice: null,
    })
    const after = machine(dispensing, finished)
    expect(after.state).toEqual({ kind: 'printing', completed: { ...completed, vend: dropped } })
    expect(after.effects).toEqual([{ type: 'print', completed: { ...completed, vend: dropped }, copy: null }])
  })

  it('shows what becomes of each piece, also when the paper is out', () => {
    const progress: CheckoutInput = { type: 'vendProgressed', saleId: saleKeys.saleId, vend: dropped }
    const done: CheckoutState = { kind: 'done', completed: vended, paper: 'printed' }
    for (const state of [dispensing, done, { kind: 'printing', completed: vended } as const]) {
      expect(machine(state, progress)).toEqual({
        state: { ...state, completed: { ...completed, vend: dropped } },
        effects: [],
      })
    }
  })

  it('takes no news of another sale, no button and no failure of the lane for an end', () => {
    const others = everyInput.filter(({ type }) => type !== 'vendProgressed' && type !== 'vendFinished')
    for (const input of [...others, { ...finished, saleId: 'f'.repeat(32) }]) {
      expect(machine(dispensing, input).state).toEqual(dispensing)
    }
    expect(isInterruptible(dispensing)).toBe(false)
  })
})
