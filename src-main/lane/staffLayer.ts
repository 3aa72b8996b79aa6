import type { LaneCommand } from '../contract/laneCommand.ts'
import type { LineOverride } from '../contract/override.ts'
import type { BasketLine } from '../contract/basket.ts'
import type { FindSaleRequest, ReturnedLine, ReturnReason } from '../contract/returns.ts'
import type { ShiftReport, StaffRole } from '../contract/shift.ts'
import type { StaffLayerView, StaffProblem } from '../contract/staffLayer.ts'
import type { Key } from '../contract/values.ts'
import type { Result } from '../contract/result.ts'
import { unreachable } from '../contract/result.ts'
import type { CashRounding } from '../domain/cash/rounding.ts'
import { allThatIsLeft } from '../domain/returns/value.ts'
import { receiptOf } from '../domain/returns/receiptNumber.ts'
import { mayDo, mayOverride, type StaffAction } from '../domain/staff/permissions.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { LaneDrawer } from './cashDrawer.ts'
import type { FoundSale, ReturnProgress, ReturnsDesk } from './returnsDesk.ts'
import type { ShiftDesk, ShiftProblem } from './shiftDesk.ts'
import type { StaffDesk } from './staffDesk.ts'
import { viewOf } from './staffLayerView.ts'

export type StaffCommand = Extract<
  LaneCommand,
  { type: `staff:${string}` | `return:${string}` | `override:${string}` | `shift:${string}` }
>

export interface StaffLayerDeps {
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly staff: Pick<StaffDesk, 'identify' | 'pinState'>
  readonly roleOf: (staffId: string) => StaffRole
  readonly returns: ReturnsDesk
  readonly shifts: ShiftDesk
  readonly drawer: Pick<LaneDrawer, 'state'>
  readonly rounding: Pick<CashRounding, 'unitMinor' | 'mode'>
  /** Lines whose price may be changed now; empty while nothing is being scanned. */
  readonly openLines: () => readonly BasketLine[]
  /** Puts a price into the open sale; false when the sale is past that. */
  readonly override: (lineId: number, override: LineOverride) => boolean
  readonly changed: () => void
}

export interface StaffMember {
  readonly staffId: string
  readonly role: StaffRole
}

/** What the layer shows; `find` and further ones need a PIN that was right. */
export type StaffState =
  | { readonly step: 'pin' }
  | { readonly step: 'menu' }
  | { readonly step: 'findSale' }
  | { readonly step: 'chooseLines'; readonly found: FoundSale; readonly chosen: readonly ReturnedLine[] }
  | { readonly step: 'returnUnknown'; readonly returnKey: Key }
  | { readonly step: 'returned'; readonly returnKey: Key }
  | { readonly step: 'override' }
  | { readonly step: 'shift'; readonly report: ShiftReport }
  | { readonly step: 'closed'; readonly report: ShiftReport }

/**
 * The staff's own layer over the screen: returns, prices and the shift, each behind the PIN and the role of whoever
 * opened it. It closes by itself, and nothing that was begun in it is lost by that.
 */
export interface StaffLayer {
  view(): StaffLayerView | null
  /** False when it is open already. */
  open(): boolean
  /** Null: taken; else the code of the refusal. */
  command(command: StaffCommand): Promise<string | null>
  /** Takes a scan while it is open; false when it is closed. */
  takeScan(text: string): boolean
  /** False while a scan would mean nothing here. */
  awaitsScan(): boolean
  close(): void
}

const idleMs = 120_000

