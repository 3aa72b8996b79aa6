import { cardPayer } from '../bank/terminal.ts'
import { saleNumber } from '../../../src-main/domain/receipt/figures.ts'
import type { Effect, RobotFact, RobotFactOf } from './facts.ts'

/** What the two logs outside the product say together. */
export interface Verdict {
  /** Visits in which goods were scanned. */
  readonly sales: number
  /** Shoppers who were told, on screen or paper, that they have paid. */
  readonly approved: number
  /** Visits from which money went to the merchant. */
  readonly charged: number
  /** Times money came back. */
  readonly refunded: number
  /** Told that they paid, and the merchant has less than that; or given back what nobody had paid. */
  readonly lost: number
  /** Told that they paid, and the merchant has more than that. */
  readonly duplicated: number
  /** Visits that never came to an end. */
  readonly stuck: number
  /** Money taken of somebody who was not told that they paid, or of nobody at all. */
  readonly orphanCharges: number
  readonly deferredExecuted: number
  readonly unknownResolved: number
  /** Charges by the book they stand in. */
  readonly chargesBy: Readonly<Record<'wallets' | 'cards' | 'points' | 'coupons', number>>
  /** For people: which visits, and why. */
  readonly findings: readonly string[]
}

interface Visit {
  readonly name: string
  readonly plan: RobotFactOf<'visit'>
  readonly saleIds: Set<string>
  readonly codes: Set<string>
  readonly coupons: Set<string>
  readonly amounts: Set<number>
  totalMinor: number
  /** Of what was paid, what lies in the drawer. */
  cashMinor: number
  paid: boolean
  deferred: boolean
  unknown: boolean
  ended: boolean
  /** Asked back for goods, and told to be given back. */
  askedBackMinor: number
  toldBackMinor: number
  netMinor: number
}

/** Judges a campaign by the robot's log and the provider's. Pure; the product is not asked. */
export function judge(facts: readonly RobotFact[], effects: readonly Effect[]): Verdict {
  const visits = visitsOf(facts)
  const findings: string[] = []
  const { nobodys, unearned } = attribute(visits, payersOf(facts), effects, findings)
  let lost = unearned
  let duplicated = 0
  let orphanCharges = nobodys
  let stuck = 0
  for (const visit of visits) {
    const dueMinor = dueOf(visit)
    const tell = (what: string) =>
      findings.push(
        `${what}: visit ${visit.name}, due ${dueMinor}, net ${visit.netMinor}, sale ${[...visit.saleIds].join(' ')}`,
      )
    if (!visit.ended) {
      stuck += 1
      tell('stuck')
    }
    if (visit.netMinor === dueMinor) continue
    if (visit.netMinor < dueMinor) {
      lost += 1
      tell('lost')
    } else if (visit.paid) {
      duplicated += 1
      tell('duplicated')
    } else {
      orphanCharges += 1
      tell('orphan charge')
    }
  }
  return {
    sales: visits.filter(({ saleIds }) => saleIds.size > 0).length,
    approved: visits.filter(({ paid }) => paid).length,
    charged: visits.filter(({ netMinor }) => netMinor > 0).length,
    refunded: effects.filter(({ kind }) => kind !== 'charge').length,
    lost,
    duplicated,
    stuck,
    orphanCharges,
    deferredExecuted: visits.filter(({ deferred, netMinor }) => deferred && netMinor > 0).length,
    unknownResolved: visits.filter(({ unknown, ended }) => unknown && ended).length,
    chargesBy: chargesBy(effects),
    findings,
  }
}

function chargesBy(effects: readonly Effect[]): Verdict['chargesBy'] {
  const charges = effects.filter(({ kind }) => kind === 'charge')
  const of = (prefix: string) => charges.filter(({ payer }) => payer?.startsWith(prefix) === true).length
  const own = { cards: of('card:'), points: of('points:'), coupons: of('coupon:') }
  return { wallets: charges.length - own.cards - own.points - own.coupons, ...own }
}

/** What the merchant must have in the end. A return that nobody was told the end of may have been carried out or not. */
function dueOf({ paid, totalMinor, cashMinor, askedBackMinor, toldBackMinor, netMinor }: Visit): number {
  if (!paid) return 0
  const dueMinor = totalMinor - cashMinor - toldBackMinor
  const wasAsked = toldBackMinor === 0 && askedBackMinor > 0
  return wasAsked && netMinor === dueMinor - askedBackMinor ? netMinor : dueMinor
}

/** By person: what the books call them. */
function payersOf(facts: readonly RobotFact[]): ReadonlyMap<number, readonly string[]> {
  return new Map(
    facts.flatMap((fact) => (fact.fact === 'person' ? [[fact.person, fact.payers] as const] : [])),
  )
}

