import { afterEach, describe, expect, test } from 'vitest'
import {
  emulateTerminal,
  type EmulatedTerminal,
  type EmulateTerminalOptions,
} from '../../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import type { CardPrompt } from '../../../src-main/ports/cardTerminal.ts'
import { folderHolds, openStore, temporaryFolder } from '../lane/support/stores.ts'
import { certain, clock, openTill, random, ready, until, type Till } from './setUp.ts'

const open: { till: Till; terminal: EmulatedTerminal }[] = []
afterEach(async () => {
  for (const { till, terminal } of open.splice(0)) {
    await till.close()
    await terminal.close()
  }
})

async function lane(options: EmulateTerminalOptions = {}, transactionLimitMs = 5000) {
  const folder = temporaryFolder()
  const terminal = await emulateTerminal({ autoCard: { id: 'girocard', afterMs: 0 }, bootMs: 40, ...options })
  const store = openStore(folder, clock)
  const till = openTill(store, terminal.address, transactionLimitMs)
  open.push({ till, terminal })
  await ready(till.cards)
  return { folder, terminal, store, till, cards: till.cards }
}

const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
const payment = (amountMinor: number) => ({
  attemptKey: random.key(),
  saleId: random.key(),
  amount: euros(amountMinor),
})

describe('a card payment', () => {
  test('is charged once and kept before it is told; asked again it is the same', async () => {
    const { terminal, store, cards } = await lane()
    const prompts: CardPrompt[] = []
    const request = payment(2040)
    const outcome = await cards.authorise(request, { onPrompt: (prompt) => prompts.push(prompt) })
    expect(outcome).toMatchObject({
      kind: 'approved',
      approval: { approvedMinor: 2040, maskedPan: '****0472', scheme: 'girocard', traceNumber: 1 },
    })
    expect(store.cardCall(request.attemptKey)?.outcome).toEqual(outcome)
    expect(await cards.recover(request.attemptKey)).toEqual(outcome)
    expect(await cards.authorise(request)).toEqual(outcome)
    expect(prompts).toEqual(['presentCard', 'enterPin', 'authorising'])
    expect(terminal.charges()).toHaveLength(1)
  })

  test('leaves no card number in the data folder, whole or cut, though the terminal sends it in clear', async () => {
    const { folder, cards } = await lane()
    await cards.authorise(payment(2040))
    expect(folderHolds(folder, '****0472')).toBe(true)
    expect(folderHolds(folder, '672000000000000')).toBe(false)
    expect(folderHolds(folder, Buffer.from('6720000000000000', 'hex'))).toBe(false)
  })

  test.each([
    ['noFunds', { kind: 'declined', reason: 'insufficientFunds', nativeCode: '51' }],
    ['expired', { kind: 'declined', reason: 'cardExpired', nativeCode: '78' }],
    ['unreadable', { kind: 'declined', reason: 'cardUnreadable', nativeCode: '64' }],
  ])('with a card that is %s is declined for good', async (id, expected) => {
    const { cards, terminal } = await lane({ autoCard: { id, afterMs: 0 } })
    const request = payment(500)
    expect(await cards.authorise(request)).toEqual(expected)
    expect(await cards.recover(request.attemptKey)).toEqual(expected)
    expect(terminal.charges()).toEqual([])
  })

  test('that the shopper or the till breaks off is cancelled and charges nothing', async () => {
    const { cards, terminal } = await lane({ autoCard: undefined })
    const stop = new AbortController()
    const paying = cards.authorise(payment(500), { signal: stop.signal })
    await until(() => terminal.state().screen === 'presentCard')
    expect(cards.availability()).toBe('busy')
    expect(await cards.authorise(payment(700))).toMatchObject({ kind: 'declined', reason: 'notSent' })
    stop.abort()
    expect(await paying).toEqual({ kind: 'cancelled' })
    expect(terminal.charges()).toEqual([])
  })

  test('of a part leaves the rest to be paid otherwise', async () => {
    const { cards, terminal } = await lane()
    terminal.approveAtMost(1500)
    expect(await cards.authorise(payment(2040))).toMatchObject({ approval: { approvedMinor: 1500 } })
  })

  test('without a terminal is not sent, and is offered again when one is plugged in', async () => {
    const { cards, terminal } = await lane()
    const seen: string[] = []
    cards.onAvailability((availability) => seen.push(availability))
    await terminal.unplug()
    await until(() => cards.availability() === 'lost')
    expect(await cards.authorise(payment(500))).toMatchObject({ reason: 'notSent' })
    await terminal.replug()
    await ready(cards)
    expect(await cards.authorise(payment(500))).toMatchObject({ kind: 'approved' })
    expect(new Set(seen)).toEqual(new Set(['lost', 'busy', 'ready']))
  })

  test('of a key that never reached the terminal was not sent', async () => {
    const { cards } = await lane()
    expect(await cards.recover(random.key())).toMatchObject({ kind: 'declined', reason: 'notSent' })
  })
})

