import type { Effect } from '../judge/facts.ts'
import type { Visit } from '../schedule/visits.ts'

/** Who holds the shoppers' money: what their phones show, what their faces are charged on, and what was charged. */
export interface Bank {
  /** Makes a payer for this person. Resolves with the bank's own name for them, and a code that proves who they are. */
  open(
    person: number,
  ): Promise<{ readonly payer: string; readonly accountId: string; readonly walletCode: string }>
  /** What the phone shows in this visit; null when it has no code just now. */
  code(visit: Visit): Promise<string | null>
  /** Everything that moved, oldest first. */
  effects(): Promise<readonly Effect[]>
}
