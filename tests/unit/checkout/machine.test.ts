import { describe, expect, it } from 'vitest'
import { createCheckoutMachine } from '../../../src-main/domain/checkout/machine.ts'
import type { CheckoutInput, CheckoutState, Step } from '../../../src-main/domain/checkout/state.ts'
import {
  apples,
  attemptKey,
  candidate,
  choose,
  debt,
  defaults,
  online,
  otherAttemptKey,
  part,
  payer,
  receipt,
  saleKeys,
  scanned,
  tea,
  wine,
} from './inputs.ts'

const machine = createCheckoutMachine(() => defaults)
const attract: CheckoutState = { kind: 'attract' }
const total = 1200

function play(...inputs: CheckoutInput[]): Step {
  return inputs.reduce<Step>((step, input) => machine(step.state, input), { state: attract, effects: [] })
}

const toConfirm: CheckoutInput[] = [
  scanned(tea),
  { type: 'payPressed' },
  choose('face'),
  { type: 'faceIdentified', candidate, mode: 'online' },
]
const confirmed: CheckoutInput = { type: 'confirmed', saleId: saleKeys.saleId, totalMinor: total, attemptKey }
const approved: CheckoutInput = { type: 'authorisationApproved', attemptKey, part: part() }

describe('a purchase with the face', () => {
  it('goes from the first scan to the done screen', () => {
    const completed = {
      saleId: saleKeys.saleId,
      receipt,
      receiptUrl: null,
      mode: 'online' as const,
      changeMinor: 0,
    }
    const steps = [...toConfirm, confirmed, approved, { type: 'saleCommitted', completed } as const]
    const printing = play(...steps)
    expect(printing.state.kind).toBe('printing')
    expect(printing.effects).toEqual([{ type: 'print', completed, copy: null }])
    const done = machine(printing.state, { type: 'paperReported', saleId: saleKeys.saleId, paper: 'printed' })
    expect(done.state).toMatchObject({ kind: 'done', paper: 'printed' })
  })

  it('opens the camera only when the shopper chooses to pay with the face, and closes it with the decision', () => {
    const chosen = play(...toConfirm.slice(0, 3))
    expect(chosen.effects).toEqual([{ type: 'startFaceCapture', tender: 'face' }])
    expect(play(...toConfirm).effects).toEqual([{ type: 'stopFaceCapture' }])
  })

  it('moves no money before the shopper confirms the total that is due', () => {
    const shown = play(...toConfirm)
    expect(shown.effects.some((effect) => effect.type === 'authorise')).toBe(false)
    const stale = machine(shown.state, { ...confirmed, totalMinor: total + 1 })
    expect(stale).toMatchObject({ refused: 'staleScreen', effects: [] })
    expect(stale.state).toBe(shown.state)
  })

  it('keeps the mode that was decided before the shopper confirmed', () => {
    const offline = play(
      ...toConfirm.slice(0, 3),
      { type: 'faceIdentified', candidate, mode: 'deferred' },
      confirmed,
    )
    expect(offline.state).toMatchObject({ kind: 'authorising', attempt: { mode: 'deferred' } })
  })

  it('says "not me" without naming anybody again', () => {
    const step = play(...toConfirm, { type: 'notMePressed' })
    expect(step.state.kind).toBe('tenderChoice')
    expect(JSON.stringify(step.state)).not.toContain(payer.maskedName)
  })
})

