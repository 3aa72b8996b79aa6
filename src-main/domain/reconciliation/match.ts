import type { Difference, DifferenceKind, Reconciliation, StatementLine } from '../../contract/day.ts'
import { sumMinor } from '../money/money.ts'

/**
 * How far a payment got in one book. `expected`: accepted offline, and this book does not know yet whether it was
 * charged; `open`: nobody knows.
 */
export type BookState = 'charged' | 'expected' | 'notCharged' | 'open'

interface Booked {
  readonly attemptKey: string
  readonly state: BookState
  /** After refunds; 0 unless charged or expected. */
  readonly netMinor: number
  readonly currency: string
}

/** A payment as a lane's journal tells it. */
export interface LanePayment extends Booked {
  readonly laneId: string
  readonly saleId: string
}

/** A payment as the hub's ledger tells it. Null where no provider was ever asked. */
export interface HubPayment extends Booked {
  readonly provider: string | null
  readonly providerKey: string | null
  readonly saleId: string | null
  readonly laneId: string
}

export interface Books {
  readonly lane: readonly LanePayment[]
  readonly hub: readonly HubPayment[]
  readonly statement: readonly StatementLine[]
  /** Providers whose statement this is; the others are not compared. */
  readonly statementOf: readonly string[]
}

/** Compares three books payment by payment, to the cent, and names everything in which two of them differ. */
export function reconcile(books: Books): Reconciliation {
  const lane = new Map(books.lane.map((payment) => [payment.attemptKey, payment]))
  const hub = new Map(books.hub.map((payment) => [payment.attemptKey, payment]))
  const statement = byKey(books.statement)
  const compared = books.hub.filter(
    ({ provider }) => provider !== null && books.statementOf.includes(provider),
  )
  const known = new Set(compared.map(({ providerKey }) => providerKey))
  const keys = new Set([...lane.keys(), ...hub.keys()])
  const laneHub = [...keys].flatMap((key) => betweenLaneAndHub(lane.get(key), hub.get(key)))
  const hubProvider = [
    ...compared.flatMap((payment) =>
      betweenHubAndProvider(payment, statement.get(payment.providerKey ?? '')),
    ),
    ...[...statement.values()].flatMap((account) => (known.has(account.providerKey) ? [] : unknown(account))),
  ]
  const open = [...keys].filter((key) => isOpen(lane.get(key), hub.get(key)))
  return {
    laneMinor: sums(books.lane.filter((payment) => counts(payment, hub.get(payment.attemptKey)))),
    hubMinor: sums(books.hub),
    providerMinor: sums([...statement.values()]),
    payments: keys.size,
    laneEqualsHub: laneHub.length === 0,
    hubEqualsProvider: hubProvider.length === 0,
    differences: [...laneHub, ...hubProvider],
    open: open.length,
    withoutStatement: withoutStatement(books),
  }
}

/** All that a provider says of one key. */
interface ProviderAccount {
  readonly provider: string
  readonly providerKey: string
  readonly currency: string
  readonly currencies: number
  readonly charges: number
  readonly netMinor: number
}

function byKey(lines: readonly StatementLine[]): Map<string, ProviderAccount> {
  const groups = Map.groupBy(lines, ({ providerKey }) => providerKey)
  return new Map([...groups].map(([key, group]) => [key, accountOf(key, group)]))
}

function accountOf(providerKey: string, lines: readonly StatementLine[]): ProviderAccount {
  const of = (kind: StatementLine['kind']) => lines.filter((line) => line.kind === kind)
  const [first] = lines
  return {
    providerKey,
    provider: first?.provider ?? '',
    currency: first?.currency ?? '',
    currencies: new Set(lines.map(({ currency }) => currency)).size,
    charges: of('charge').length,
    netMinor: sum([
      ...of('charge').map(({ amountMinor }) => amountMinor),
      ...[...of('refund'), ...of('cancel')].map(({ amountMinor }) => -amountMinor),
    ]),
  }
}