describe('a card payment whose answer is lost', () => {
  test.each(['linkAfterCharge', 'powerAfterCharge', 'silent', 'statusOnly', 'linkBeforeCharge'] as const)(
    'by %s is unknown, then found by its newer trace number and paid once',
    async (fault) => {
      const { cards, terminal } = await lane({}, 500)
      await cards.authorise(payment(2040))
      terminal.setFault(fault)
      const request = payment(2040)
      const outcome = await cards.authorise(request)
      expect(outcome.kind).toBe('unknown')
      expect(await certain(cards, request.attemptKey)).toMatchObject({
        kind: 'approved',
        approval: { traceNumber: 2, approvedMinor: 2040 },
      })
      expect(terminal.netMinor()).toBe(4080)
    },
  )

  test('by a power cut before the charge is not confused with the equal amount of the shopper before', async () => {
    const { cards, terminal } = await lane({}, 500)
    await cards.authorise(payment(2040))
    terminal.setFault('powerBeforeCharge')
    const request = payment(2040)
    expect((await cards.authorise(request)).kind).toBe('unknown')
    expect(await certain(cards, request.attemptKey)).toEqual({ kind: 'cancelled' })
    expect(terminal.netMinor()).toBe(2040)
  })

  test('keeps every other payment away until it is settled', async () => {
    const { cards, terminal, store } = await lane({}, 300)
    terminal.setFault('silent')
    const doubtful = payment(2040)
    expect((await cards.authorise(doubtful)).kind).toBe('unknown')
    await terminal.unplug()
    await until(() => cards.availability() === 'lost')
    expect(await cards.authorise(payment(300))).toMatchObject({ reason: 'notSent' })
    await terminal.replug()
    await ready(cards)
    expect(await cards.authorise(payment(300))).toMatchObject({
      kind: 'approved',
      approval: { traceNumber: 2 },
    })
    expect(store.cardCall(doubtful.attemptKey)?.outcome).toMatchObject({
      kind: 'approved',
      approval: { traceNumber: 1 },
    })
    expect(terminal.netMinor()).toBe(2340)
  })

  test('stays unknown when another till booked another amount meanwhile: that is for staff', async () => {
    const { cards, terminal, store, till } = await lane({}, 300)
    terminal.setFault('powerBeforeCharge')
    const request = payment(2040)
    expect((await cards.authorise(request)).kind).toBe('unknown')
    await till.close()
    await until(() => terminal.state().screen === 'idle')
    const other = openTill(openStore(temporaryFolder(), clock), terminal.address)
    await ready(other.cards)
    await other.cards.authorise(payment(990))
    await other.close()
    const again = openTill(store, terminal.address)
    open.push({ till: again, terminal })
    await ready(again.cards)
    expect(await again.cards.recover(request.attemptKey)).toMatchObject({
      kind: 'unknown',
      failure: { code: 'card.outcomeUnknown', remedy: 'staff' },
    })
  })
})

describe('taking back and paying back', () => {
  test('a reversal gives the money back once, however often it is asked for', async () => {
    const { cards, terminal } = await lane()
    const request = payment(2040)
    await cards.authorise(request)
    expect(await cards.reverse(request.attemptKey)).toMatchObject({ kind: 'done', traceNumber: 2 })
    expect(await cards.reverse(request.attemptKey)).toMatchObject({ kind: 'done' })
    expect(await cards.recover(request.attemptKey)).toEqual({ kind: 'cancelled' })
    expect(terminal.netMinor()).toBe(0)
  })

  test.each([
    'linkAfterCharge',
    'powerAfterCharge',
    'silent',
    'powerBeforeCharge',
    'linkBeforeCharge',
  ] as const)('a reversal cut by %s is finished and gives the money back once', async (fault) => {
    const { cards, terminal } = await lane({}, 400)
    const request = payment(2040)
    await cards.authorise(request)
    terminal.setFault(fault)
    let reversal = await cards.reverse(request.attemptKey)
    while (reversal.kind === 'unknown') {
      await new Promise((resolve) => setTimeout(resolve, 20))
      reversal = await cards.reverse(request.attemptKey)
    }
    expect(reversal.kind).toBe('done')
    expect(terminal.netMinor()).toBe(0)
    expect(terminal.charges().filter(({ kind }) => kind === 'reversal')).toHaveLength(1)
  })

  test('what was never approved is not taken back', async () => {
    const { cards } = await lane({ autoCard: { id: 'noFunds', afterMs: 0 } })
    const request = payment(2040)
    await cards.authorise(request)
    expect(await cards.reverse(request.attemptKey)).toMatchObject({ kind: 'refused' })
    expect(await cards.reverse(random.key())).toMatchObject({ kind: 'refused' })
  })

  test('a refund is paid once by its key, and refused by a terminal without refunds', async () => {
    const { cards, terminal } = await lane()
    const refundKey = random.key()
    expect(await cards.refund({ refundKey, amount: euros(250) })).toMatchObject({ kind: 'done' })
    expect(await cards.refund({ refundKey, amount: euros(250) })).toMatchObject({ kind: 'done' })
    expect(terminal.netMinor()).toBe(-250)
    const without = await lane({ refunds: false })
    expect(await without.cards.refund({ refundKey: random.key(), amount: euros(250) })).toEqual({
      kind: 'refused',
      nativeCode: '83',
    })
  })
})