function visitsOf(facts: readonly RobotFact[]): Visit[] {
  const visits = new Map<string, Visit>()
  const papers = new Set(facts.flatMap((fact) => (fact.fact === 'paper' ? fact.saleNumbers : [])))
  for (const fact of facts) {
    if (fact.fact === 'person' || fact.fact === 'paper' || fact.fact === 'kill') continue
    const name = `${fact.lane}/${fact.visit}`
    if (fact.fact === 'visit') visits.set(name, newVisit(name, fact))
    const visit = visits.get(name)
    if (visit === undefined) throw new Error(`The robot's log has no beginning of visit ${name}`)
    take(visit, fact)
  }
  for (const visit of visits.values()) {
    // Whoever holds the receipt was told, even if the screen died before it could say so.
    if ([...visit.saleIds].some((saleId) => papers.has(saleNumber(saleId)))) visit.paid = true
  }
  return [...visits.values()]
}

function newVisit(name: string, plan: RobotFactOf<'visit'>): Visit {
  return {
    name,
    plan,
    saleIds: new Set(),
    codes: new Set(),
    coupons: new Set(),
    amounts: new Set(),
    totalMinor: 0,
    cashMinor: 0,
    paid: false,
    deferred: false,
    unknown: false,
    ended: false,
    askedBackMinor: 0,
    toldBackMinor: 0,
    netMinor: 0,
  }
}

function take(visit: Visit, fact: RobotFact): void {
  switch (fact.fact) {
    case 'act':
      if (fact.codeSha256 !== undefined) visit.codes.add(fact.codeSha256)
      if (fact.coupon !== undefined) visit.coupons.add(fact.coupon)
      if (fact.totalMinor !== undefined) visit.amounts.add(fact.totalMinor)
      if (fact.askedMinor) visit.amounts.add(fact.askedMinor)
      return
    case 'screen':
      if (fact.saleId !== null) {
        visit.saleIds.add(fact.saleId)
        visit.totalMinor = Math.max(visit.totalMinor, fact.totalMinor)
        visit.amounts.add(fact.totalMinor)
        if (fact.dueMinor !== undefined) visit.amounts.add(fact.dueMinor)
        visit.cashMinor = cashOf(fact)
        visit.deferred ||= fact.paid.some(({ mode }) => mode === 'deferred')
      }
      if (fact.screen === 'unknown') visit.unknown = true
      if (fact.told === 'paid' && fact.sale !== undefined && visit.saleIds.has(fact.sale)) {
        visit.paid = true
        if (fact.mode === 'deferred') visit.deferred = true
      }
      return
    case 'back':
      if (fact.state === 'told') visit.toldBackMinor = fact.amountMinor
      else visit.askedBackMinor = fact.amountMinor
      return
    case 'end':
      visit.ended = fact.end !== 'brokenOff'
      return
    case 'visit':
    case 'answer':
    case 'person':
    case 'paper':
    case 'kill':
      return
  }
}

function cashOf({ paid }: RobotFactOf<'screen'>): number {
  const cash = paid.filter(({ tender }) => tender === 'cash')
  return cash.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
}

/**
 * Whose money each effect is: the code or coupon that paid was shown in one visit only, and one person, or one lane's card
 * terminal, never takes the same amount twice. The product's own keys are not looked at, for they may be what is wrong.
 * Counts charges that are nobody's, and money given back of no charge.
 */
function attribute(
  visits: readonly Visit[],
  payers: ReadonlyMap<number, readonly string[]>,
  effects: readonly Effect[],
  findings: string[],
): { nobodys: number; unearned: number } {
  const byCode = new Map(visits.flatMap((visit) => [...visit.codes].map((code) => [code, visit] as const)))
  const byCoupon = new Map(
    visits.flatMap((visit) => [...visit.coupons].map((coupon) => [coupon, visit] as const)),
  )
  const byAmount = new Map(
    visits.flatMap((visit) => {
      const names = [...(payers.get(visit.plan.person) ?? []), cardPayer(visit.plan.lane)]
      return names.flatMap((name) =>
        [...visit.amounts].map((amount) => [`${name} ${amount}`, visit] as const),
      )
    }),
  )
  const trades = new Map<string, Visit | null>()
  let nobodys = 0
  let unearned = 0
  for (const effect of effects) {
    if (effect.kind === 'charge') {
      const visit =
        (effect.codeSha256 === null ? undefined : byCode.get(effect.codeSha256)) ??
        (effect.payer === null ? undefined : byCoupon.get(effect.payer)) ??
        byAmount.get(`${effect.payer} ${effect.amountMinor}`)
      if (visit === undefined) {
        nobodys += 1
        findings.push(`orphan charge: ${effect.trade}, ${effect.amountMinor}, of no visit`)
        trades.set(effect.trade, null)
        continue
      }
      trades.set(effect.trade, visit)
      visit.netMinor += effect.amountMinor
    } else {
      const visit = trades.get(effect.trade)
      if (visit === undefined) {
        unearned += 1
        findings.push(`lost: ${effect.trade}, ${effect.amountMinor} given back, and nobody was charged`)
      } else if (visit !== null) visit.netMinor -= effect.amountMinor
    }
  }
  return { nobodys, unearned }
}