describe('a second factor', () => {
  const twin = { ...candidate, payer: { ...payer, accountId: '9'.repeat(32), phoneLast4: '1111' } }
  const ambiguous: CheckoutInput[] = [
    ...toConfirm.slice(0, 3),
    { type: 'faceAmbiguous', candidates: [candidate, twin].map(online) },
  ]

  it('tells two candidates apart by the last four digits and says so in the evidence', () => {
    const step = play(...ambiguous, { type: 'digitsEntered', digits: '1111' })
    expect(step.state).toMatchObject({
      kind: 'confirm',
      candidate: { payer: twin.payer, evidence: { secondFactor: true } },
    })
  })

  it('never decides between two people who share the digits', () => {
    const same = { ...twin, payer: { ...twin.payer, phoneLast4: payer.phoneLast4 } }
    const step = play(
      ...toConfirm.slice(0, 3),
      { type: 'faceAmbiguous', candidates: [candidate, same].map(online) },
      { type: 'digitsEntered', digits: payer.phoneLast4 },
    )
    expect(step.state).toMatchObject({ kind: 'secondFactor', attemptsLeft: 2 })
  })

  it('goes on as decided for whoever it turns out to be, and needs the hub where they may not wait for it', () => {
    const possible = [
      { ...candidate, mode: 'deferred' as const },
      { ...twin, mode: null },
    ]
    const asked: CheckoutInput[] = [...toConfirm.slice(0, 3), { type: 'faceAmbiguous', candidates: possible }]
    const first = play(...asked, { type: 'digitsEntered', digits: payer.phoneLast4 })
    expect(first.state).toMatchObject({ kind: 'confirm', mode: 'deferred' })
    const second = play(...asked, { type: 'digitsEntered', digits: '1111' })
    expect(second).toMatchObject({ state: { kind: 'tenderChoice' }, notice: { code: 'hubNeeded' } })
  })

  it('leads to another tender after three wrong tries', () => {
    const wrong: CheckoutInput = { type: 'digitsEntered', digits: '0000' }
    expect(play(...ambiguous, wrong, wrong).state).toMatchObject({ kind: 'secondFactor', attemptsLeft: 1 })
    expect(play(...ambiguous, wrong, wrong, wrong).state.kind).toBe('tenderChoice')
  })
})

describe('goods that staff must settle', () => {
  it.each([wine, apples])('cannot be paid before it: $sku', (item) => {
    const step = play(scanned(item), { type: 'payPressed' })
    expect(step.state.kind).toBe('scanning')
    expect(step.refused).toBeDefined()
  })

  it('can be paid after the age check', () => {
    const step = play(scanned(wine), { type: 'ageApproved', lineId: 1 }, { type: 'payPressed' })
    expect(step.state.kind).toBe('tenderChoice')
  })

  it('can be paid by its weight after the weighing', () => {
    const step = play(
      scanned(apples),
      { type: 'weightEntered', lineId: 1, grams: 500 },
      { type: 'payPressed' },
    )
    expect(step.state).toMatchObject({
      kind: 'tenderChoice',
      sale: { basket: { lines: [{ totalMinor: 490 }] } },
    })
  })

  it('leave the basket when staff refuses them', () => {
    const step = play(scanned(wine), { type: 'lineRefused', lineId: 1 })
    expect(step.state).toMatchObject({ kind: 'scanning', sale: { basket: { lines: [] } } })
  })
})

describe('an attempt without an answer', () => {
  const unknown: CheckoutInput = { type: 'outcomeUnknown', attemptKey, phase: 'querying' }

  it('cannot be cancelled, paid otherwise or timed out by anybody at the screen', () => {
    const waiting = play(...toConfirm, confirmed, unknown)
    for (const input of [
      { type: 'cancelPressed' },
      { type: 'backPressed' },
      choose('walletCode'),
      { type: 'idleTimedOut' },
      { type: 'laneFailed', reasons: ['store.diskFull'] },
      scanned(tea),
    ] as CheckoutInput[]) {
      const step = machine(waiting.state, input)
      expect(step.state).toBe(waiting.state)
      expect(step.effects).toEqual([])
    }
  })

  it("takes no other attempt's answer for its own", () => {
    const waiting = play(...toConfirm, confirmed, unknown)
    const other = machine(waiting.state, {
      type: 'authorisationApproved',
      attemptKey: otherAttemptKey,
      part: part({ attemptKey: otherAttemptKey }),
    })
    expect(other.state).toBe(waiting.state)
  })

  it('opens another tender only after its cancellation is confirmed', () => {
    const step = play(...toConfirm, confirmed, unknown, { type: 'attemptCancelled', attemptKey })
    expect(step).toMatchObject({ state: { kind: 'tenderChoice' }, notice: { code: 'attemptCancelled' } })
  })

  it('ends in a sale when it turns out approved, and in a held attempt when staff sends the shopper away', () => {
    expect(play(...toConfirm, confirmed, unknown, approved).state.kind).toBe('approved')
    const held = play(...toConfirm, confirmed, unknown, { type: 'staffHeldUnknown', attemptKey })
    expect(held.effects.map((effect) => effect.type)).toEqual(['holdUnknown', 'commitSaleCancelled'])
  })
})

