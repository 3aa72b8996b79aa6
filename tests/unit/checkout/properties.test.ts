import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPayable } from '../../../src-main/domain/basket/reading.ts'
import { dueMinor } from '../../../src-main/domain/checkout/sale.ts'
import { createCheckoutMachine } from '../../../src-main/domain/checkout/machine.ts'
import type { CheckoutEffect, CheckoutInput, CheckoutState } from '../../../src-main/domain/checkout/state.ts'
import { anyInputs, defaults, everyInput } from './inputs.ts'

const machine = createCheckoutMachine(() => defaults)

interface Walk {
  readonly states: readonly CheckoutState[]
  readonly effects: readonly CheckoutEffect[]
}

function walk(inputs: readonly CheckoutInput[]): Walk {
  let state: CheckoutState = { kind: 'attract' }
  const states: CheckoutState[] = [state]
  const effects: CheckoutEffect[] = []
  for (const input of inputs) {
    const step = machine(state, input)
    state = step.state
    states.push(state)
    effects.push(...step.effects)
  }
  return { states, effects }
}

describe('whatever happens in whatever order', () => {
  it('reaches every state from the idle screen, so that what follows says something', () => {
    const reached = new Set<string>()
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        for (const state of walk(inputs).states) reached.add(state.kind)
      }),
      { numRuns: 20_000, seed: 7 },
    )
    expect([...reached].sort()).toEqual(
      [
        'approved',
        'attract',
        'authorising',
        'cancelled',
        'cash',
        'codeCapture',
        'confirm',
        'declined',
        'dispensing',
        'done',
        'faceCapture',
        'outOfOrder',
        'owing',
        'printing',
        'scanning',
        'secondFactor',
        'tenderChoice',
        'unknown',
        'voiding',
        'walletFace',
      ].sort(),
    )
  })

  it('money is asked for only for a payable basket, and never more than is due, but for a debt', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        for (const effect of walk(inputs).effects) {
          if (effect.type !== 'authorise') continue
          expect(isPayable(effect.sale.basket)).toBe(true)
          if (effect.attempt.owing === null)
            expect(effect.attempt.amountMinor).toBeLessThanOrEqual(dueMinor(effect.sale))
          expect(effect.attempt.amountMinor).toBeGreaterThan(0)
        }
      }),
      { numRuns: 5_000 },
    )
  })

  it('a sale is completed only by an attempt that was asked for, and the camera is never left on', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const { effects, states } = walk(inputs)
        let open = false
        let asked = false
        for (const effect of effects) {
          if (effect.type === 'startFaceCapture') open = true
          if (effect.type === 'stopFaceCapture') open = false
          if (effect.type === 'authorise' || effect.type === 'commitCash') asked = true
          if (effect.type !== 'completeSale') continue
          expect(asked).toBe(true)
          expect(dueMinor(effect.sale)).toBeLessThanOrEqual(0)
        }
        expect(open).toBe(states.at(-1)?.kind === 'faceCapture')
      }),
      { numRuns: 5_000 },
    )
  })

  it('a refused input changes nothing at all', () => {
    fc.assert(
      fc.property(anyInputs, fc.constantFrom(...everyInput), (inputs, last) => {
        const state = walk(inputs).states.at(-1)
        if (!state) return
        const step = machine(state, last)
        if (step.refused === undefined) return
        expect(step.state).toBe(state)
        expect(step.effects).toEqual([])
      }),
      { numRuns: 5_000 },
    )
  })

  it('never changes a state it was given', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        let state: CheckoutState = { kind: 'attract' }
        for (const input of inputs) {
          const before = structuredClone(state)
          const next: CheckoutState = machine(state, input).state
          expect(state).toEqual(before)
          state = next
        }
      }),
      { numRuns: 500 },
    )
  })
})
