import { describe, expect, test } from 'vitest'
import { BlockDealer } from '../../../src-main/face/gallery/dealer.ts'

const makeDealer = () => new BlockDealer(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }))

describe('the blocks of a search', () => {
  test('are dealt out once each, in order', () => {
    const dealer = makeDealer()
    dealer.begin(7)
    expect([dealer.next(7), dealer.next(7), dealer.next(7)]).toEqual([0, 1, 2])
  })

  test('are not taken by a thread that still has the search before in its hands', () => {
    const dealer = makeDealer()
    dealer.begin(7)
    dealer.next(7)
    dealer.begin(8)
    expect(dealer.next(7)).toBeNull()
    expect(dealer.next(8)).toBe(0)
  })
})