describe('a phone code', () => {
  const code = `99${'1'.repeat(16)}`

  it('pays from the tender choice without another touch, and only online', () => {
    const step = play(scanned(tea), { type: 'payPressed' }, { type: 'walletCodeRead', code, attemptKey })
    expect(step.state).toMatchObject({
      kind: 'authorising',
      attempt: { tender: 'walletCode', mode: 'online' },
    })
  })

  it('pays nothing while goods are still being scanned', () => {
    const step = play(scanned(tea), { type: 'walletCodeRead', code, attemptKey })
    expect(step).toMatchObject({
      state: { kind: 'scanning' },
      notice: { code: 'codeNotForPaying' },
      effects: [],
    })
  })
})

describe('a shopper who leaves', () => {
  it('leaves no journal entry when nothing was in the basket', () => {
    const step = play({ type: 'sessionStarted', ...saleKeys }, { type: 'cancelPressed' })
    expect(step.effects).toEqual([{ type: 'commitOpenSale', sale: null }])
  })

  it('has the basket recorded as cancelled when something was in it', () => {
    const step = play(scanned(tea), { type: 'idleTimedOut' })
    expect(step.effects).toMatchObject([{ type: 'commitSaleCancelled', reason: 'idle' }])
  })

  it('does not keep the next one waiting: the first scan on the done screen begins a new sale', () => {
    const completed = {
      saleId: saleKeys.saleId,
      receipt,
      receiptUrl: null,
      mode: 'online' as const,
      changeMinor: 0,
    }
    const done = play(
      ...toConfirm,
      confirmed,
      approved,
      { type: 'saleCommitted', completed },
      {
        type: 'paperReported',
        saleId: saleKeys.saleId,
        paper: 'printed',
      },
    )
    const next = machine(done.state, { ...scanned(tea), saleId: 'e'.repeat(32) } as CheckoutInput)
    expect(next.state).toMatchObject({ kind: 'scanning', sale: { saleId: 'e'.repeat(32) } })
  })
})

const first = part({ amountMinor: 700 })
const partly: CheckoutInput[] = [
  ...toConfirm,
  confirmed,
  { type: 'authorisationApproved', attemptKey, part: first },
]

describe('a sale paid in parts', () => {
  it('asks for the rest after a part, and completes with the last one', () => {
    const step = play(...partly)
    expect(step).toMatchObject({
      state: { kind: 'tenderChoice', sale: { paid: [first] } },
      notice: { code: 'partlyPaid', amountMinor: 700 },
    })
    const rest = machine(step.state, { type: 'walletCodeRead', code: '99', attemptKey: otherAttemptKey })
    expect(rest.effects).toMatchObject([{ type: 'authorise', attempt: { amountMinor: 500 } }])
    const last = part({ attemptKey: otherAttemptKey, amountMinor: 500 })
    const done = machine(rest.state, {
      type: 'authorisationApproved',
      attemptKey: otherAttemptKey,
      part: last,
    })
    expect(done.effects).toMatchObject([{ type: 'completeSale', sale: { paid: [first, last] } }])
  })

  it('asks no tender for more than is due', () => {
    const chosen = play(...partly, choose('face', 10_000))
    expect(chosen.state).toMatchObject({ kind: 'faceCapture', askMinor: 500 })
  })

  it('commits that its parts are taken back before anything else happens when it is left', () => {
    const left = play(...partly, { type: 'cancelPressed' })
    expect(left).toMatchObject({
      state: { kind: 'voiding', phase: 'voiding', reason: 'shopper' },
      effects: [{ type: 'commitVoids', attemptKeys: [attemptKey] }],
    })
    const ended = machine(left.state, { type: 'partVoided', attemptKey })
    expect(ended).toMatchObject({ state: { kind: 'cancelled' }, effects: [{ type: 'commitSaleCancelled' }] })
  })

  it('lets nobody out of giving money back but the answer, or staff', () => {
    const left = play(...partly, { type: 'cancelPressed' })
    const inputs: CheckoutInput[] = [
      { type: 'cancelPressed' },
      { type: 'backPressed' },
      { type: 'idleTimedOut' },
      { type: 'finishPressed' },
      { type: 'laneFailed', reasons: ['store.diskFull'] },
      { type: 'partVoided', attemptKey: otherAttemptKey },
      scanned(tea),
    ]
    for (const input of inputs) {
      expect(machine(left.state, input).state).toMatchObject({ kind: 'voiding', sale: { paid: [first] } })
    }
    const held = machine(machine(left.state, { type: 'voidUnconfirmed' }).state, { type: 'staffHeldVoids' })
    expect(held.state.kind).toBe('cancelled')
  })

  it('hands cash back last and by staff', () => {
    const cash = { kind: 'cash', tenderedMinor: 200, changeMinor: 0, roundingMinor: 0 } as const
    const taken: CheckoutInput = {
      type: 'cashTaken',
      part: { amountMinor: 200, instrument: cash },
      attemptKey: otherAttemptKey,
      staffId: 'li',
    }
    const left = play(...partly, choose('cash'), taken, { type: 'cancelPressed' })
    expect(left.state).toMatchObject({ kind: 'voiding', phase: 'voiding' })
    const rest = machine(left.state, { type: 'partVoided', attemptKey })
    expect(rest).toMatchObject({
      state: { phase: 'cash' },
      effects: [{ type: 'callStaff', kind: 'cashReturn' }],
    })
    const ended = machine(rest.state, { type: 'cashReturned', staffId: 'li' })
    expect(ended.effects.map(({ type }) => type)).toEqual(['commitCashReturned', 'commitSaleCancelled'])
  })

  it('takes no more cash than is due for the goods', () => {
    const cash = { kind: 'cash', tenderedMinor: 900, changeMinor: 0, roundingMinor: 0 } as const
    const taken: CheckoutInput = {
      type: 'cashTaken',
      part: { amountMinor: 900, instrument: cash },
      attemptKey: otherAttemptKey,
      staffId: 'li',
    }
    expect(play(...partly, choose('cash'), taken)).toMatchObject({ refused: 'staleScreen', effects: [] })
  })
})

