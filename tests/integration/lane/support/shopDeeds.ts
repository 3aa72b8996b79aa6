import { Failure } from '../../../../src-main/contract/failure.ts'
import type { LaneCommand } from '../../../../src-main/contract/laneCommand.ts'
import { fiscalDeskWithoutDevice } from '../../../../src-main/fiscal/no-device.ts'
import type { FiscalDeskPort } from '../../../../src-main/ports/fiscal.ts'
import { hear } from './hear.ts'
import type { CardFate, ScriptedTerminal } from './scripted-terminal.ts'
import type { ShopHub } from './shopHub.ts'
import { payCash, payCoupon } from './tenders.ts'
import { match, staffPin, tea, walletCode, type World } from './world.ts'

/** One lane with everything that can go wrong around it. */
export interface Shop {
  readonly w: World
  readonly hub: ShopHub
  readonly terminal: ScriptedTerminal
  readonly subjectKey: string
  readonly signing: Signing
  /** Its process is as good as dead: nothing it does reaches the disk or the hub any more. */
  dead: boolean
}

/** How long a signature takes, and whether the device is out. */
export interface Signing {
  delayMs: number
  out: boolean
}

/** A desk that the law of this country wants and whose device takes its time. */
export function slowFiscal(clock: () => World['clock'], signing: Signing): () => FiscalDeskPort {
  return () => ({
    ...fiscalDeskWithoutDevice(),
    status: () => ({ state: signing.out ? 'outage' : 'ready', reason: null, sinceMs: null, owed: 0 }),
    maySell: () => !signing.out,
    seal: () => new Promise((done) => clock().after(signing.delayMs, () => done(null))),
  })
}

/** Staff at work: what waits for the fiscal device is not waited for. */
async function staffDo({ w }: Shop, ...commands: LaneCommand[]): Promise<void> {
  await w.do({ type: 'staff:open' })
  await w.do({ type: 'staff:enter', pin: staffPin })
  for (const command of commands) {
    void w.lane.command(command)
    await w.clock.advance(300)
  }
  await w.do({ type: 'staff:close' })
}

const override = (unitPriceMinor: number) =>
  [
    { type: 'override:begin' },
    { type: 'override:set', lineId: 1, unitPriceMinor, reason: 'damaged' },
  ] as const

/** So many pieces of the last sale's first line. */
async function takeBack({ w }: Shop, pieces: number): Promise<void> {
  const saleId = w.store.lastSaleId()
  const found = saleId === null ? null : await w.returns.find({ by: 'saleId', saleId })
  const [line] = found?.ok === true ? found.value.sale.lines : []
  if (found?.ok !== true || line === undefined) return
  const lines = [{ lineId: line.lineId, quantity: { kind: 'each' as const, count: pieces } }]
  w.returns.order({ found: found.value, lines, reason: 'faulty', staffId: 'staff-1' }).catch(onlyFullDisk)
}

function onlyFullDisk(thrown: unknown): void {
  if (!(thrown instanceof Failure)) throw thrown
}

async function confirmShown({ w }: Shop): Promise<void> {
  const { screen, basket } = w.view()
  if (screen.kind !== 'confirm') return
  await w.do({ type: 'payment:confirm', saleId: basket.saleId ?? '', totalMinor: screen.amountMinor })
}

/** After so many more commits the process is gone: what they allow never happens. */
function dieAfter(shop: Shop, commits: number): void {
  let left = commits
  const { store, hub } = shop.w
  store.afterCommit = () => {
    left -= 1
    if (left > 0) return
    store.full = true
    hub.down = true
    shop.dead = true
  }
}

/** The lane comes up again after `dieAfter`. */
export async function revive(shop: Shop): Promise<void> {
  if (!shop.dead) return
  shop.dead = false
  await shop.w.powerCut()
  shop.hub.down = shop.w.hubState === 'offline'
}

/** The journal travels, and what the hub makes of it is heard. */
export function sync({ w, hub }: Shop): void {
  if (hub.down) return
  const entries = w.store.journal.pending({ maxEntries: 100_000, maxBytes: 100_000_000 })
  hub.take(entries)
  const last = entries.at(-1)
  if (last !== undefined) w.store.journal.acknowledge(last.header)
  try {
    hear(hub, w.store, w.clock)
  } catch (thrown) {
    onlyFullDisk(thrown)
  }
}

const choose = (command: Omit<Extract<LaneCommand, { type: 'tender:choose' }>, 'type'>) => (shop: Shop) =>
  shop.w.do({ type: 'tender:choose', ...command })
const nextCard = (fate: CardFate) => (shop: Shop) => void shop.terminal.fates.push(fate)
const scanTeas = (shop: Shop, pieces: number) =>
  shop.w.scan(...Array.from({ length: pieces }, () => tea.barcodes[0] ?? ''))

