import type { Answers } from './answers.ts'
import { noButtons, nothingAwaited } from './answers.ts'
import { chooseTender, toChoice } from './choosing.ts'
import { leave } from './leaving.ts'
import { paperOffer } from './paper.ts'
import { languageOf, memberOf, outOfOrder, payWithCode, payWithCoupon, resume } from './shopping.ts'
import type { BeginSale } from './sale.ts'
import { scanInto, scanning } from './sale.ts'
import type { CheckoutEffect, CompletedSale, InputOf, Paper, StateOf, Step, VendedSale } from './state.ts'

const attract: Step = { state: { kind: 'attract' }, effects: [], notice: null }

/** Paid, about to be committed: the breath before the receipt. */
export const approvedAnswers: Answers<'approved'> = {
  ...noButtons,
  ...nothingAwaited,
  saleCommitted: (_state, { completed }) =>
    isVended(completed)
      ? {
          state: { kind: 'dispensing', completed },
          effects: [{ type: 'dispense', saleId: completed.saleId }],
          notice: null,
        }
      : printing(completed),
}

/** The goods come before the paper; nothing a shopper can press stops a motor. */
export const dispensingAnswers: Answers<'dispensing'> = {
  ...noButtons,
  ...nothingAwaited,
  vendProgressed: vended,
  vendFinished: (state, { saleId, vend }) =>
    saleId === state.completed.saleId ? printing({ ...state.completed, vend }) : { state, effects: [] },
}

export const declinedAnswers: Answers<'declined'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  tenderChosen: (state, input) => chooseTender(state, state.sale, input),
  walletCodeRead: (state, input) => payWithCode(state.sale, input),
  couponRead: (state, input) => payWithCoupon(state.sale, input),
  memberFound: (state, input) => memberOf(state, input.member),
  memberRemoved: (state) => memberOf(state, null),
  hubNeeded: (state) => ({ state, effects: [], notice: { code: 'hubNeeded' } }),
  backPressed: (state) => toChoice(state.sale, null),
  cancelPressed: (state) => leave(state.sale, 'shopper'),
  idleTimedOut: (state) => toChoice(state.sale, null),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

export const printingAnswers: Answers<'printing'> = {
  ...noButtons,
  ...nothingAwaited,
  vendProgressed: vended,
  paperReported: (state, input) =>
    input.saleId === state.completed.saleId ? done(state.completed, input.paper) : { state, effects: [] },
  // The paper may take its time: whoever has the receipt on the phone can go.
  noPaperPressed: ({ completed }) => done(completed, 'declinedByShopper', [stopPrinting(completed)]),
  finishPressed: () => attract,
}

/** The next shopper need not wait for the screen of the last one: their first item begins their sale. */
export const doneAnswers = (begin: BeginSale): Answers<'done'> => ({
  ...noButtons,
  ...nothingAwaited,
  itemScanned: (state, input) => scanInto(state, begin(input), input),
  copyPressed: (state) =>
    paperOffer(state.paper) === 'copy'
      ? {
          state: { ...state, paper: 'printing' },
          effects: [{ type: 'print', completed: state.completed, copy: 'shopperAsked' }],
          notice: null,
        }
      : { state, effects: [], refused: 'notNow' },
  vendProgressed: vended,
  paperReported: (state, input) =>
    input.saleId === state.completed.saleId && !wasDeclined(state.paper, input.paper)
      ? done(state.completed, input.paper)
      : { state, effects: [] },
  noPaperPressed: ({ paper, completed }) => ({
    ...attract,
    effects: paperOffer(paper) === 'noPaper' ? [stopPrinting(completed)] : [],
  }),
  finishPressed: () => attract,
  idleTimedOut: () => attract,
  sessionStarted: (_state, input) => scanning(begin(input)),
  laneFailed: (_state, input) => outOfOrder(input.reasons, null),
})

export const cancelledAnswers = (begin: BeginSale): Answers<'cancelled'> => ({
  ...noButtons,
  ...nothingAwaited,
  itemScanned: (state, input) => scanInto(state, begin(input), input),
  finishPressed: () => attract,
  sessionStarted: (_state, input) => scanning(begin(input)),
  idleTimedOut: () => attract,
  laneFailed: (_state, input) => outOfOrder(input.reasons, null),
})

export const outOfOrderAnswers: Answers<'outOfOrder'> = {
  ...noButtons,
  ...nothingAwaited,
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
  laneRecovered: (state) => (state.sale ? resume(state.sale) : attract),
}

function printing(completed: CompletedSale): Step {
  return {
    state: { kind: 'printing', completed },
    effects: [{ type: 'print', completed, copy: null }],
    notice: null,
  }
}

function isVended(completed: CompletedSale): completed is VendedSale {
  return completed.vend !== undefined
}

/** What became of a piece is shown for as long as its shopper is there. */
function vended(
  state: StateOf<'dispensing' | 'printing' | 'done'>,
  { saleId, vend }: InputOf<'vendProgressed'>,
): Step {
  if (saleId !== state.completed.saleId) return { state, effects: [] }
  return { state: { ...state, completed: { ...state.completed, vend } }, effects: [] }
}

/** Whoever wanted no paper is not told that there is none; a paper that came all the same is theirs to take. */
function wasDeclined(wanted: Paper, came: Paper): boolean {
  return wanted === 'declinedByShopper' && (came === 'notPrinted' || came === 'copyPrinting')
}

function stopPrinting({ saleId }: CompletedSale): CheckoutEffect {
  return { type: 'stopPrinting', saleId }
}

function done(completed: CompletedSale, paper: Paper, effects: readonly CheckoutEffect[] = []): Step {
  return { state: { kind: 'done', completed, paper }, effects, notice: null }
}