export function createStaffLayer(deps: StaffLayerDeps): StaffLayer {
  const { store, returns, shifts } = deps
  let state: StaffState | null = null
  let member: StaffMember | null = null
  let problem: StaffProblem | null = null
  let busy = false
  let cancelIdle: () => void = () => undefined

  function close(): void {
    state = null
    member = null
    problem = null
    cancelIdle()
    deps.changed()
  }

  function to(next: StaffState): void {
    // Closed meanwhile: what goes on does so without a screen.
    if (state === null) return
    state = next
    problem = null
  }

  function armIdle(): void {
    cancelIdle()
    if (state !== null) cancelIdle = deps.clock.after(idleMs, () => (busy ? armIdle() : close()))
  }

  /** One thing at a time; what it leaves is shown when it is done. */
  async function working(work: () => Promise<void>): Promise<string | null> {
    if (busy) return 'busy'
    busy = true
    problem = null
    deps.changed()
    try {
      await work()
    } finally {
      busy = false
      armIdle()
      deps.changed()
    }
    return problem
  }

  /** What only somebody with this right may do. */
  function allowed(action: StaffAction, work: (who: StaffMember) => Promise<void>): Promise<string | null> {
    const who = member
    if (who === null) return Promise.resolve('notNow')
    return working(async () => {
      if (mayDo(who.role, action)) await work(who)
      else problem = 'notAllowed'
    })
  }

  async function enter(pin: string): Promise<void> {
    const answer = await deps.staff.identify(pin)
    if (answer.kind === 'refused') {
      problem = answer.code === 'notNow' ? 'busy' : answer.code
      return
    }
    member = { staffId: answer.staffId, role: deps.roleOf(answer.staffId) }
    to({ step: 'menu' })
  }

  async function find(request: FindSaleRequest): Promise<FoundSale | null> {
    const found = await returns.find(request)
    if (found.ok) return found.value
    problem = found.error
    return null
  }

  async function findByText(text: string): Promise<void> {
    const request = receiptOf(text)
    if (request === null) {
      problem = 'unreadableReceipt'
      return
    }
    const found = await find(request)
    if (found) to({ step: 'chooseLines', found, chosen: [] })
  }

  function choose(lines: readonly ReturnedLine[]): void {
    if (state?.step !== 'chooseLines') return
    const { found } = state
    const planned = lines.length === 0 ? null : returns.plan(found, lines)
    if (planned && !planned.ok) problem = planned.error
    else to({ step: 'chooseLines', found, chosen: lines })
  }

  async function confirm(reason: ReturnReason, { staffId }: StaffMember): Promise<void> {
    if (state?.step !== 'chooseLines') return
    const { found, chosen } = state
    progressed(await returns.order({ found, lines: chosen, reason, staffId }))
  }

  /** A return whose end is not known yet. */
  async function resume(): Promise<void> {
    const progress = await returns.resume()
    if (progress) progressed(progress)
  }

  /** The last sale of this lane, whole, as if it had not been made. */
  async function voidLast({ staffId }: StaffMember): Promise<void> {
    const saleId = store.lastSaleId()
    const found = saleId === null ? null : await find({ by: 'saleId', saleId })
    if (!found) {
      problem ??= 'noSale'
      return
    }
    const lines = allThatIsLeft(found.sale)
    progressed(await returns.order({ found, lines, reason: 'voided', staffId }))
  }

  function progressed(progress: ReturnProgress): void {
    switch (progress.kind) {
      case 'accepted':
        return to({ step: 'returned', returnKey: progress.record.order.returnKey })
      case 'unknown':
        return to({ step: 'returnUnknown', returnKey: progress.returnKey })
      case 'refused':
        problem = progress.code
        return
      default:
        return unreachable(progress)
    }
  }

  function override(
    { lineId, unitPriceMinor, reason }: Extract<StaffCommand, { type: 'override:set' }>,
    { staffId, role }: StaffMember,
  ): void {
    const line = deps.openLines().find((candidate) => candidate.lineId === lineId)
    if (!line) problem = 'lineUnknown'
    else if (!mayOverride(role, line.item.priceMinor, unitPriceMinor)) problem = 'overLimit'
    else if (!deps.override(lineId, { unitPriceMinor, reason, staffId })) problem = 'lineUnknown'
  }

  function showShift(result: Result<ShiftReport, ShiftProblem>, step: 'shift' | 'closed' = 'shift'): void {
    if (result.ok) to({ step, report: result.value })
    else problem = result.error
  }

  async function openShift(floatMinor: number, { staffId }: StaffMember): Promise<void> {
    const opened = shifts.open(staffId, floatMinor)
    if (opened.ok) to({ step: 'shift', report: await shifts.report() })
    else problem = opened.error
  }

  function back(): void {
    if (state === null || busy) return
    problem = null
    if (state.step === 'pin' || state.step === 'menu') return close()
    state = state.step === 'chooseLines' ? { step: 'findSale' } : { step: 'menu' }
  }

  function runCommand(command: StaffCommand): Promise<string | null> {
    const taken = (work: () => void) => {
      work()
      armIdle()
      deps.changed()
      return Promise.resolve(null)
    }
    switch (command.type) {
      case 'staff:open':
        return Promise.resolve('notNow')
      case 'staff:enter':
        return state?.step === 'pin' ? working(() => enter(command.pin)) : Promise.resolve('notNow')
      case 'staff:back':
        return taken(back)
      case 'staff:close':
        return taken(close)
      case 'return:begin':
        return allowed('returnGoods', async () => to({ step: 'findSale' }))
      case 'return:find':
        return allowed('returnGoods', () => findByText(command.text))
      case 'return:choose':
        return allowed('returnGoods', async () => choose(command.lines))
      case 'return:confirm':
        return allowed('returnGoods', (who) => confirm(command.reason, who))
      case 'return:resume':
        return allowed('returnGoods', resume)
      case 'return:voidLast':
        return allowed('voidSale', voidLast)
      case 'override:begin':
        return allowed('overridePrice', async () => to({ step: 'override' }))
      case 'override:set':
        return allowed('overridePrice', async (who) => override(command, who))
      case 'shift:show':
        return allowed('readFigures', async () => to({ step: 'shift', report: await shifts.report() }))
      case 'shift:open':
        return allowed('openShift', (who) => openShift(command.floatMinor, who))
      case 'shift:moveCash': {
        const { direction, amountMinor, reason } = command
        const action = direction === 'in' ? 'putCashIn' : 'takeCashOut'
        return allowed(action, async ({ staffId }) =>
          showShift(await shifts.moveCash({ staffId, direction, amountMinor, reason })),
        )
      }
      case 'shift:close':
        return allowed('closeShift', async ({ staffId }) =>
          showShift(await shifts.close(staffId, command.countedMinor), 'closed'),
        )
      case 'shift:print':
        return allowed('readFigures', async () => {
          if (state?.step === 'shift' || state?.step === 'closed') shifts.print(state.report)
        })
      default:
        return unreachable(command)
    }
  }

  return {
    view: () => state && viewOf({ ...deps, state, member, busy, problem, pin: deps.staff.pinState() }),
    open() {
      if (state !== null) return false
      state = { step: 'pin' }
      armIdle()
      deps.changed()
      return true
    },
    command: runCommand,
    takeScan(text) {
      if (state === null) return false
      if (state.step === 'findSale') void allowed('returnGoods', () => findByText(text))
      return true
    },
    awaitsScan: () => state?.step === 'findSale' && !busy,
    close() {
      if (state !== null) close()
    },
  }
}
