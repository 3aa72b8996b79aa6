import type { Failure } from '../contract/failure.ts'
import type { BasketLine } from '../contract/basket.ts'
import type { CommandResult, LaneCommand } from '../contract/laneCommand.ts'
import type { DeviceView, LaneView } from '../contract/laneView.ts'
import type { LineOverride } from '../contract/override.ts'
import type { Key } from '../contract/values.ts'
import type { CheckoutState } from '../domain/checkout/state.ts'
import type { Enrolment } from '../members/enrolment.ts'
import type { MyFace } from '../members/myFace.ts'
import type { Payments } from '../payments/attempts.ts'
import type { CardTerminalPort } from '../ports/cardTerminal.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FiscalDeskPort } from '../ports/fiscal.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { AttackGuard } from './attackGuard.ts'
import type { LookUpMember } from './memberCards.ts'
import type { LookTrace } from './looking.ts'
import type { LaneDrawer } from './cashDrawer.ts'
import type { ReceiptPrinter } from './receiptPrinter.ts'
import type { Scans } from './scans.ts'
import type { Selling } from './selling.ts'
import type { LaneSettings } from './settings.ts'
import type { StaffDesk } from './staffDesk.ts'
import type { StaffRoom } from './staffRoom.ts'
import type { LaneVending } from './vending.ts'
import type { WalletFaces } from './walletFacing.ts'
import type { ScaleAccess } from './weighing.ts'

export interface LaneParts {
  readonly settings: LaneSettings
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly log: LogPort
  readonly payments: Payments
  /** Null on a lane without a card terminal. */
  readonly terminal: CardTerminalPort | null
  readonly fiscal: FiscalDeskPort
  /** Null on every lane but a vending machine, where nobody comes who could be called. */
  readonly vending: LaneVending | null
  /** Null on a lane without a scale: staff weighs. */
  readonly scale: ScaleAccess | null
  /** Face devices of wallets that stand at this lane. */
  readonly walletFaces: WalletFaces
  readonly selling: Selling
  readonly receipts: ReceiptPrinter
  readonly drawer: LaneDrawer
  readonly staff: StaffDesk
  readonly enrolment: Enrolment
  readonly myFace: MyFace
  readonly staffRoom: StaffRoom
  readonly guard: AttackGuard
  readonly gallerySize: () => number
  /** Where shoppers' phones reach the hub; null before the lane has ever met it. */
  readonly publicUrl: () => string | null
  /** Points an identity holds at the hub; null without an answer. */
  readonly points: (accountId: Key) => Promise<number | null>
  readonly lookUpMember: LookUpMember
  readonly devices: () => readonly DeviceView[]
  readonly sync: () => LaneView['sync']
  readonly trace: (fact: LaneTrace) => void
}

/** Figures for logs, bench and demo; never a name, a code or a vector. */
export type LaneTrace =
  | ({ readonly kind: 'look' } & LookTrace)
  | { readonly kind: 'state'; readonly state: CheckoutState['kind']; readonly monotonicMs: number }

/** The only writer of the lane's state. Everything that happens goes through `dispatch`, one at a time. */
export interface Lane {
  /** Takes up what a crash or a restart left: the basket, the attempt, the paper. */
  start(): void
  view(): LaneView
  onView(listener: (view: LaneView) => void): () => void
  command(command: LaneCommand): Promise<CommandResult>
  /** What a scanner read, with its AIM identifier (`]C1`) in front where it told one, or a person typed. */
  scan(text: string): void
  /** The number of a member's card, as a stripe or smart card reader gives it. */
  scanMember(memberNumber: string): void
  cardRefused(notice: Parameters<Scans['refuseCard']>[0]): void
  scanGarbled(): void
  /** Something outside changed that the view shows: a device, the hub, the enrolment. */
  refresh(): void
  /** A part beside the lane could not keep a fact. */
  storeFailed(failure: Failure): void
  wantsCamera(): boolean
  /** A piece of a sale turned, dropped or did not, or its money is on the way back. */
  vendProgressed(saleId: Key): void
  /** The lines of a sale that is still being scanned. */
  scannedLines(): readonly BasketLine[]
  /** Staff changed a price of the open sale; false when there is none to change. */
  overridePrice(lineId: number, override: LineOverride): boolean
  /** False on screens where a read would mean nothing: nothing is scanned into them, and nothing twice. */
  acceptsScans(): boolean
  close(): void
}
