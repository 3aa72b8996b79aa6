import type { DriverClock } from '../../port/clock.ts'
import type { Apdu } from '../zvt/apdu.ts'
import { decodeBcd } from '../zvt/bcd.ts'
import { bmp, decodeElements } from '../zvt/bitmaps.ts'
import { acknowledgement, control, refusal } from '../zvt/commands.ts'
import { lastTrace } from '../transaction.ts'
import { testCard, testCards, type TestCard } from './cards.ts'
import type { ChargeLog, ChargeRecord } from './charge-log.ts'
import { abort, completion, failedStatus, intermediate, registered, statusOf } from './replies.ts'

/** What stands on the terminal's own screen. */
export type TerminalScreen = 'off' | 'idle' | 'presentCard' | 'enterPin' | 'authorising'

/**
 * What goes wrong in the next transaction. `link…`: the cable is cut for the boot time and the terminal goes on by
 * itself; `power…`: the terminal restarts; `silent`: it books and never tells; `statusOnly`: it tells and never
 * completes; `duplicate`: it says its result twice.
 */
export const terminalFaults = [
  'linkBeforeCharge',
  'linkAfterCharge',
  'powerBeforeCharge',
  'powerAfterCharge',
  'silent',
  'statusOnly',
  'duplicate',
] as const
export type TerminalFault = (typeof terminalFaults)[number]

export interface TerminalCoreDeps {
  readonly clock: DriverClock
  readonly log: ChargeLog
  readonly password: number
  readonly refunds: boolean
  readonly autoCard: { readonly id: string; readonly afterMs: number } | null
  readonly pinMs: number
  readonly hostMs: number
  readonly send: (apdu: Apdu) => void
  readonly cutLink: () => void
  readonly cutPower: () => void
  readonly changed: () => void
}

export interface TerminalCore {
  receive(apdu: Apdu): void
  state(): { readonly screen: TerminalScreen; readonly amountMinor: number | null }
  presentCard(id: string): void
  pressCancel(): void
  setFault(fault: TerminalFault): void
  approveAtMost(amountMinor: number): void
  powerOff(): void
  powerOn(): void
}

/** Result codes of PA00P015 that this terminal gives. */
const code = { notRegistered: 0x6b, cancelled: 0x6c, currency: 0x6f, function: 0x83, format: 0x9a, busy: 0x9c, alreadyReversed: 0xb4, noReversal: 0xb5 } as const // prettier-ignore
const terminalId = '28004869'

interface Running {
  readonly kind: 'charge' | 'refund'
  readonly amountMinor: number
  card: TestCard | null
  /** From here the acquirer decides: an abort comes too late. */
  committed: boolean
  cancelTimer: () => void
}

