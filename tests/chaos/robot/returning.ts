import type { LaneCommand } from '../../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import type { StaffPage } from '../../../src-main/contract/staffLayer.ts'
import { saleNumber } from '../../../src-main/domain/receipt/figures.ts'
import { unreachable } from '../../../src-main/contract/result.ts'
import { bag } from '../lane/goods.ts'
import type { Visit } from '../schedule/visits.ts'
import type { Evidence } from './evidence.ts'
import type { Page } from './page.ts'

export interface ReturningDeps {
  readonly page: Page
  readonly evidence: Evidence
  readonly signal: AbortSignal
}

type Next = LaneCommand | 'wait' | { readonly toldMinor: number }

const developmentPin = '2468'
const waitMs = 300
/** Touches until the staff sends the shopper off: come again when the line is back. */
const mostTouches = 60

/**
 * Brings the bag of a paid visit back: staff opens their layer, finds the receipt, takes the line back. What the screen
 * says came of it is noted; when the lane dies meanwhile, staff looks again.
 */
export async function bringBack(
  visit: Visit,
  saleId: string,
  { page, evidence, signal }: ReturningDeps,
): Promise<void> {
  const who = { visit: visit.number, lane: visit.lane }
  /** A return of somebody before is open and waits for the hub. */
  let sawAnother = false
  for (let touches = 0; touches < mostTouches && !signal.aborted; touches += 1) {
    const view = page.view()
    const next = view === null ? 'wait' : decide(view, saleId, sawAnother)
    if (next === 'wait') {
      await page.changed(waitMs)
    } else if ('toldMinor' in next) {
      await evidence.note({ fact: 'back', ...who, state: 'told', amountMinor: next.toldMinor })
      break
    } else {
      sawAnother ||= view?.staffLayer?.page.step === 'returned'
      if (next.type === 'return:confirm')
        await evidence.note({ fact: 'back', ...who, state: 'asked', amountMinor: bag.priceMinor })
      const result = await page.command(next)
      const said = result === null ? 'lost' : result.kind === 'accepted' ? 'accepted' : result.code
      await evidence.note({ fact: 'answer', ...who, act: next.type, said })
      if (said !== 'accepted') await page.changed(waitMs)
    }
  }
  await page.command({ type: 'staff:close' })
}

function decide({ staffLayer, screen }: LaneView, saleId: string, sawAnother: boolean): Next {
  if (staffLayer === null) return screen.kind === 'attract' ? { type: 'staff:open' } : 'wait'
  return staffLayer.busy ? 'wait' : onPage(staffLayer.page, saleId, sawAnother)
}

function onPage(staffPage: StaffPage, saleId: string, sawAnother: boolean): Next {
  switch (staffPage.step) {
    case 'pin':
      return { type: 'staff:enter', pin: developmentPin }
    case 'menu':
      return staffPage.openReturns > 0 && !sawAnother ? { type: 'return:resume' } : { type: 'return:begin' }
    case 'findSale':
      return { type: 'return:find', text: saleId.slice(0, 8) }
    case 'chooseLines': {
      const line = staffPage.lines.find(({ line: { sku } }) => sku === bag.sku)
      if (line === undefined) return { type: 'staff:back' }
      // It came back before the lane could say so.
      if (line.returnable === 0) return { toldMinor: bag.priceMinor }
      if (line.chosen > 0) return { type: 'return:confirm', reason: 'changedMind' }
      const { lineId } = line.line
      return { type: 'return:choose', lines: [{ lineId, quantity: { kind: 'each', count: 1 } }] }
    }
    case 'returnUnknown':
      return { type: 'staff:back' }
    case 'returned':
      // Staff took up the oldest open one, which may be somebody else's.
      return staffPage.saleNumber === saleNumber(saleId)
        ? { toldMinor: staffPage.amountMinor }
        : { type: 'staff:back' }
    case 'override':
    case 'shift':
    case 'closed':
      return { type: 'staff:back' }
    default:
      return unreachable(staffPage)
  }
}