/** What shoppers, staff and the world do to the shop. */
export const shopDeeds: Readonly<Record<string, (shop: Shop) => unknown>> = {
  scansTea: (shop) => scanTeas(shop, 1),
  scansThree: (shop) => scanTeas(shop, 3),
  pays: ({ w }) => w.do({ type: 'checkout:pay' }),
  showsCode: ({ w }) => w.scan(walletCode),
  paysPartByCode: async (shop) => {
    await choose({ tender: 'walletCode', amountMinor: 400 })(shop)
    await shop.w.scan(walletCode)
  },
  choosesFace: choose({ tender: 'face' }),
  choosesFaceForPart: choose({ tender: 'face', amountMinor: 400 }),
  choosesPoints: choose({ tender: 'points' }),
  looks: ({ w, subjectKey }) => (w.capture.use() === 'identify' ? w.look(match(subjectKey)) : undefined),
  confirms: confirmShown,
  paysByCard: choose({ tender: 'card' }),
  paysPartByCard: choose({ tender: 'card', amountMinor: 400 }),
  cardHoldsLittle: nextCard('partly'),
  cardIsDeclined: nextCard('decline'),
  cardAnswerIsLost: nextCard('lost'),
  cardDeclineIsLost: nextCard('lostDeclined'),
  cardIsNotReversed: ({ terminal }) => void (terminal.refusals = 1),
  showsCoupon: ({ w }) => payCoupon(w, 300),
  paysCash: ({ w }) => (w.screen() === 'tenderChoice' ? payCash(w, 20_000) : undefined),
  paysSomeCash: ({ w }) => (w.screen() === 'tenderChoice' ? payCash(w, 200) : undefined),
  walletHoldsLittle: ({ hub }) => void (hub.holdsMinor = 150),
  walletHoldsMuch: ({ hub }) => void (hub.holdsMinor = Infinity),
  cancels: ({ w }) => w.do({ type: 'checkout:cancel' }),
  goesBack: ({ w }) => w.do({ type: 'checkout:back' }),
  finishes: ({ w }) => w.do({ type: 'session:finish' }),
  staffHelps: ({ w }) => w.staff('helped'),
  staffApproves: ({ w }) => w.staff('approved'),
  staffRefuses: ({ w }) => w.staff('refused'),
  staffLowersPrice: (shop) => staffDo(shop, ...override(777)),
  staffGivesAway: (shop) => staffDo(shop, ...override(0)),
  staffVoidsLast: (shop) => staffDo(shop, { type: 'return:voidLast' }),
  bringsOneBack: (shop) => takeBack(shop, 1),
  bringsThreeBack: (shop) => takeBack(shop, 3),
  returnsAreFollowed: ({ w }) => void w.returns.followUp(),
  waitsABit: ({ w }) => w.clock.advance(3_000),
  waits: ({ w }) => w.clock.advance(25_000),
  waitsLong: ({ w }) => w.clock.advance(130_000),
  hubGoes: ({ w, hub }) => {
    hub.down = true
    w.hubState = 'offline'
  },
  hubVanishes: ({ hub }) => void (hub.down = true),
  hubIsBack: ({ w, hub }) => {
    hub.down = false
    w.hubState = 'online'
    void w.payments.followUp()
    void w.returns.followUp()
  },
  walletDeclines: ({ hub }) => void (hub.declines = 'insufficientFunds'),
  walletApproves: ({ hub }) => void (hub.declines = null),
  syncs: sync,
  diskFills: ({ w }) => void (w.store.commitsLeft = 2),
  diskIsFull: ({ w }) => void (w.store.commitsLeft = 0),
  diskHasRoom: ({ w }) => {
    w.store.commitsLeft = null
    w.store.full = false
  },
  diesWithNextCommit: (shop) => dieAfter(shop, 1),
  diesAfterTwoCommits: (shop) => dieAfter(shop, 2),
  diesAfterFourCommits: (shop) => dieAfter(shop, 4),
  signaturesAreSlow: ({ signing }) => void (signing.delayMs = 10_000),
  signaturesAreQuick: ({ signing }) => void (signing.delayMs = 100),
  signaturesAreOut: ({ signing }) => void (signing.out = true),
  signaturesAreBack: ({ signing }) => void (signing.out = false),
  powerGoes: ({ w }) => w.powerCut(),
  restarts: ({ w }) => w.restart(),
}

const byFace = ['looks', 'confirms']
/** Parts of usual visits: pure chance would hardly ever pay. */
export const shopVisits: readonly (readonly string[])[] = [
  ['scansTea', 'pays', 'choosesFace', ...byFace],
  ['scansThree', 'pays', 'showsCode'],
  [
    'scansThree',
    'pays',
    'showsCoupon',
    'paysPartByCode',
    'paysSomeCash',
    'paysPartByCard',
    'choosesPoints',
    ...byFace,
  ],
  ['scansThree', 'pays', 'choosesFaceForPart', ...byFace, 'paysSomeCash'],
  ['hubGoes', 'scansThree', 'pays', 'choosesFaceForPart', ...byFace],
  ['hubGoes', 'scansThree', 'pays', 'choosesFace', ...byFace, 'bringsOneBack'],
  ['scansThree', 'pays', 'hubVanishes', 'showsCode', 'waits', 'waits', 'staffHelps'],
  [
    'scansThree',
    'pays',
    'hubVanishes',
    'paysPartByCode',
    'waits',
    'waits',
    'staffHelps',
    'hubIsBack',
    'paysPartByCode',
  ],
  ['scansThree', 'pays', 'paysCash'],
  ['scansThree', 'staffLowersPrice', 'pays', 'paysCash', 'staffVoidsLast'],
  ['finishes', 'syncs', 'bringsOneBack', 'bringsOneBack'],
  ['cardAnswerIsLost', 'scansTea', 'pays', 'paysByCard', 'waits', 'staffHelps'],
]
