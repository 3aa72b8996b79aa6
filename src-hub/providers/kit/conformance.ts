import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { DeclineReason } from '../../../src-main/contract/payment.ts'
import type { Transaction } from '../../store/database.ts'
import { believable } from '../package-answers.ts'
import type { MoneyBack, Payer, PaymentProvider, ProviderAnswer, ProviderOrder } from '../port.ts'

/** What a rig can make happen to the next payment; a provider on the hub's own ledger has no wire to lose. */
export const faults = [
  'loseReply',
  'buyerPays',
  'buyerRefuses',
  'buyerNeverAnswers',
  'garbage',
  'unsure',
] as const
export type Fault = (typeof faults)[number]

/** What the provider's own books say about one charge, counted where the money is and not in its answers. */
export interface Standing {
  readonly charges: number
  readonly chargedMinor: number
  readonly returnedMinor: number
}

/** One provider over books of its own, ready to be charged. */
export interface ProviderRig {
  readonly provider: PaymentProvider
  /** Runs a call as the hub does: in a transaction where the ledger is the hub's. */
  call<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** A payer who can pay `amountMinor`; another one, or another code, each time. */
  payer(amountMinor: number): Promise<Payer>
  /** The same provider as a hub has it that was killed and started again. */
  reopened(): Promise<PaymentProvider>
  standing(chargeKey: string): Promise<Standing>
  /** The next payment meets this. */
  arrange(fault: Fault): Promise<void>
  /** Time goes by, for the provider and whoever is behind it. */
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

export interface DeclineCase {
  readonly reason: DeclineReason
  readonly when: string
  /** Prepares it and says who pays what. */
  arrange(
    rig: ProviderRig,
  ): Promise<{ readonly payer: Payer; readonly amountMinor: number; readonly currency?: string }>
}

export interface ConformanceSubject {
  readonly name: string
  readonly ledger: PaymentProvider['ledger']
  readonly currency: string
  /** The faults its rig can make. */
  readonly faults: readonly Fault[]
  /** Why the others cannot happen to it; stands in the titles of what is not run. */
  readonly whyNoOthers: string
  readonly declines: readonly DeclineCase[]
  make(): Promise<ProviderRig>
}

const amountMinor = 1000

/**
 * The promises of `PaymentProvider`, as tests. Call it from a vitest file of yours; each test makes a rig of its own and
 * closes it.
 */
export function providerConformance(subject: ConformanceSubject): void {
  const rigs: ProviderRig[] = []
  const rigged = async (): Promise<ProviderRig> => {
    const rig = await subject.make()
    rigs.push(rig)
    return rig
  }
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.close()
  })
  const outside = subject.ledger === 'outside'
  const only = (can: boolean, title: string) => (can ? title : `${title} [not run: ${subject.whyNoOthers}]`)
  const outsideOnly = (title: string, run: (rig: ProviderRig) => Promise<void>) => {
    const why = ' [not run: the row lock of the hub keeps this for its own ledger]'
    test.skipIf(!outside)(outside ? title : `${title}${why}`, async () => run(await rigged()))
  }
  const withFault = (fault: Fault, title: string, run: (rig: ProviderRig) => Promise<void>) => {
    const can = subject.faults.includes(fault)
    test.skipIf(!can)(only(can, title), async () => {
      const rig = await rigged()
      await rig.arrange(fault)
      await run(rig)
    })
  }

  describe(`provider ${subject.name}`, () => {
    test('declares what it can do, and a timetable that ends', async () => {
      const { provider } = await rigged()
      const { firstQueryMs, everyMs, patienceMs, cancelNotBeforeMs } = provider.timetable
      expect(provider.name).toMatch(/^[a-z0-9][a-z0-9-]{0,31}$/)
      expect(provider.ledger).toBe(subject.ledger)
      expect(everyMs).toBeGreaterThan(0)
      expect(patienceMs).toBeGreaterThanOrEqual(firstQueryMs)
      expect(patienceMs).toBeGreaterThanOrEqual(cancelNotBeforeMs)
    })

    test('has never seen a key that nobody charged', async () => {
      const rig = await rigged()
      const order = newOrder(subject, await rig.payer(amountMinor))
      expect(await ask(rig, order)).toBeNull()
    })

    test('charges one key once, and answers its repetition with the first answer', async () => {
      const rig = await rigged()
      const order = newOrder(subject, await rig.payer(amountMinor))
      const first = await pay(rig, order)
      expect(first).toMatchObject({ kind: 'approved', approvedMinor: amountMinor })
      // What is outside may be sent the same order again; the hub asks its own ledger first.
      const again = outside ? await pay(rig, order) : await ask(rig, order)
      expect(again).toEqual(first)
      expect(await rig.standing(order.providerKey)).toEqual(charged(amountMinor))
    })

    outsideOnly('charges one key once when five orders arrive at the same time', async (rig) => {
      const order = newOrder(subject, await rig.payer(amountMinor))
      const answers = await Promise.all(Array.from({ length: 5 }, () => pay(rig, order)))
      expect(answers.every(({ kind }) => kind !== 'declined')).toBe(true)
      expect(await rig.standing(order.providerKey)).toEqual(charged(amountMinor))
    })

    test('knows after a crash between the charge and its record what was charged', async () => {
      const rig = await rigged()
      const order = newOrder(subject, await rig.payer(amountMinor))
      const first = await pay(rig, order)
      const reopened = await rig.reopened()
      expect(await rig.call((tx) => reopened.query(tx, later(order)))).toEqual(first)
      expect(await rig.standing(order.providerKey)).toEqual(charged(amountMinor))
    })

    outsideOnly('neither charges nor gives back a second time after a restart', async (rig) => {
      const order = newOrder(subject, await rig.payer(amountMinor))
      await pay(rig, order)
      await giveBack(rig, order, 'a', 300)
      const reopened = await rig.reopened()
      expect(await pay(rig, order, reopened)).toMatchObject({
        kind: 'approved',
        approvedMinor: amountMinor,
      })
      expect(await giveBack(rig, order, 'a', 300, reopened)).toMatchObject({ kind: 'done' })
      expect(await giveBack(rig, order, 'b', 701, reopened)).toMatchObject({ kind: 'refused' })
      expect(await rig.standing(order.providerKey)).toEqual({ ...charged(amountMinor), returnedMinor: 300 })
    })

    outsideOnly(
      'charges the next try of an attempt under its own key, when the try before was cancelled',
      async (rig) => {
        const order = newOrder(subject, await rig.payer(amountMinor))
        await pay(rig, order)
        await rig.pass(rig.provider.timetable.cancelNotBeforeMs)
        await takeBack(rig, order, amountMinor)
        const payer = await rig.payer(amountMinor)
        const next = { ...order, providerKey: `${order.attemptKey}-2`, payer }
        expect(await pay(rig, next)).toMatchObject({ kind: 'approved', approvedMinor: amountMinor })
        expect(await rig.standing(next.providerKey)).toEqual(charged(amountMinor))
        expect(await rig.standing(order.providerKey)).toEqual({
          ...charged(amountMinor),
          returnedMinor: amountMinor,
        })
      },
    )

    test('says when it was given up, as pending and not as an exception', async () => {
      const rig = await rigged()
      const order = { ...newOrder(subject, await rig.payer(amountMinor)), signal: AbortSignal.abort() }
      const answer = await pay(rig, order)
      expect(['approved', 'pending']).toContain(answer.kind)
    })

    withFault('loseReply', 'does not know after a lost reply, and learns by asking', async (rig) => {
      const order = newOrder(subject, await rig.payer(amountMinor))
      expect(await pay(rig, order)).toMatchObject({ kind: 'pending' })
      expect(await ask(rig, order)).toMatchObject({ kind: 'approved', approvedMinor: amountMinor })
      expect(await rig.standing(order.providerKey)).toEqual(charged(amountMinor))
    })

    withFault('garbage', 'takes garbage for no answer, never for an approval or a refusal', async (rig) => {
      const order = newOrder(subject, await rig.payer(amountMinor))
      expect(await pay(rig, order)).toMatchObject({ kind: 'pending' })
      expect(await ask(rig, order)).toMatchObject({ kind: 'approved' })
      expect(await rig.standing(order.providerKey)).toEqual(charged(amountMinor))
    })

    withFault('unsure', 'takes "we do not know" for pending, and learns by asking', async (rig) => {
      const order = newOrder(subject, await rig.payer(amountMinor))
      expect(await pay(rig, order)).toMatchObject({ kind: 'pending' })
      expect(await ask(rig, order)).toMatchObject({ kind: 'approved' })
    })

    withFault(
      'buyerPays',
      'is pending while the buyer is asked, and approved when the buyer paid',
      async (rig) => {
        const order = newOrder(subject, await rig.payer(amountMinor))
        const pending = await pay(rig, order)
        expect(pending).toMatchObject({ kind: 'pending' })
        expect(await ask(rig, order)).toMatchObject({ kind: 'pending' })
        await rig.pass(60_000)
        expect(await ask(rig, order)).toMatchObject({ kind: 'approved', approvedMinor: amountMinor })
        expect(await rig.standing(order.providerKey)).toEqual(charged(amountMinor))
      },
    )

    withFault('buyerRefuses', 'is declined when the buyer who was asked refuses', async (rig) => {
      const order = newOrder(subject, await rig.payer(amountMinor))
      expect(await pay(rig, order)).toMatchObject({ kind: 'pending' })
      await rig.pass(60_000)
      expect(await ask(rig, order)).toMatchObject({ kind: 'declined' })
      expect(await rig.standing(order.providerKey)).toEqual(charged(0))
    })

    withFault(
      'buyerNeverAnswers',
      'can be cancelled while the buyer is asked, and is not charged after',
      async (rig) => {
        const order = newOrder(subject, await rig.payer(amountMinor))
        expect(await pay(rig, order)).toMatchObject({ kind: 'pending' })
        await rig.pass(rig.provider.timetable.cancelNotBeforeMs)
        expect(await takeBack(rig, order, amountMinor)).toMatchObject({ kind: 'done' })
        expect(await ask(rig, order)).toMatchObject({ kind: 'declined' })
        expect(await rig.standing(order.providerKey)).toEqual(charged(0))
      },
    )

    test('closes a key it has never seen', async () => {
      const rig = await rigged()
      const order = newOrder(subject, await rig.payer(amountMinor))
      expect(await takeBack(rig, order, amountMinor)).toMatchObject({ kind: 'done' })
      expect(await rig.standing(order.providerKey)).toEqual(charged(0))
    })

    outsideOnly('does not charge a key that was cancelled before it arrived', async (rig) => {
      const order = newOrder(subject, await rig.payer(amountMinor))
      await takeBack(rig, order, amountMinor)
      expect(await pay(rig, order)).toMatchObject({ kind: 'declined' })
      expect(await rig.standing(order.providerKey)).toEqual(charged(0))
    })

    outsideOnly('does not charge after a restart what was cancelled before it', async (rig) => {
      const order = newOrder(subject, await rig.payer(amountMinor))
      await takeBack(rig, order, amountMinor)
      expect(await pay(rig, order, await rig.reopened())).toMatchObject({ kind: 'declined' })
      expect(await rig.standing(order.providerKey)).toEqual(charged(0))
    })

    outsideOnly(
      'never says of a cancelled charge that it stands, and gives nothing more of it back',
      async (rig) => {
        const order = newOrder(subject, await rig.payer(amountMinor))
        await pay(rig, order)
        await rig.pass(rig.provider.timetable.cancelNotBeforeMs)
        await takeBack(rig, order, amountMinor)
        expect(await ask(rig, order)).toMatchObject({ kind: 'declined' })
        expect(await pay(rig, order)).toMatchObject({ kind: 'declined' })
        expect(await giveBack(rig, order, 'a', 1)).toMatchObject({ kind: 'refused' })
        expect(await rig.standing(order.providerKey)).toEqual({
          ...charged(amountMinor),
          returnedMinor: amountMinor,
        })
      },
    )

    test('gives a cancelled charge back whole, once, however often it is asked', async () => {
      const rig = await rigged()
      const order = newOrder(subject, await rig.payer(amountMinor))
      await pay(rig, order)
      await rig.pass(rig.provider.timetable.cancelNotBeforeMs)
      for (let time = 0; time < 3; time++) {
        expect(await takeBack(rig, order, amountMinor)).toMatchObject({ kind: 'done' })
      }
      expect(await rig.standing(order.providerKey)).toEqual({
        ...charged(amountMinor),
        returnedMinor: amountMinor,
      })
    })

    test('gives parts back, each refund key once', async () => {
      const rig = await rigged()
      const order = newOrder(subject, await rig.payer(amountMinor))
      await pay(rig, order)
      for (const [key, part] of [
        ['a', 300],
        ['a', 300],
        ['b', 500],
        ['b', 500],
      ] as const) {
        expect(await giveBack(rig, order, key, part)).toMatchObject({ kind: 'done' })
      }
      expect(await rig.standing(order.providerKey)).toEqual({ ...charged(amountMinor), returnedMinor: 800 })
    })

    outsideOnly(
      'gives back once under one refund key when five orders arrive at the same time',
      async (rig) => {
        const order = newOrder(subject, await rig.payer(amountMinor))
        await pay(rig, order)
        await Promise.all(Array.from({ length: 5 }, () => giveBack(rig, order, 'a', 300)))
        expect(await rig.standing(order.providerKey)).toEqual({ ...charged(amountMinor), returnedMinor: 300 })
      },
    )

    outsideOnly('gives nothing back of what was never charged', async (rig) => {
      const order = newOrder(subject, await rig.payer(amountMinor))
      expect(await giveBack(rig, order, 'a', 1)).toMatchObject({ kind: 'refused' })
      expect(await rig.standing(order.providerKey)).toEqual(charged(0))
    })

    outsideOnly('never gives back more than was paid', async (rig) => {
      const order = newOrder(subject, await rig.payer(amountMinor))
      await pay(rig, order)
      expect(await giveBack(rig, order, 'a', 900)).toMatchObject({ kind: 'done' })
      expect(await giveBack(rig, order, 'b', 101)).toMatchObject({ kind: 'refused' })
      expect(await giveBack(rig, order, 'c', 100)).toMatchObject({ kind: 'done' })
      expect(await giveBack(rig, order, 'd', 1)).toMatchObject({ kind: 'refused' })
      expect(await rig.standing(order.providerKey)).toEqual({
        ...charged(amountMinor),
        returnedMinor: amountMinor,
      })
    })

    test('gives back what is left when a charge is cancelled of which a part was refunded', async () => {
      const rig = await rigged()
      const order = newOrder(subject, await rig.payer(amountMinor))
      await pay(rig, order)
      await giveBack(rig, order, 'a', 250)
      await rig.pass(rig.provider.timetable.cancelNotBeforeMs)
      for (let time = 0; time < 2; time++) {
        expect(await takeBack(rig, order, 750)).toMatchObject({ kind: 'done' })
      }
      expect(await rig.standing(order.providerKey)).toEqual({
        ...charged(amountMinor),
        returnedMinor: amountMinor,
      })
    })

    test.each(subject.declines)(
      'declines as $reason when $when, and charges nothing',
      async ({ reason, arrange }) => {
        const rig = await rigged()
        const { payer, amountMinor: asked, currency } = await arrange(rig)
        const order = {
          ...newOrder(subject, payer),
          amountMinor: asked,
          ...(currency === undefined ? {} : { currency }),
        }
        expect(await pay(rig, order)).toMatchObject({ kind: 'declined', reason })
        expect((await ask(rig, order))?.kind ?? 'neverSeen').toMatch(/^(?:declined|neverSeen)$/)
        expect(await rig.standing(order.providerKey)).toEqual(charged(0))
      },
    )
  })
}