describe('an unknown payment before which staff decides', () => {
  const unknown: CheckoutInput = { type: 'outcomeUnknown', attemptKey, phase: 'attendant' }

  it('completes the sale when the goods go', () => {
    const released = part({ releasedBy: 'li', approvalCode: null })
    const step = play(...toConfirm, confirmed, unknown, {
      type: 'staffReleasedUnknown',
      attemptKey,
      part: released,
    })
    expect(step.effects).toMatchObject([{ type: 'completeSale', sale: { paid: [released] } }])
  })

  it('is named by the one payment that stands for it, and by none after that', () => {
    const other = play(...toConfirm, confirmed, unknown, { type: 'staffChoseOtherTender', attemptKey })
    expect(other.effects).toEqual([{ type: 'holdUnknown', attemptKey }])
    const again = machine(other.state, { type: 'walletCodeRead', code: '99', attemptKey: otherAttemptKey })
    expect(again.effects).toMatchObject([{ type: 'authorise', attempt: { linkedTo: attemptKey } }])
    const paidPart = machine(again.state, {
      type: 'authorisationApproved',
      attemptKey: otherAttemptKey,
      part: part({ attemptKey: otherAttemptKey, amountMinor: 700 }),
    })
    expect(paidPart.state).toMatchObject({ kind: 'tenderChoice', sale: { linkedTo: null } })
  })
})

describe('somebody who owes', () => {
  const debtor: CheckoutInput = {
    type: 'faceIdentified',
    candidate: { ...candidate, block: { owing: debt } },
    mode: 'online',
  }

  it('hears of it only after "this is me", and nothing is charged by that', () => {
    const shown = play(...toConfirm.slice(0, 3), debtor)
    expect(shown.state.kind).toBe('confirm')
    const told = machine(shown.state, confirmed)
    expect(told).toMatchObject({ state: { kind: 'owing', owing: debt }, effects: [] })
  })

  it('pays the debt with a code, at its own amount, and the basket is still due', () => {
    const step = play(...toConfirm.slice(0, 3), debtor, confirmed, { type: 'recoveryChosen' })
    const paying = machine(step.state, { type: 'walletCodeRead', code: '99', attemptKey: otherAttemptKey })
    expect(paying.effects).toMatchObject([
      { type: 'authorise', attempt: { amountMinor: debt.amountMinor, owing: debt } },
    ])
    const settled = machine(paying.state, {
      type: 'authorisationApproved',
      attemptKey: otherAttemptKey,
      part: part({ attemptKey: otherAttemptKey, amountMinor: debt.amountMinor }),
    })
    expect(settled).toMatchObject({
      state: { kind: 'tenderChoice', sale: { paid: [] } },
      notice: { code: 'debtPaid' },
    })
  })

  it('may use points all the same', () => {
    const steps = [...toConfirm.slice(0, 2), choose('points'), debtor]
    expect(play(...steps, confirmed).state).toMatchObject({
      kind: 'authorising',
      attempt: { tender: 'points' },
    })
  })
})
