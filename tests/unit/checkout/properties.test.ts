import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basketTotal, isPayable } from '../../../src-main/domain/basket/reading.ts'
import { createCheckoutMachine } from '../../../src-main/domain/checkout/machine.ts'
import type { CheckoutEffect, CheckoutInput, CheckoutState } from '../../../src-main/domain/checkout/state.ts'
import { anyInputs, everyInput } from './inputs.ts'

const machine = createCheckoutMachine(() => ({ currency: 'CNY', language: 'zh-CN' }))

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
        'codeCapture',
        'confirm',
        'declined',
        'done',
        'faceCapture',
        'outOfOrder',
        'printing',
        'scanning',
        'secondFactor',
        'tenderChoice',
        'unknown',
      ].sort(),
    )
  })

  it('money is asked for only for a payable basket, at exactly its total', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        for (const effect of walk(inputs).effects) {
          if (effect.type !== 'authorise') continue
          expect(isPayable(effect.sale.basket)).toBe(true)
          expect(effect.attempt.amountMinor).toBe(basketTotal(effect.sale.basket).amountMinor)
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
          if (effect.type === 'authorise') asked = true
          if (effect.type === 'completeSale') expect(asked).toBe(true)
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
