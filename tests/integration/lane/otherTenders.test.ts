import { describe, expect, it } from 'vitest'
import type { LaneEvent, LaneEventOf, LaneEventType } from '../../../src-main/contract/events.ts'
import type { CardOutcome, CardTerminalPort } from '../../../src-main/ports/cardTerminal.ts'
import { confirm, toTenders } from './support/paths.ts'
import { cardApproval } from './support/scripted-terminal.ts'
import { journalOf } from './support/stores.ts'
import { manyTenders } from './support/tenders.ts'
import { enrolled, match, settings, walletCode, world, type World } from './support/world.ts'

const of = <T extends LaneEventType>(w: World, type: T): LaneEventOf<T>[] =>
  journalOf(w.store).filter((event: LaneEvent): event is LaneEventOf<T> => event.type === type)

const debt = { recoveryKey: '9'.repeat(32), amountMinor: 1_240, currency: 'CNY', atMs: Date.UTC(2026, 4, 29) }

function owes(w: World): string {
  const subjectKey = enrolled(w)
  const accountId = w.store.subject(subjectKey)?.accountId ?? ''
  const { recoveryKey, ...owed } = debt
  w.store.transact((tx) => {
    tx.putFaceTender({ accountId, blocked: true, recoveryKey, owed }, 0)
  })
  return subjectKey
}

describe('somebody who owes for an earlier purchase', () => {
  it('is told only after "this is me", and can pay it by code; the basket is still to be paid', async () => {
    const w = await world(manyTenders)
    const subjectKey = owes(w)
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(match(subjectKey))
    expect(w.screen()).toBe('confirm')
    await confirm(w)
    expect(w.view().screen).toMatchObject({ kind: 'owing', owing: debt })
    expect(w.hub.requests).toEqual([])
    await w.do({ type: 'recovery:pay' })
    await w.scan(walletCode)
    expect(w.hub.requests).toMatchObject([
      { amountMinor: 1_240, saleId: debt.recoveryKey, recoveryKey: debt.recoveryKey },
    ])
    expect(w.view()).toMatchObject({
      screen: { kind: 'tenderChoice' },
      notice: { code: 'debtPaid', amountMinor: 1_240 },
      basket: { dueMinor: 1_200, paid: [] },
    })
    await w.scan(walletCode)
    expect(of(w, 'sale.completed')[0]?.payments).toHaveLength(1)
  })

  it('may pay this purchase another way without paying the debt', async () => {
    const w = await world(manyTenders)
    const subjectKey = owes(w)
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(match(subjectKey))
    await confirm(w)
    await w.do({ type: 'checkout:back' })
    await w.scan(walletCode)
    expect(w.screen()).toBe('done')
  })

  it('defers nothing while the hub is away, however small', async () => {
    const w = await world(manyTenders)
    const subjectKey = owes(w)
    w.hubState = 'offline'
    w.hub.down = true
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(match(subjectKey))
    await confirm(w)
    expect(w.screen()).toBe('owing')
    expect(await w.do({ type: 'recovery:pay' })).toEqual({ kind: 'accepted' })
    expect(w.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, notice: { code: 'hubNeeded' } })
    expect(w.store.attemptsInState(['deferred'])).toEqual([])
  })
})

describe('a leased allowance', () => {
  const strict = { ...manyTenders, offline: { ...settings.offline, allowanceRequired: true } }

  async function offer(w: World, subjectKey: string): Promise<string> {
    w.hubState = 'offline'
    w.hub.down = true
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    await w.look(match(subjectKey))
    return w.screen()
  }

  function lease(w: World, subjectKey: string, amountMinor: number): void {
    const accountId = w.store.subject(subjectKey)?.accountId ?? ''
    const expiresAtMs = w.clock.nowMs() + 3_600_000
    w.store.transact((tx) => {
      tx.putAllowance({ leaseKey: '7'.repeat(32), accountId, currency: 'CNY', amountMinor, expiresAtMs }, 0)
    })
  }

  it('lets its identity pay offline up to its sum, and no further', async () => {
    const w = await world(strict)
    const subjectKey = enrolled(w)
    lease(w, subjectKey, 1_200)
    expect(await offer(w, subjectKey)).toBe('confirm')
    await confirm(w)
    expect(w.view().screen).toMatchObject({ kind: 'done', mode: 'deferred' })
    expect(await offer(w, subjectKey)).toBe('tenderChoice')
    expect(w.view().notice).toEqual({ code: 'hubNeeded' })
  })

  it('is needed: without one the identity needs the hub', async () => {
    const w = await world(strict)
    expect(await offer(w, enrolled(w))).toBe('tenderChoice')
  })

  it('ends with its time', async () => {
    const w = await world(strict)
    const subjectKey = enrolled(w)
    lease(w, subjectKey, 50_000)
    await w.clock.advance(3_600_000)
    expect(await offer(w, subjectKey)).toBe('tenderChoice')
  })
})

