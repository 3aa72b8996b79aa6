import { createHash } from 'node:crypto'
import type { LaneCommand } from '../../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import { unreachable } from '../../../src-main/contract/result.ts'
import { bag, skuOf } from '../lane/goods.ts'
import { pictureOf } from '../lane/picture.ts'
import type { Visit } from '../schedule/visits.ts'
import type { Evidence } from './evidence.ts'
import type { Page } from './page.ts'
import { bringBack } from './returning.ts'

export interface ShopperDeps {
  readonly page: Page
  readonly evidence: Evidence
  /** What the phone shows; null when it has no code now. */
  readonly code: (visit: Visit, nth: number) => Promise<string | null>
  /** The coupon in their hand, with the mark that the hub's books know it by; null while there is none. */
  readonly coupon: (visit: Visit) => Promise<{ readonly code: string; readonly mark: string } | null>
  /** A card is about to be held to the terminal. */
  readonly onCard: (visit: Visit) => void
  /** Money is about to be asked for. */
  readonly onIntent: () => void
  readonly signal: AbortSignal
}

/** Somebody before the lane. They know what the screen says and what is in their hand, and nothing of what is behind it. */
export interface Shopper {
  /** One visit from the idle screen to the idle screen, however often the lane dies meanwhile. */
  visit(visit: Visit): Promise<VisitEnd>
}

/** `lost`: the lane shows nobody's sale any more, and had not said how this one ended. */
export type VisitEnd = 'paid' | 'notPaid' | 'lost' | 'brokenOff'

interface Memory {
  saleId: string | null
  paid: boolean
  /** Answers waited for since. */
  unknownSinceMs: number | null
  /** A tender that is not taken just now is waited for since. */
  wantedSinceMs: number | null
  tried: number
  codes: number
  printingSinceMs: number | null
  leaving: boolean
}

/** One step: what to do now, `wait` for the screen to change, or the visit is over. */
type Next = LaneCommand | 'showFace' | 'showCode' | 'showCoupon' | 'wait' | VisitEnd

const developmentPin = '2468'
const waitMs = 400
const paperPatienceMs = 1_500
/** A hub that was killed is back by then. */
const tenderPatienceMs = 8_000
const mostTries = 6
const pictureEveryMs = 40

export function createShopper(deps: ShopperDeps): Shopper {
  const { page, evidence, code, onIntent, signal } = deps
  let looking: { readonly visit: Visit; seen: string } | null = null
  /** Every screen counts that was shown, also when the lane dies before the shopper has made up their mind. */
  function look(view: LaneView): void {
    if (looking === null) return
    const { visit } = looking
    const screen = shown(view)
    const seen = JSON.stringify(screen)
    if (seen === looking.seen) return
    looking.seen = seen
    void evidence.note({ fact: 'screen', visit: visit.number, lane: visit.lane, ...screen })
  }
  page.onView(look)

  async function act(visit: Visit, memory: Memory, next: Exclude<Next, 'wait' | VisitEnd>): Promise<void> {
    if (next === 'showFace') {
      await evidence.note({
        fact: 'act',
        visit: visit.number,
        lane: visit.lane,
        act: 'face',
        person: visit.person,
      })
      page.picture(pictureOf(visit.person))
      return page.changed(pictureEveryMs)
    }
    if (next === 'showCode') {
      memory.codes += 1
      const shown = await code(visit, memory.codes)
      if (shown === null) return page.changed(waitMs)
      const codeSha256 = createHash('sha256').update(shown).digest('hex')
      await evidence.note({ fact: 'act', visit: visit.number, lane: visit.lane, act: 'code', codeSha256 })
      return send(visit, { type: 'barcode:enter', text: shown }, true)
    }
    if (next === 'showCoupon') {
      const held = await deps.coupon(visit)
      if (held === null) return page.changed(waitMs)
      const { code: text, mark } = held
      await evidence.note({ fact: 'act', visit: visit.number, lane: visit.lane, act: 'coupon', coupon: mark })
      return send(visit, { type: 'barcode:enter', text }, true)
    }
    await evidence.note({
      fact: 'act',
      visit: visit.number,
      lane: visit.lane,
      act: next.type,
      ...named(next),
    })
    const byCard = next.type === 'tender:choose' && next.tender === 'card'
    if (byCard) deps.onCard(visit)
    return send(visit, next, byCard || next.type === 'payment:confirm')
  }

  async function send(visit: Visit, command: LaneCommand, isMoney: boolean): Promise<void> {
    if (isMoney) onIntent()
    const result = await page.command(command)
    const said = result === null ? 'lost' : result.kind === 'accepted' ? 'accepted' : result.code
    await evidence.note({ fact: 'answer', visit: visit.number, lane: visit.lane, act: command.type, said })
    // A refused touch is tried again when the screen has changed, or a moment later.
    if (said !== 'accepted') await page.changed(waitMs)
  }

  async function buy(visit: Visit, memory: Memory): Promise<VisitEnd> {
    for (;;) {
      if (signal.aborted) return 'brokenOff'
      const view = page.view()
      if (view === null) {
        await page.changed(waitMs)
        continue
      }
      const next = decide(visit, memory, view)
      if (next === 'wait') {
        if (page.view() === view) await page.changed(waitMs)
      } else if (isEnd(next)) {
        return next
      } else {
        if (visit.thinkMs > 0) await page.changed(visit.thinkMs)
        await act(visit, memory, next)
      }
    }
  }

  return {
    async visit(visit) {
      await evidence.note({ fact: 'visit', ...visit, visit: visit.number })
      looking = { visit, seen: '' }
      const view = page.view()
      if (view !== null) look(view)
      const memory = newMemory()
      const end = await buy(visit, memory)
      const { saleId } = memory
      if (end === 'paid' && visit.plan === 'return' && saleId !== null)
        await bringBack(visit, saleId, { page, evidence, signal })
      await evidence.note({ fact: 'end', visit: visit.number, lane: visit.lane, saleId, end })
      return end
    },
  }
}

