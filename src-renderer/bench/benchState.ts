import type { BenchCommand, BenchView } from '../../src-main/contract/bench.ts'
import type { LaneCommand } from '../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../src-main/contract/laneView.ts'

export interface BenchState {
  readonly bench: BenchView | null
  readonly lane: LaneView | null
  readonly refusal: string | null
}

/** What the bench panel can do: turn the emulated devices, and speak to the lane as a shopper would. */
export interface BenchTools {
  tell(command: BenchCommand): Promise<void>
  tellLane(command: LaneCommand): Promise<void>
  paperUrl(id: string): string
}