const approval = { ...cardApproval, approvedMinor: 1_200 }

/** A terminal whose answers the test gives, and which remembers what it took back. */
function scriptedTerminal(answers: CardOutcome[]): CardTerminalPort & { readonly reversed: string[] } {
  const reversed: string[] = []
  const next = (): Promise<CardOutcome> =>
    Promise.resolve(answers.shift() ?? { kind: 'declined', reason: 'notSent', nativeCode: '00' })
  return {
    reversed,
    availability: () => 'ready',
    onAvailability: () => () => undefined,
    authorise: (_request, call) => {
      call?.onPrompt?.('enterPin')
      return next()
    },
    recover: next,
    reverse: (attemptKey) => {
      reversed.push(attemptKey)
      return Promise.resolve({ kind: 'done', traceNumber: 18 })
    },
    refund: () => Promise.resolve({ kind: 'refused', nativeCode: '83' }),
  }
}

describe('a card at the lane’s terminal', () => {
  it('pays without the hub, and only the masked number is kept', async () => {
    const terminal = scriptedTerminal([{ kind: 'approved', approval }])
    const w = await world(manyTenders, terminal)
    w.hubState = 'offline'
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'card' })
    expect(w.screen()).toBe('done')
    expect(of(w, 'payment.attempted')).toMatchObject([{ mode: 'local', instrument: { kind: 'card' } }])
    expect(of(w, 'sale.completed')[0]?.payments).toMatchObject([
      { tender: 'card', card: { maskedPan: '****4771', scheme: 'girocard', traceNumber: 17 } },
    ])
    expect(w.hub.calls).toEqual([])
  })

  it('is asked what became of it, never assumed', async () => {
    const failure = { code: 'card.noAnswer', attempted: 'x', remedy: 'retry', message: 'x' } as const
    const unknown: CardOutcome = { kind: 'unknown', failure }
    const terminal = scriptedTerminal([unknown, unknown, unknown, { kind: 'approved', approval }])
    const w = await world(manyTenders, terminal)
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'card' })
    expect(w.view().screen).toMatchObject({ kind: 'unknown', phase: 'querying' })
    await w.powerCut()
    expect(w.screen()).toBe('unknown')
    await w.clock.advance(5_000)
    expect(w.screen()).toBe('done')
  })

  it('is taken back at the terminal when the sale is left', async () => {
    const approvedPart = { kind: 'approved', approval: { ...approval, approvedMinor: 700 } } as const
    const terminal = scriptedTerminal([approvedPart, approvedPart])
    const w = await world(manyTenders, terminal)
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'card' })
    expect(w.view().basket.dueMinor).toBe(500)
    await w.do({ type: 'checkout:cancel' })
    await w.clock.advance(5_000)
    expect(w.screen()).toBe('attract')
    expect(terminal.reversed).toHaveLength(1)
  })
})

describe('the face device of a wallet', () => {
  it('looks by itself; its token goes to the hub and is kept nowhere', async () => {
    const token = 'ftoken-secret-1'
    const look = () => Promise.resolve({ kind: 'seen', token } as const)
    const w = await world(manyTenders, null, [{ wallet: 'alipay', look }])
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'walletFace', wallet: 'alipay' })
    expect(w.screen()).toBe('done')
    expect(w.hub.requests).toMatchObject([{ instrument: { kind: 'walletFace', wallet: 'alipay', token } }])
    expect(JSON.stringify([w.view(), journalOf(w.store), w.log.lines])).not.toContain(token)
  })

  it('leads back to the choice when the shopper leaves it, and is stopped by "another way"', async () => {
    let stopped = false
    const look = ({ signal }: { signal: AbortSignal }) =>
      new Promise<never>(() => {
        signal.addEventListener('abort', () => (stopped = true))
      })
    const w = await world(manyTenders, null, [{ wallet: 'alipay', look }])
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'walletFace', wallet: 'alipay' })
    expect(w.view().screen).toEqual({ kind: 'walletFace', wallet: 'alipay' })
    await w.do({ type: 'checkout:back' })
    expect([w.screen(), stopped]).toEqual(['tenderChoice', true])
  })
})