function newMemory(): Memory {
  return {
    saleId: null,
    paid: false,
    unknownSinceMs: null,
    wantedSinceMs: null,
    tried: 0,
    codes: 0,
    printingSinceMs: null,
    leaving: false,
  }
}

function isEnd(next: Next): next is VisitEnd {
  return next === 'paid' || next === 'notPaid' || next === 'lost' || next === 'brokenOff'
}

/** What of a command belongs into the evidence. */
function named(command: LaneCommand): Record<string, unknown> {
  switch (command.type) {
    case 'payment:confirm':
      return { saleId: command.saleId, totalMinor: command.totalMinor }
    case 'intervention:resolve':
      return { resolution: command.resolution }
    case 'tender:choose':
      return { tender: command.tender, askedMinor: command.amountMinor ?? null }
    case 'cash:take':
      return { tenderedMinor: command.tenderedMinor }
    default:
      return {}
  }
}

/** What the screen tells the shopper about their sale and their money. */
function shown({ screen, basket, notice }: LaneView): Record<string, unknown> {
  const told =
    'receipt' in screen && 'mode' in screen
      ? { told: 'paid', sale: screen.receipt.saleId, mode: screen.mode }
      : {}
  return {
    screen: screen.kind,
    saleId: basket.saleId,
    totalMinor: basket.totalMinor,
    dueMinor: basket.dueMinor,
    paid: basket.paid.map(({ tender, amountMinor, mode }) => ({ tender, amountMinor, mode })),
    notice: notice?.code ?? null,
    ...(screen.kind === 'unknown' ? { phase: screen.phase } : {}),
    ...(screen.kind === 'declined' ? { reason: screen.reason } : {}),
    ...(screen.kind === 'done' ? { paper: screen.paper } : {}),
    ...told,
  }
}

/** What this shopper does on this screen. Pure but for what they remember. */
function decide(visit: Visit, memory: Memory, view: LaneView): Next {
  const { screen, basket } = view
  if (basket.saleId !== null && memory.saleId === null) memory.saleId = basket.saleId
  const settled = settleWithStaff(visit, memory, view)
  if (settled !== null) return settled
  switch (screen.kind) {
    case 'starting':
    case 'authorising':
    case 'unknown':
    case 'voiding':
    case 'dispensing':
    case 'outOfOrder':
      return 'wait'
    case 'approved':
      memory.paid = true
      return 'wait'
    case 'printing':
      memory.paid = true
      memory.printingSinceMs ??= Date.now()
      // A printer that was cut off in the middle of a job takes its time to come to itself.
      if (visit.takesPaper && Date.now() - memory.printingSinceMs < paperPatienceMs) return 'wait'
      return { type: 'receipt:noPaper' }
    case 'attract':
      if (memory.paid) return 'paid'
      if (memory.saleId !== null) return memory.leaving ? 'notPaid' : 'lost'
      return { type: 'item:pick', sku: skuOf(visit.priceMinor) }
    case 'done':
      if (screen.receipt.saleId === memory.saleId) memory.paid = true
      return { type: 'session:finish' }
    case 'cancelled':
      memory.leaving = true
      return { type: 'session:finish' }
    case 'scanning':
      memory.wantedSinceMs = null
      return fillBasket(visit, memory, view)
    case 'tenderChoice':
    case 'declined':
      return chooseTender(visit, memory, view)
    case 'codeCapture':
      if (screen.owing !== null) return { type: 'checkout:back' }
      return screen.tender === 'coupon' ? 'showCoupon' : 'showCode'
    case 'faceCapture':
      return 'showFace'
    case 'cash':
      if (basket.saleId === null || basket.paid.length > 0) return { type: 'checkout:back' }
      return {
        type: 'cash:take',
        pin: developmentPin,
        saleId: basket.saleId,
        tenderedMinor: visit.firstMinor,
      }
    case 'secondFactor':
    case 'walletFace':
    case 'owing':
      return { type: 'checkout:back' }
    case 'confirm':
      if (basket.saleId === null) return 'wait'
      return { type: 'payment:confirm', saleId: basket.saleId, totalMinor: screen.amountMinor }
    default:
      return unreachable(screen)
  }
}

