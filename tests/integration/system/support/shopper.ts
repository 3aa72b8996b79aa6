import type { LaneView } from '../../../../src-main/contract/laneView.ts'
import { consentText } from '../../../../src-main/domain/face/consent.ts'
import type { ShopHub } from './hub.ts'
import { goods, type Till } from './till.ts'

const lookMs = 30_000

/** Somebody at a lane with faces: a recording before its camera, a phone with a wallet, fingers on the screen. */
export interface Shopper {
  /** Puts goods in the basket and lets the lane look; resolves with the view after the look. Null covers the lens. */
  look(sourceId: string | null, barcodes?: readonly string[]): Promise<LaneView>
  lookAgain(sourceId: string | null): Promise<LaneView>
  confirm(): Promise<{ readonly saleId: string; readonly totalMinor: number }>
  enrol(sourceId: string): Promise<LaneView>
}

export function shopperAt(till: Till, hub: ShopHub, account: string): Shopper {
  async function point(sourceId: string | null): Promise<void> {
    const result = await till.runtime.bench?.command({ type: 'bench:camera', sourceId })
    if (result?.kind !== 'accepted') throw new Error(`There is no recording ${sourceId ?? '-'}`)
  }

  async function lookAgain(sourceId: string | null): Promise<LaneView> {
    await point(sourceId)
    await till.do({ type: 'tender:choose', tender: 'face' })
    return till.when('the look to end', ({ screen }) => screen.kind !== 'faceCapture', lookMs)
  }

  return {
    lookAgain,
    async look(sourceId, barcodes = [goods.tea.barcode]) {
      await till.scanAll(barcodes)
      await till.do({ type: 'checkout:pay' })
      return lookAgain(sourceId)
    },
    async confirm() {
      const { saleId, totalMinor } = till.view().basket
      if (saleId === null) throw new Error(`Nothing to confirm on ${till.screen()}`)
      await till.do({ type: 'payment:confirm', saleId, totalMinor })
      return { saleId, totalMinor }
    },
    async enrol(sourceId) {
      await point(sourceId)
      await till.do({ type: 'enrolment:begin' })
      const { id: textId, version: textVersion } = consentText
      await till.do({ type: 'enrolment:consent', textId, textVersion, agreed: true, ofAge: true })
      await till.scanner.scan(await hub.operator().issueCode(account))
      const isOver = ({ enrolment }: LaneView) => enrolment?.step === 'done' || enrolment?.step === 'failed'
      const view = await till.when('the enrolment to end', isOver, lookMs)
      await till.do({ type: 'enrolment:finish' })
      return view
    },
  }
}