function charged(minor: number): Standing {
  return { charges: minor === 0 ? 0 : 1, chargedMinor: minor, returnedMinor: 0 }
}

function newOrder(subject: ConformanceSubject, payer: Payer): ProviderOrder {
  const attemptKey = randomBytes(16).toString('hex')
  return {
    providerKey: `${attemptKey}-1`,
    attemptKey,
    laneId: 'lane-1',
    saleId: randomBytes(16).toString('hex'),
    amountMinor,
    currency: subject.currency,
    payer,
    atMs: Date.now(),
    signal: AbortSignal.timeout(10_000),
  }
}

/** The order as every later call has it: what was worth money is gone. */
function later(order: ProviderOrder): ProviderOrder {
  const { payer } = order
  if (payer.kind === 'code') return { ...order, payer: { ...payer, code: null } }
  return payer.kind === 'faceToken' ? { ...order, payer: { ...payer, token: null } } : order
}

function pay(rig: ProviderRig, order: ProviderOrder, provider = rig.provider): Promise<ProviderAnswer> {
  return rig.call((tx) => asTheHubHears(provider).authorise(tx, order))
}

function ask(rig: ProviderRig, order: ProviderOrder): Promise<ProviderAnswer | null> {
  return rig.call((tx) => asTheHubHears(rig.provider).query(tx, later(order)))
}

function takeBack(rig: ProviderRig, order: ProviderOrder, restMinor: number) {
  const back = moneyBack(order, `${order.attemptKey}-void`, restMinor)
  return rig.call((tx) => asTheHubHears(rig.provider).cancel(tx, back))
}

function giveBack(
  rig: ProviderRig,
  order: ProviderOrder,
  name: string,
  partMinor: number,
  provider = rig.provider,
) {
  const key = `${order.attemptKey}-refund-${name.repeat(32)}`
  return rig.call((tx) => asTheHubHears(provider).refund(tx, moneyBack(order, key, partMinor)))
}

/** An answer that has not the port's form is `nonsense`, and counts as none. */
function asTheHubHears(provider: PaymentProvider): PaymentProvider {
  return provider.ledger === 'outside' ? believable(provider) : provider
}

function moneyBack(order: ProviderOrder, providerKey: string, backMinor: number): MoneyBack {
  const { providerKey: chargeKey, attemptKey, amountMinor: chargedMinor, currency } = order
  const signal = AbortSignal.timeout(10_000)
  return {
    chargeKey,
    providerKey,
    attemptKey,
    amountMinor: backMinor,
    chargedMinor,
    currency,
    atMs: Date.now(),
    signal,
  }
}
