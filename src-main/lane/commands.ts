import type { CommandResult, LaneCommand } from '../contract/laneCommand.ts'
import type { TenderOffer } from '../contract/laneView.ts'
import type { Key, Language } from '../contract/values.ts'
import type { CheckoutInput, CheckoutState, PaidPart, Step } from '../domain/checkout/state.ts'
import type { Enrolment } from '../members/enrolment.ts'
import type { MyFace } from '../members/myFace.ts'
import type { RandomPort } from '../ports/random.ts'
import type { CatalogueReader } from '../ports/store.ts'
import type { AttackGuard } from './attackGuard.ts'
import type { Intervention, Resolution, StaffDesk } from './staffDesk.ts'
import type { StaffLayer } from './staffLayer.ts'
import type { Tendering } from './tendering.ts'
import type { LaneVending } from './vending.ts'
import { saleOf } from './view.ts'
import type { Weighing } from './weighing.ts'

export interface CommandDeps {
  readonly random: RandomPort
  readonly staff: StaffDesk
  readonly guard: Pick<AttackGuard, 'isLocked' | 'lift'>
  readonly enrolment: Enrolment
  readonly myFace: MyFace
  readonly staffLayer: StaffLayer
  readonly weighing: Weighing
  readonly vending: LaneVending | null
  readonly catalogue: CatalogueReader
  readonly state: () => CheckoutState
  readonly language: () => Language
  readonly chooseLanguage: (language: Language) => void
  readonly dismissNotice: () => void
  readonly dispatch: (input: CheckoutInput) => Step['refused']
  /** False while nothing is to be scanned. */
  readonly scan: (text: string) => boolean
  /** Calls again for what is still open. */
  readonly callStaff: () => void
  readonly publish: () => void
  readonly offers: () => readonly TenderOffer[]
  readonly settleCash: Tendering['settleCash']
  /** Commits that the goods went while the attempt's outcome was unknown. */
  readonly release: (attemptKey: Key, staffId: string) => PaidPart
  readonly hubThere: () => boolean
  /** Which import today's prices come from. */
  readonly priced: () => { readonly priceVersion: string | null }
}

const accepted: CommandResult = { kind: 'accepted' }
const refused = (code: string): CommandResult => ({ kind: 'refused', code })

