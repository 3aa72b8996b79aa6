import type {
  CardApproval,
  CardOutcome,
  CardRequest,
  CardReversal,
  CardTerminalPort,
} from '../../../../src-main/ports/cardTerminal.ts'

/** What becomes of one card. `lost` and `lostDeclined`: decided, and nobody hears of it for a while. */
export const cardFates = ['approve', 'partly', 'decline', 'lost', 'lostDeclined'] as const
export type CardFate = (typeof cardFates)[number]

/** A terminal as `CardTerminalPort` promises it, in memory: one row a key, whatever the lane forgets. */
export class ScriptedTerminal implements CardTerminalPort {
  /** Fates of the next cards, first one first; afterwards each is approved. */
  fates: CardFate[] = []
  /** Questions that get no answer. */
  silent = 0
  /** Reversals that are refused. */
  refusals = 0
  readonly charged = new Map<string, { readonly approvedMinor: number; reversed: boolean }>()

  availability() {
    return 'ready' as const
  }

  onAvailability() {
    return () => undefined
  }

  authorise({ attemptKey, amount }: CardRequest): Promise<CardOutcome> {
    if (this.charged.has(attemptKey)) throw new Error(`The terminal was asked twice for ${attemptKey}`)
    const fate = this.fates.shift() ?? 'approve'
    this.charged.set(attemptKey, { approvedMinor: chargedOf(fate, amount.amountMinor), reversed: false })
    if (fate === 'lost' || fate === 'lostDeclined') this.silent = 3
    return this.recover(attemptKey)
  }

  recover(attemptKey: string): Promise<CardOutcome> {
    if (this.silent > 0) {
      this.silent -= 1
      return Promise.resolve(noAnswer)
    }
    const row = this.charged.get(attemptKey)
    if (row === undefined) return Promise.resolve({ kind: 'declined', reason: 'notSent', nativeCode: '00' })
    if (row.approvedMinor === 0)
      return Promise.resolve({ kind: 'declined', reason: 'declined', nativeCode: '05' })
    if (row.reversed) return Promise.resolve({ kind: 'cancelled' })
    return Promise.resolve({
      kind: 'approved',
      approval: { ...cardApproval, approvedMinor: row.approvedMinor },
    })
  }

  reverse(attemptKey: string): Promise<CardReversal> {
    if (this.refusals > 0) {
      this.refusals -= 1
      return Promise.resolve({ kind: 'refused', nativeCode: '83' })
    }
    const row = this.charged.get(attemptKey)
    if (row !== undefined) row.reversed = true
    return Promise.resolve({ kind: 'done', traceNumber: 18 })
  }

  refund(): Promise<CardReversal> {
    return Promise.resolve({ kind: 'done', traceNumber: 19 })
  }
}

function chargedOf(fate: CardFate, askedMinor: number): number {
  if (fate === 'decline' || fate === 'lostDeclined') return 0
  return fate === 'partly' ? Math.ceil(askedMinor / 3) : askedMinor
}

const noAnswer: CardOutcome = {
  kind: 'unknown',
  failure: {
    code: 'card.noAnswer',
    attempted: 'ask the terminal',
    remedy: 'retry',
    message: 'The terminal does not answer. Look at its display.',
  },
}

/** A girocard; the amount is each payment's own. */
export const cardApproval: CardApproval = {
  approvedMinor: 1,
  maskedPan: '****4771',
  scheme: 'girocard',
  traceNumber: 17,
  terminalId: '12345678',
  receiptNumber: 5,
  approvalCode: '004711',
}
