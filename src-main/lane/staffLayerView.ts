import type { RefundView, StaffLayerView, StaffPage, StaffProblem } from '../contract/staffLayer.ts'
import { unreachable } from '../contract/result.ts'
import type { BasketLine } from '../contract/basket.ts'
import type { Refund, ReturnedLine } from '../contract/returns.ts'
import type { CashRounding } from '../domain/cash/rounding.ts'
import { saleNumber } from '../domain/receipt/figures.ts'
import { handOutMinor } from '../domain/returns/handOut.ts'
import { allocationOf, type ReturnPlan } from '../domain/returns/plan.ts'
import type { Allocation } from '../domain/returns/tenders.ts'
import { returnableUnits } from '../domain/returns/value.ts'
import { mayDo } from '../domain/staff/permissions.ts'
import type { LaneStorePort, ReturnRecord } from '../ports/store.ts'
import type { LaneDrawer } from './cashDrawer.ts'
import { isReduced } from './returnsBook.ts'
import type { FoundSale, ReturnsDesk } from './returnsDesk.ts'
import type { ShiftDesk } from './shiftDesk.ts'
import type { StaffMember, StaffState } from './staffLayer.ts'

export interface StaffSnapshot {
  readonly state: StaffState
  readonly member: StaffMember | null
  readonly busy: boolean
  readonly problem: StaffProblem | null
  readonly pin: StaffLayerView['pin']
  readonly store: LaneStorePort
  readonly returns: ReturnsDesk
  readonly shifts: ShiftDesk
  readonly drawer: Pick<LaneDrawer, 'state'>
  readonly rounding: Pick<CashRounding, 'unitMinor' | 'mode'>
  readonly openLines: () => readonly BasketLine[]
}

/** The layer as the window shows it. */
export function viewOf(snapshot: StaffSnapshot): StaffLayerView {
  const { member: staff, busy, problem, pin } = snapshot
  return { staff, busy, problem, pin, page: pageOf(snapshot) }
}

function pageOf(snapshot: StaffSnapshot): StaffPage {
  const { state, member, store, shifts, openLines } = snapshot
  switch (state.step) {
    case 'pin':
    case 'findSale':
    case 'returnUnknown':
      return { step: state.step }
    case 'menu':
      return {
        step: 'menu',
        canVoid: member !== null && mayDo(member.role, 'voidSale') && store.lastSaleId() !== null,
        canOverride: openLines().length > 0,
        shiftOpen: shifts.current() !== null,
        openReturns: store.openReturns().length,
      }
    case 'chooseLines':
      return chooseLines(snapshot, state.found, state.chosen)
    case 'returned': {
      const record = store.saleReturn(state.returnKey)
      if (!record) throw new Error(`Return ${state.returnKey} is not there`)
      return {
        step: 'returned',
        saleNumber: saleNumber(record.order.saleId),
        voided: record.order.reason === 'voided',
        amountMinor: record.plan.value.amountMinor,
        refunds: record.order.refunds.map((refund) =>
          refundView(snapshot, allocationOf(record.plan, refund), stateOf(record, refund)),
        ),
      }
    }
    case 'override':
      return { step: 'override', lines: [...openLines()] }
    case 'shift':
      return {
        step: 'shift',
        report: state.report,
        openedAtMs: shifts.current()?.openedAtMs ?? null,
        drawer: snapshot.drawer.state(),
      }
    case 'closed':
      return { step: 'closed', report: state.report, drawer: snapshot.drawer.state() }
    default:
      return unreachable(state)
  }
}

function chooseLines(snapshot: StaffSnapshot, found: FoundSale, chosen: readonly ReturnedLine[]): StaffPage {
  const planned = chosen.length === 0 ? null : snapshot.returns.plan(found, chosen)
  const plan = planned?.ok === true ? planned.value : null
  const { sale, decidedBy } = found
  return {
    step: 'chooseLines',
    saleNumber: saleNumber(sale.saleId),
    soldAtMs: sale.soldAtMs,
    decidedBy,
    amountMinor: plan?.value.amountMinor ?? 0,
    refunds: plan === null ? [] : plannedRefunds(snapshot, plan),
    lines: sale.lines.map((line) => {
      const units = returnableUnits(sale, line)
      const wanted = chosen.find(({ lineId }) => lineId === line.lineId)?.quantity
      const count = wanted?.kind === 'each' ? wanted.count : 1
      return {
        line,
        returnable: line.quantity.kind === 'each' ? units : Math.min(units, 1),
        chosen: wanted === undefined ? 0 : count,
      }
    }),
  }
}

function plannedRefunds(snapshot: StaffSnapshot, { allocations }: ReturnPlan): RefundView[] {
  return allocations.map((allocation) => refundView(snapshot, allocation, null))
}

function refundView(
  { rounding }: StaffSnapshot,
  allocation: Allocation,
  state: RefundView['state'],
): RefundView {
  const { part, amountMinor } = allocation
  const handedMinor = part.tender === 'cash' ? handOutMinor(allocation, rounding) : null
  return { tender: part.tender, amountMinor, handOutMinor: handedMinor, state }
}

function stateOf(record: ReturnRecord, refund: Refund): RefundView['state'] {
  if (isReduced(record, refund)) return 'reduced'
  return record.refunds.find(({ refundKey }) => refundKey === refund.refundKey)?.state ?? null
}