/** What a person touched, put to the part of the lane it concerns. */
export async function runCommand(command: LaneCommand, deps: CommandDeps): Promise<CommandResult> {
  const { dispatch, enrolment, myFace, staffLayer, staff, random } = deps
  const tell = (input: CheckoutInput): CommandResult => {
    // While a layer lies over the screen the buttons of the screen cannot be meant.
    if (isLayered(deps)) return refused('notNow')
    const refusal = dispatch(input)
    return refusal === undefined ? accepted : refused(refusal)
  }
  const newSale = () => ({ saleId: random.key(), receiptToken: random.key() })
  const said = (taken: boolean): CommandResult => (taken ? accepted : refused('notNow'))

  switch (command.type) {
    case 'session:start':
      return tell({ type: 'sessionStarted', ...newSale() })
    case 'language:choose':
      deps.chooseLanguage(command.language)
      dispatch({ type: 'languageChosen', language: command.language })
      return accepted
    case 'barcode:enter':
      return said(deps.scan(command.text))
    case 'slot:pick': {
      if (deps.vending === null || !pickable.has(deps.state().kind)) return refused('notNow')
      const item = deps.vending.pick(command.slot, saleOf(deps.state())?.basket.lines ?? [])
      if (!item) return refused('slotEmpty')
      return tell({ type: 'itemScanned', item, ...deps.priced(), ...newSale() })
    }
    case 'item:pick': {
      if (deps.vending !== null) return refused('notNow')
      const item = deps.catalogue.findBySku(command.sku)
      if (!item) return refused('noSuchItem')
      return tell({ type: 'itemScanned', item, ...deps.priced(), ...newSale() })
    }
    case 'line:changeCount':
      if (!holds(deps, command)) return refused('slotEmpty')
      return tell({ type: 'countChanged', lineId: command.lineId, count: command.count })
    case 'line:remove':
      return tell({ type: 'lineRemoved', lineId: command.lineId })
    case 'weight:take': {
      if (isLayered(deps)) return refused('notNow')
      const taken = await deps.weighing.take(command.lineId)
      return taken === 'taken' ? accepted : refused(taken)
    }
    case 'weight:sameItem':
      return isLayered(deps) ? refused('notNow') : said(deps.weighing.confirmSame(command.lineId))
    case 'weight:askStaff':
      return isLayered(deps) ? refused('notNow') : said(deps.weighing.askStaff(command.lineId))
    case 'member:remove':
      return tell({ type: 'memberRemoved' })
    case 'checkout:pay':
      if (!machineHolds(deps)) return refused('machineUnavailable')
      return tell({ type: 'payPressed' })
    case 'tender:choose':
      return chooseTender(command, deps, tell)
    case 'cash:take':
      return takeCash(command, deps, tell)
    case 'recovery:pay':
      return tell(deps.hubThere() ? { type: 'recoveryChosen' } : { type: 'hubNeeded' })
    case 'checkout:back':
      return tell({ type: 'backPressed' })
    case 'secondFactor:enter':
      return tell({ type: 'digitsEntered', digits: command.digits })
    case 'payment:confirm': {
      if (!machineHolds(deps)) return refused('machineUnavailable')
      const { saleId, totalMinor } = command
      return tell({ type: 'confirmed', saleId, totalMinor, attemptKey: random.key() })
    }
    case 'payment:notMe':
      return tell({ type: 'notMePressed' })
    case 'checkout:cancel':
      return tell({ type: 'cancelPressed' })
    case 'receipt:copy':
      return tell({ type: 'copyPressed' })
    case 'receipt:noPaper':
      return tell({ type: 'noPaperPressed' })
    case 'session:finish':
      return tell({ type: 'finishPressed' })
    case 'notice:dismiss':
      deps.dismissNotice()
      deps.publish()
      return accepted
    case 'help:call':
      if (deps.vending !== null) return refused('notNow')
      staff.call('help', saleOf(deps.state())?.saleId ?? null, null)
      deps.publish()
      return accepted
    case 'help:cancel': {
      const taken = staff.dismiss('help')
      deps.publish()
      return said(taken)
    }
    case 'intervention:resolve':
      return resolveIntervention(command, deps)
    case 'enrolment:begin':
      return isLayerFree(deps) ? said(enrolment.begin()) : refused('notNow')
    case 'enrolment:consent':
      return said(enrolment.consent(command, deps.language()))
    case 'enrolment:cancel':
    case 'enrolment:finish':
      return said(enrolment.leave())
    case 'myFace:begin':
      return isLayerFree(deps) ? said(myFace.begin()) : refused('notNow')
    case 'myFace:withoutPhone':
      return said(myFace.withoutPhone())
    case 'myFace:delete':
      return said(myFace.delete())
    case 'myFace:leave':
      return said(myFace.leave())
    case 'staff:open':
      return isLayerFree(deps) ? said(staffLayer.open()) : refused('notNow')
    default: {
      const refusal = await staffLayer.command(command)
      return refusal === null ? accepted : refused(refusal)
    }
  }
}

/** Where the shelf of a vending machine is shown. */
const pickable: ReadonlySet<CheckoutState['kind']> = new Set(['attract', 'scanning', 'done', 'cancelled'])

function holds(
  { vending, state }: CommandDeps,
  { lineId, count }: Extract<LaneCommand, { type: 'line:changeCount' }>,
): boolean {
  const line = saleOf(state())?.basket.lines.find((other) => other.lineId === lineId)
  return vending === null || line === undefined || vending.holds(line.item.sku, count)
}

function machineHolds({ vending, state }: CommandDeps): boolean {
  return vending?.maySell(saleOf(state())?.basket.lines ?? []) ?? true
}

function chooseTender(
  { tender, amountMinor, wallet }: Extract<LaneCommand, { type: 'tender:choose' }>,
  { guard, offers, random }: CommandDeps,
  tell: (input: CheckoutInput) => CommandResult,
): CommandResult {
  const byFace = tender === 'face' || tender === 'points'
  if (byFace && guard.isLocked()) return refused('lockedOut')
  // Face and phone code say on their own screens why they cannot go on; the others are not offered then.
  const offered = offers().some((offer) => offer.kind === tender && offer.available)
  if (tender !== 'face' && tender !== 'walletCode' && !offered) return refused('notNow')
  return tell({
    type: 'tenderChosen',
    tender,
    amountMinor: amountMinor ?? null,
    wallet: wallet ?? null,
    attemptKey: random.key(),
  })
}