/** The behaviour of the terminal: what it shows, books and says, whoever is at the other end of the wire. */
export function createTerminalCore(deps: TerminalCoreDeps): TerminalCore {
  const { clock, log, send, changed } = deps
  let screen: TerminalScreen = 'idle'
  let currencyNumber: number | null = null
  let running: Running | null = null
  let fault: TerminalFault | null = null
  let ceilingMinor: number | null = null
  /** Cards are not in the log: after a restart the last receipt is told without its number. */
  const cards = new Map<number, TestCard>()

  function show(next: TerminalScreen): void {
    screen = next
    changed()
  }

  function receive({ control: word, data }: Apdu): void {
    if (screen === 'off') return
    if (word === control.positive || word >> 8 === 0x84) return
    if (word === control.abortByTill) return abortRunning()
    if (running !== null) return send(refusal(code.busy))
    switch (word) {
      case control.registration:
        return register(data)
      case control.statusEnquiry:
        send(acknowledgement)
        return send(completion)
      case control.authorisation:
        return begin('charge', data)
      case control.refund:
        return deps.refunds ? begin('refund', data.subarray(3)) : send(refusal(code.function))
      case control.reversal:
        return reverse(data)
      case control.repeatReceipt:
        return repeat()
      case control.endOfDay:
        send(acknowledgement)
        return send(completion)
      default:
        return send(refusal(code.function))
    }
  }

  function register(data: Uint8Array): void {
    if (decodeBcd(data.subarray(0, 3)) !== deps.password || data.length < 6) return send(refusal(code.format))
    const wanted = decodeBcd(data.subarray(4, 6))
    if (wanted === null) return send(refusal(code.currency))
    currencyNumber = wanted
    send(acknowledgement)
    send(registered(terminalId, wanted))
  }

  function begin(kind: Running['kind'], data: Uint8Array): void {
    const elements = decodeElements(data)
    const amount = elements?.values.get(bmp.amount)
    const amountMinor = amount === undefined ? null : decodeBcd(amount)
    const currency = elements?.values.get(bmp.currency)
    if (currencyNumber === null) return send(refusal(code.notRegistered))
    if (amountMinor === null || amountMinor < 1) return send(refusal(code.format))
    send(acknowledgement)
    if (currency !== undefined && decodeBcd(currency) !== currencyNumber) return fail(code.currency)
    const mine: Running = { kind, amountMinor, card: null, committed: false, cancelTimer: () => undefined }
    running = mine
    send(intermediate(0x0a))
    show('presentCard')
    const { autoCard } = deps
    if (autoCard !== null) mine.cancelTimer = clock.after(autoCard.afterMs, () => presentCard(autoCard.id))
  }

  function presentCard(id: string): void {
    const mine = running
    if (mine === null || mine.card !== null || !testCards.some((card) => card.id === id)) return
    mine.cancelTimer()
    const card = testCard(id)
    mine.card = card
    if (!card.pin) return askHost(mine)
    send(intermediate(0x01))
    show('enterPin')
    mine.cancelTimer = clock.after(deps.pinMs, () => askHost(mine))
  }

  function askHost(mine: Running): void {
    mine.committed = true
    send(intermediate(0x04))
    show('authorising')
    mine.cancelTimer = clock.after(deps.hostMs, () => decide(mine))
  }

  function decide(mine: Running): void {
    const { card } = mine
    if (running !== mine || card === null) return
    const armed = fault
    if (armed === 'powerBeforeCharge') {
      fault = null
      return deps.cutPower()
    }
    if (armed === 'linkBeforeCharge') deps.cutLink()
    if (card.declines !== null) return fail(card.declines)
    const record = book(mine, card)
    fault = null
    if (armed === 'powerAfterCharge') return deps.cutPower()
    if (armed === 'linkAfterCharge') deps.cutLink()
    running = null
    if (armed === 'silent') return show('idle')
    send(statusOf(record, card, terminalId))
    if (armed === 'duplicate') send(statusOf(record, card, terminalId))
    if (armed !== 'statusOnly') send(completion)
    if (armed === 'duplicate') send(completion)
    show('idle')
  }

  function book(mine: Running, card: TestCard): ChargeRecord {
    const amountMinor = Math.min(mine.amountMinor, ceilingMinor ?? mine.amountMinor)
    ceilingMinor = null
    const record = nextRecord(mine.kind, amountMinor, `****${card.pan.slice(-4)}`, card.scheme, null)
    cards.set(record.traceNumber, card)
    log.append(record)
    return record
  }

  function nextRecord(
    kind: ChargeRecord['kind'],
    amountMinor: number,
    maskedPan: string,
    scheme: string,
    originalTrace: number | null,
  ): ChargeRecord {
    const before = log.records().at(-1)
    const traceNumber = ((before?.traceNumber ?? 0) % lastTrace) + 1
    return {
      at: new Date().toISOString(),
      kind,
      traceNumber,
      receiptNumber: ((before?.receiptNumber ?? 0) % 9999) + 1,
      amountMinor,
      currencyNumber: currencyNumber ?? 0,
      maskedPan,
      scheme,
      approvalCode: String(600_000 + traceNumber).slice(-6),
      originalTrace,
    }
  }

  function reverse(data: Uint8Array): void {
    if (decodeBcd(data.subarray(0, 3)) !== deps.password) return send(refusal(code.format))
    const wanted = decodeElements(data.subarray(3))?.values.get(bmp.receiptNumber)
    send(acknowledgement)
    const number = wanted === undefined ? null : decodeBcd(wanted)
    const charge = log
      .records()
      .findLast((record) => record.kind === 'charge' && record.receiptNumber === number)
    if (charge === undefined) return fail(code.noReversal)
    const done = log.records().some(({ originalTrace }) => originalTrace === charge.traceNumber)
    if (done) return fail(code.alreadyReversed)
    const armed = fault
    fault = null
    if (armed === 'powerBeforeCharge') return deps.cutPower()
    if (armed === 'linkBeforeCharge') deps.cutLink()
    const record = nextRecord(
      'reversal',
      charge.amountMinor,
      charge.maskedPan,
      charge.scheme,
      charge.traceNumber,
    )
    log.append(record)
    if (armed === 'powerAfterCharge') return deps.cutPower()
    if (armed === 'linkAfterCharge') deps.cutLink()
    if (armed === 'silent') return
    send(statusOf(record, cards.get(charge.traceNumber) ?? null, terminalId))
    if (armed !== 'statusOnly') send(completion)
  }

  function repeat(): void {
    send(acknowledgement)
    const last = log.records().at(-1)
    if (last === undefined) return send(abort(code.function))
    send(statusOf(last, cards.get(last.traceNumber) ?? null, terminalId))
    send(completion)
  }

  /** Ends the running transaction without a booking. */
  function fail(resultCode: number): void {
    running?.cancelTimer()
    running = null
    send(failedStatus(resultCode, terminalId))
    send(abort(resultCode))
    show('idle')
  }

  function abortRunning(): void {
    send(acknowledgement)
    if (running !== null && !running.committed) fail(code.cancelled)
  }

  return {
    receive,
    state: () => ({ screen, amountMinor: running?.amountMinor ?? null }),
    presentCard,
    pressCancel() {
      if (running !== null && !running.committed) fail(code.cancelled)
    },
    setFault(next) {
      fault = next
    },
    approveAtMost(amountMinor) {
      ceilingMinor = amountMinor
    },
    powerOff() {
      running?.cancelTimer()
      running = null
      currencyNumber = null
      show('off')
    },
    powerOn: () => show('idle'),
  }
}
