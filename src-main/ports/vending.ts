import type { VendingControllerPort } from '../../drivers/vending-controller/vending-controller-port.ts'
import type { ReturnedLine } from '../contract/returns.ts'
import type { Key } from '../contract/values.ts'
import type { VendJob } from '../domain/vending/settlement.ts'
import type { LaneTransaction, VendJobRecord } from './store.ts'

/** The lane's vending machine, the same object whatever is unplugged and plugged in again. */
export interface MachineAccess {
  /** Null while no machine answers. */
  use<T>(work: (port: VendingControllerPort | null) => Promise<T>): Promise<T>
}

/** Gives back what did not drop, through the returns of the lane. */
export interface VendRefunds {
  /** `ordered`: asked for and followed until it has an end. `later`: not yet possible, ask again; nothing was sent. */
  giveBack(saleId: Key, lines: readonly ReturnedLine[]): Promise<'ordered' | 'later'>
}

/** Gives out or gives back what was paid at the machine. Everything throws `Failure` `store.diskFull` as the store does. */
export interface VendRuns {
  /** Keeps what is to be given out; in the transaction that completes the sale, so that none is paid and forgotten. */
  plan(tx: LaneTransaction, saleId: Key, jobs: readonly VendJob[]): void
  /**
   * Gives out what was planned, one after the other, and gives the money back for what did not drop. Asked again it goes
   * on where it stopped. A piece whose outcome nobody told is left `asked`: `followUp` asks on.
   */
  run(saleId: Key): Promise<readonly VendJobRecord[]>
  /** After a restart, for one sale whose shopper may still be there: as `followUp`, but waits for the machine a while. */
  settle(saleId: Key): Promise<readonly VendJobRecord[]>
  /**
   * After a restart, and from time to time: nobody waits at the machine any more, so what was not asked for is not given
   * out; what was asked for is asked about; what did not drop is given back. Never concurrent.
   */
  followUp(): Promise<void>
  close(): void
}