/** Only whoever has a PIN takes cash, and only on the screen that says how much. */
async function takeCash(
  { pin, saleId, tenderedMinor }: Extract<LaneCommand, { type: 'cash:take' }>,
  deps: CommandDeps,
  tell: (input: CheckoutInput) => CommandResult,
): Promise<CommandResult> {
  const who = await deps.staff.identify(pin)
  deps.publish()
  if (who.kind === 'refused') return refused(who.code)
  const state = deps.state()
  if (state.kind !== 'cash' || state.sale.saleId !== saleId) return refused('staleScreen')
  const settled = deps.settleCash(tenderedMinor)
  if (!settled.ok) return refused(settled.error)
  return tell({
    type: 'cashTaken',
    part: settled.value,
    attemptKey: deps.random.key(),
    staffId: who.staffId,
  })
}

function isLayered({ enrolment, myFace, staffLayer }: CommandDeps): boolean {
  return Boolean(enrolment.view() ?? myFace.view() ?? staffLayer.view())
}

/** Where a layer may be laid over the screen: nothing of the shopper's money is under way, no camera is on. */
function isLayerFree(deps: CommandDeps): boolean {
  const quiet = ['attract', 'scanning', 'tenderChoice', 'declined', 'done'].includes(deps.state().kind)
  return quiet && !isLayered(deps)
}

async function resolveIntervention(
  command: Extract<LaneCommand, { type: 'intervention:resolve' }>,
  { staff, guard, dispatch, publish, state, callStaff, enrolment, myFace, release }: CommandDeps,
): Promise<CommandResult> {
  const { interventionKey, pin, resolution, grams } = command
  const answer = await staff.resolve({
    interventionKey,
    pin,
    resolution,
    ...(grams === undefined ? {} : { grams }),
  })
  if (answer.kind === 'resolved') {
    const { staffId } = answer
    const agreed = resolution === 'approved'
    if (answer.intervention.kind === 'presentationAttack') guard.lift()
    if (answer.intervention.kind === 'guardianConsent') enrolment.guardianAnswered(interventionKey, agreed)
    if (answer.intervention.kind === 'faceDeletion') myFace.staffAnswered(agreed)
    const input = inputOf(answer.intervention, { resolution, grams, staffId }, state(), release)
    if (input) dispatch(input)
    else callStaff()
  }
  publish()
  return answer.kind === 'resolved' ? accepted : refused(answer.code)
}

/** What the staff's decision means for the sale; null when it was only help. */
function inputOf(
  { kind, lineId }: Intervention,
  {
    resolution,
    grams,
    staffId,
  }: { readonly resolution: Resolution; readonly grams: number | undefined; readonly staffId: string },
  state: CheckoutState,
  release: CommandDeps['release'],
): CheckoutInput | null {
  if (kind === 'unknownOutcome' && state.kind === 'unknown') {
    const { attemptKey, owing } = state.attempt
    // A debt has no goods to let go: it stays open.
    if (resolution === 'approved' && owing === null)
      return { type: 'staffReleasedUnknown', attemptKey, part: release(attemptKey, staffId) }
    if (resolution === 'helped') return { type: 'staffChoseOtherTender', attemptKey }
    return { type: 'staffHeldUnknown', attemptKey }
  }
  if (kind === 'unknownOutcome' && state.kind === 'voiding') return { type: 'staffHeldVoids' }
  if (kind === 'cashReturn' && state.kind === 'voiding') return { type: 'cashReturned', staffId }
  if (lineId === null) return null
  if (resolution === 'refused') return { type: 'lineRefused', lineId }
  if (resolution !== 'approved') return null
  if (kind === 'weighing' && grams !== undefined) return { type: 'weightEntered', lineId, grams }
  return kind === 'ageCheck' ? { type: 'ageApproved', lineId } : null
}