/** Money without an answer, and cash that has to go back: a person of the shop ends it. */
function settleWithStaff(visit: Visit, memory: Memory, { screen, intervention }: LaneView): Next | null {
  if (intervention === null || (screen.kind !== 'unknown' && screen.kind !== 'voiding')) return null
  const { interventionKey, kind } = intervention
  const resolve = (resolution: 'approved' | 'refused' | 'helped') =>
    ({ type: 'intervention:resolve', interventionKey, pin: developmentPin, resolution }) as const
  if (kind === 'cashReturn') return resolve('approved')
  if (kind !== 'unknownOutcome') return null
  memory.unknownSinceMs ??= Date.now()
  if (Date.now() - memory.unknownSinceMs < visit.patienceMs) return 'wait'
  memory.unknownSinceMs = null
  return resolve(screen.kind === 'voiding' ? 'refused' : visit.staffSays)
}

function fillBasket(visit: Visit, memory: Memory, { basket }: LaneView): Next {
  const wanted = visit.priceMinor + (visit.withBag ? bag.priceMinor : 0)
  if (basket.totalMinor > wanted) return leave(memory)
  if (basket.totalMinor < visit.priceMinor) return { type: 'item:pick', sku: skuOf(visit.priceMinor) }
  if (basket.totalMinor < wanted) return { type: 'item:pick', sku: bag.sku }
  return visit.plan === 'walkAway' ? leave(memory) : { type: 'checkout:pay' }
}

function chooseTender(visit: Visit, memory: Memory, { screen, basket }: LaneView): Next {
  if (screen.kind !== 'tenderChoice' && screen.kind !== 'declined') return 'wait'
  const can = (kind: string) => screen.offers.some((offer) => offer.kind === kind && offer.available)
  if (visit.plan === 'changeOfMind' && basket.paid.length > 0) return leave(memory)
  if (memory.tried >= mostTries) return leave(memory)
  const inParts = visit.plan === 'split' || visit.plan === 'changeOfMind'
  if (inParts && basket.paid.length === 0) return payFirstPart(visit, memory, can)
  memory.tried += 1
  const byCard = visit.plan === 'card' || (inParts && visit.lastTender === 'card')
  if (byCard && can('card') && memory.tried <= mostTries / 2) return { type: 'tender:choose', tender: 'card' }
  const byCode = visit.plan === 'code' || basket.paid.length > 0
  if (byCode && can('walletCode') && memory.tried <= mostTries / 2) return 'showCode'
  if (can('face')) return { type: 'tender:choose', tender: 'face' }
  return can('walletCode') ? 'showCode' : 'wait'
}

/** Somebody with a coupon or points in mind waits a moment when they are not taken just now. */
function payFirstPart(visit: Visit, memory: Memory, can: (kind: string) => boolean): Next {
  const { firstMinor: amountMinor } = visit
  const tender = visit.firstTender === 'code' ? 'walletCode' : visit.firstTender
  memory.wantedSinceMs ??= Date.now()
  const mayWait = Date.now() - memory.wantedSinceMs < tenderPatienceMs
  if (!can(tender) && mayWait) return 'wait'
  memory.tried += 1
  if (can(tender)) return { type: 'tender:choose', tender, ...(tender === 'cash' ? {} : { amountMinor }) }
  return can('face') ? { type: 'tender:choose', tender: 'face', amountMinor } : 'wait'
}

function leave(memory: Memory): Next {
  memory.leaving = true
  return { type: 'checkout:cancel' }
}