function betweenLaneAndHub(lane: LanePayment | undefined, hub: HubPayment | undefined): Difference[] {
  const name = (kind: DifferenceKind): Difference[] => [
    {
      kind,
      between: 'laneHub',
      attemptKey: lane?.attemptKey ?? hub?.attemptKey ?? null,
      providerKey: hub?.providerKey ?? null,
      saleId: lane?.saleId ?? hub?.saleId ?? null,
      laneId: lane?.laneId ?? hub?.laneId ?? null,
      provider: hub?.provider ?? null,
      currency: lane?.currency ?? hub?.currency ?? '',
      firstMinor: lane?.netMinor ?? 0,
      secondMinor: hub?.netMinor ?? 0,
    },
  ]
  if (hub === undefined) return lane?.state === 'charged' ? name('missingAtHub') : []
  if (lane === undefined) return hub.state === 'charged' ? name('notOnLane') : []
  if (lane.state === 'open' || hub.state === 'open') return []
  if (lane.state === 'expected' && hub.state !== 'charged') return []
  if (lane.state !== 'expected' && lane.state !== hub.state) return name('stateDiffers')
  if (hub.state === 'notCharged') return []
  if (lane.currency !== hub.currency) return name('currencyDiffers')
  return lane.netMinor === hub.netMinor ? [] : name('amountDiffers')
}

function betweenHubAndProvider(hub: HubPayment, account: ProviderAccount | undefined): Difference[] {
  const name = (kind: DifferenceKind): Difference[] => [
    {
      kind,
      between: 'hubProvider',
      attemptKey: hub.attemptKey,
      providerKey: hub.providerKey,
      saleId: hub.saleId,
      laneId: hub.laneId,
      provider: hub.provider,
      currency: hub.currency,
      firstMinor: hub.netMinor,
      secondMinor: account?.netMinor ?? 0,
    },
  ]
  if (hub.state === 'open') return []
  if (account === undefined) return hub.state === 'charged' ? name('missingAtProvider') : []
  if (account.charges > 1) return name('duplicated')
  if (hub.state === 'notCharged') return account.netMinor === 0 ? [] : name('stateDiffers')
  if (account.charges === 0) return name('missingAtProvider')
  if (account.currencies > 1 || account.currency !== hub.currency) return name('currencyDiffers')
  return account.netMinor === hub.netMinor ? [] : name('amountDiffers')
}

/** A charge that the hub never ordered. What was taken back under it already has harmed nobody. */
function unknown(account: ProviderAccount): Difference[] {
  if (account.netMinor === 0) return []
  return [
    {
      kind: 'unknownAtHub',
      between: 'hubProvider',
      attemptKey: null,
      providerKey: account.providerKey,
      saleId: null,
      laneId: null,
      provider: account.provider,
      currency: account.currency,
      firstMinor: 0,
      secondMinor: account.netMinor,
    },
  ]
}

/** What was accepted offline is money once the hub has charged it. */
function counts(lane: LanePayment, hub: HubPayment | undefined): boolean {
  return lane.state === 'charged' || (lane.state === 'expected' && hub?.state === 'charged')
}

function isOpen(lane: LanePayment | undefined, hub: HubPayment | undefined): boolean {
  return (
    hub?.state === 'open' || (hub === undefined && (lane?.state === 'open' || lane?.state === 'expected'))
  )
}

function withoutStatement({ hub, statementOf }: Books): string[] {
  const charged = hub.flatMap(({ provider, state }) =>
    provider !== null && state === 'charged' ? [provider] : [],
  )
  return [...new Set(charged)].filter((provider) => !statementOf.includes(provider)).toSorted()
}

function sums(amounts: readonly { currency: string; netMinor: number }[]): Record<string, number> {
  const byCurrency = Map.groupBy(amounts, ({ currency }) => currency)
  const totals = [...byCurrency].map(([currency, all]): [string, number] => [
    currency,
    sum(all.map(({ netMinor }) => netMinor)),
  ])
  return Object.fromEntries(totals.filter(([, total]) => total !== 0))
}

function sum(amounts: readonly number[]): number {
  const total = sumMinor(amounts)
  if (!total.ok) throw new Error('The sums of one day exceed what an amount can hold')
  return total.value
}
