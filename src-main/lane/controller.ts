import { Failure } from '../contract/failure.ts'
import type { CommandResult, LaneCommand } from '../contract/laneCommand.ts'
import type { LaneView, Notice } from '../contract/laneView.ts'
import type { Language } from '../contract/values.ts'
import { openBlocks } from '../domain/basket/reading.ts'
import { createCheckoutMachine, isInterruptible } from '../domain/checkout/machine.ts'
import type { Attempt, CheckoutInput, CheckoutState, Step } from '../domain/checkout/state.ts'
import { identificationLimit } from '../domain/rights/attemptLimit.ts'
import { countAttempts } from '../members/attempts.ts'
import type { AttemptNews, VoidNews } from '../payments/attempts.ts'
import { createCompleting } from './completing.ts'
import type { CommandDeps } from './commands.ts'
import { runCommand } from './commands.ts'
import { createLooking } from './looking.ts'
import { createEffects } from './effects.ts'
import { createMemberCards } from './memberCards.ts'
import { countDigitGuesses } from './digitGuesses.ts'
import { inputOf, noticeOfStore } from './news.ts'
import { beginsAnew, scannableStates, takesMemberCard } from './readiness.ts'
import { restore } from './restoring.ts'
import { createScans } from './scans.ts'
import { holdsSale } from './staffDesk.ts'
import { createWalletFacing } from './walletFacing.ts'
import { createTendering } from './tendering.ts'
import { withoutStaff } from './unattended.ts'
import { createWeighing } from './weighing.ts'
import { laneView, saleOf } from './view.ts'
import type { Lane, LaneParts } from './lane.ts'

const probeDiskMs = 5_000

export function createLane(parts: LaneParts): Lane {
  const { settings, store, clock, random, log, payments, selling, receipts, staff } = parts
  const { enrolment, myFace, vending } = parts
  const staffLayer = parts.staffRoom.layer
  const machine = createCheckoutMachine(() => ({
    currency: settings.currency,
    tax: settings.tax,
    language,
  }))
  const listeners = new Set<(view: LaneView) => void>()
  const closing = new AbortController()
  const queue: CheckoutInput[] = []
  let busy = false
  let language: Language = settings.language
  let state: CheckoutState = { kind: 'attract' }
  let notice: Notice | null = null
  let version = 0
  let lastView: LaneView | null = null
  let cancelIdle: () => void = () => undefined
  let printerReady = false
  let failing: readonly string[] = []

  const tendering = createTendering({ ...parts, sale: () => saleOf(state) })

  const guesses = countDigitGuesses(clock)
  const looks = countAttempts(identificationLimit, clock)
  const looking = createLooking({
    store,
    capture: parts.guard.capture,
    mode: tendering.modeFor,
    points: parts.points,
    challenge: tendering.challenge,
    scores: settings.bench,
    mayGuess: (subjectKey) => !guesses.exhausted(subjectKey),
    takeLook: () => looks.take(),
    dispatch: (input) => void dispatch(input),
    changed: publish,
    trace: (look) => {
      parts.trace({ kind: 'look', ...look })
    },
  })

  const walletFacing = createWalletFacing({
    devices: parts.walletFaces,
    random,
    dispatch: (input) => void dispatch(input),
  })
  const weighing = createWeighing({
    scale: parts.scale,
    clock,
    sale: () => (state.kind === 'scanning' ? state.sale : null),
    weighed: (lineId, grams) => void dispatch({ type: 'weightEntered', lineId, grams }),
    changed() {
      callStaff()
      weighing.follow()
      publish()
    },
  })
  const scans = createScans({
    settings,
    store,
    clock,
    random,
    lacksHub: (tender) =>
      ['tenderChoice', 'codeCapture', 'declined'].includes(state.kind) && tendering.modeFor(tender) === null,
    layerTakes: (text, ownCode) =>
      staffLayer.takeScan(text) || enrolment.takeScan(ownCode) || myFace.takeScan(ownCode),
    dispatch: (input) => void dispatch(input),
  })
  const memberCards = createMemberCards({
    lookUp: parts.lookUpMember,
    random,
    dispatch: (input) => void dispatch(input),
  })
  const completing = createCompleting({
    selling,
    vending,
    clock,
    log,
    state: () => state,
    dispatch: (input) => void dispatch(input),
    storeFailed,
    closing: closing.signal,
  })
  const effects = createEffects({
    payments,
    selling,
    staff,
    looking,
    walletFacing,
    newsOf,
    voidNews,
    callStaff: call,
    openDrawer: parts.drawer.open,
    complete: completing.complete,
    dispense: completing.dispense,
    receipts,
    closing: closing.signal,
  })

  /** Runs the machine, commits, then adopts and shows the new state, then acts. Calls from within wait their turn. */
  function dispatch(input: CheckoutInput): Step['refused'] {
    if (busy) {
      queue.push(input)
      return undefined
    }
    busy = true
    try {
      const refusal = advance(input)
      for (let next = queue.shift(); next; next = queue.shift()) advance(next)
      return refusal
    } finally {
      busy = false
      publish()
    }
  }

  function advance(input: CheckoutInput): Step['refused'] {
    if (beginsAnew(state, input)) reset()
    const step = machine(state, input)
    try {
      step.effects.forEach(effects.commit)
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      storeFailed(thrown)
      return 'notNow'
    }
    guesses.follow(state, input, step.state)
    const moved = step.state !== state
    if (step.state.kind !== state.kind) {
      parts.trace({ kind: 'state', state: step.state.kind, monotonicMs: clock.monotonicMs() })
    }
    const arrived = step.state.kind !== state.kind
    state = step.state
    if (arrived && state.kind === 'attract') reset()
    if (step.notice !== undefined) notice = step.notice
    callStaff()
    weighing.follow()
    step.effects.forEach(effects.act)
    if (moved) armIdle()
    if (failing.length > 0 && isInterruptible(state)) queue.push({ type: 'laneFailed', reasons: failing })
    return step.refused
  }

  /** Back to nobody: the next shopper finds the lane as if no one had been there. */
  function reset(): void {
    language = settings.language
    staff.dismissSale()
    memberCards.forget()
    notice = null
  }

  /** Staff is called for what the basket asks, and no longer for what it does not. */
  function callStaff(): void {
    if (state.kind !== 'unknown' && state.kind !== 'voiding') staff.dismiss('unknownOutcome')
    if (state.kind !== 'voiding') staff.dismiss('cashReturn')
    const sale = saleOf(state)
    if (!sale) return
    keeping(() => {
      const forStaff = openBlocks(sale.basket).filter(
        ({ block, lineId }) => block !== 'weighing' || !weighing.serves(sale.saleId, lineId),
      )
      staff.followBasket(sale.saleId, forStaff)
    })
  }

  /** Money that waits for a person: the call for them may not have been kept, or staff's answer to it. */
  function callForMoney(): void {
    if (state.kind !== 'unknown' && state.kind !== 'voiding') return
    if (state.phase === 'attendant') call('unknownOutcome')
    if (state.phase === 'cash') call('cashReturn')
  }

  function call(kind: 'help' | 'cashReturn' | 'unknownOutcome'): void {
    if (vending === null) return keeping(() => staff.call(kind, saleOf(state)?.saleId ?? null, null))
    const input = withoutStaff(kind, state)
    if (input === null) return
    void dispatch(input)
    if (kind === 'unknownOutcome') notice = { code: 'attemptHeld' }
  }

  function voidNews(news: VoidNews): void {
    if (news.kind === 'voided') return void dispatch({ type: 'partVoided', attemptKey: news.attemptKey })
    void dispatch({ type: 'voidUnconfirmed' })
    if (state.kind === 'voiding') call('unknownOutcome')
    publish()
  }

  /** Runs what writes beside the machine; a store that refuses takes the lane out of order. */
  function keeping(work: () => void): void {
    try {
      work()
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      storeFailed(thrown)
    }
  }

  const unfollowPaper = receipts.onPaper((news) => void dispatch({ type: 'paperReported', ...news }))

  function newsOf(attempt: Attempt): (news: AttemptNews) => void {
    return (news) => {
      void dispatch(inputOf(attempt.attemptKey, news))
      if (news.kind !== 'unknown' || news.phase !== 'attendant') return
      call('unknownOutcome')
      publish()
    }
  }

  function storeFailed(failure: Failure): void {
    log.error({ failure: failure.toJSON() }, 'the store refused a write')
    notice = noticeOfStore(failure)
    if (failing.length > 0) return
    failing = [failure.code]
    clock.after(probeDiskMs, probeDisk)
    if (isInterruptible(state)) void dispatch({ type: 'laneFailed', reasons: failing })
    else publish()
  }

  function probeDisk(): void {
    if (closing.signal.aborted) return
    try {
      selling.keep(saleOf(state))
      failing = []
      void dispatch({ type: 'laneRecovered' })
      callForMoney()
      publish()
    } catch {
      clock.after(probeDiskMs, probeDisk)
    }
  }

  function armIdle(): void {
    cancelIdle()
    const idleMs = settings.idleMs[state.kind]
    if (idleMs === undefined) return
    cancelIdle = clock.after(idleMs, () => {
      // Nobody is hurried while staff is on the way or an enrolment goes on.
      if (holdsSale(staff.current()) || enrolment.view() || myFace.view() || staffLayer.view()) armIdle()
      else void dispatch({ type: 'idleTimedOut' })
    })
  }

  function scan(text: string): boolean {
    if (!acceptsScans()) return false
    scans.take(text)
    return true
  }

  /** A printer that is back prints what it owes. */
  function followPrinter(): void {
    const wasReady = printerReady
    printerReady = parts
      .devices()
      .some(({ category, state: is }) => category === 'PosPrinter' && is === 'ready')
    if (printerReady && !wasReady) void receipts.resume(closing.signal).then(publish)
  }

  function publish(): void {
    version += 1
    lastView = null
    if (listeners.size === 0) return
    const view = currentView()
    for (const listener of listeners) listener(view)
  }

  function currentView(): LaneView {
    const choosing = state.kind === 'tenderChoice' || state.kind === 'declined'
    lastView ??= laneView({
      version,
      settings,
      language,
      state,
      notice,
      capture: looking.view(),
      offers: choosing ? tendering.offers() : [],
      cashDue: tendering.cashDue(),
      intervention: staff.current(),
      weighing: weighing.view(),
      shelf: vending?.shelf(saleOf(state)?.basket.lines ?? []) ?? null,
      pin: staff.pinState(),
      enrolment: enrolment.view(),
      myFace: myFace.view(),
      staffLayer: staffLayer.view(),
      devices: parts.devices(),
      sync: parts.sync(),
      facePay: {
        available:
          !parts.guard.isLocked() &&
          parts.devices().every(({ category, state: is }) => category !== 'FaceEngine' || is === 'ready'),
        enrolled: parts.gallerySize(),
      },
    })
    return lastView
  }

  /** A command that could not be kept is refused, and the lane says why on the screen. */
  async function answering(command: LaneCommand, deps: CommandDeps): Promise<CommandResult> {
    try {
      return await runCommand(command, deps)
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      storeFailed(thrown)
      return { kind: 'refused', code: thrown.code }
    }
  }

  function acceptsScans(): boolean {
    if (staffLayer.view()) return staffLayer.awaitsScan()
    const layer = enrolment.view() ?? myFace.view()
    if (layer) return layer.step === 'link' || layer.step === 'code'
    return !holdsSale(staff.current()) && weighing.view() === null && scannableStates.has(state.kind)
  }

  return {
    start() {
      const { publicUrl } = parts
      const restored = restore({ store, payments, tax: settings.tax, newsOf, vending, publicUrl })
      state = restored.state
      notice = restored.notice
      language = saleOf(state)?.language ?? language
      parts.fiscal.resume(saleOf(state)?.saleId ?? null)
      if (state.kind === 'approved') completing.complete(state.sale.saleId)
      payments.pursueVoids(restored.voids, voidNews)
      restored.effects.forEach(effects.act)
      callStaff()
      weighing.resume()
      parts.guard.start()
      vending?.start()
      void receipts.resume(closing.signal).then(publish)
      armIdle()
      publish()
    },
    view: currentView,
    onView(listener) {
      listeners.add(listener)
      listener(currentView())
      return () => listeners.delete(listener)
    },
    command: (command) =>
      answering(command, {
        random,
        staff,
        guard: parts.guard,
        enrolment,
        myFace,
        staffLayer,
        weighing,
        vending,
        catalogue: store.catalogue,
        state: () => state,
        language: () => language,
        chooseLanguage: (chosen) => {
          language = chosen
        },
        dismissNotice: () => {
          notice = null
        },
        dispatch,
        scan,
        callStaff,
        publish,
        offers: tendering.offers,
        settleCash: tendering.settleCash,
        release: (attemptKey, staffId) => payments.release(attemptKey, staffId),
        hubThere: () => tendering.modeFor('walletCode') !== null,
        priced: scans.priced,
      }),
    scan: (text) => void scan(text),
    scanMember(memberNumber) {
      if (acceptsScans() && takesMemberCard(state.kind) && !enrolment.view() && !myFace.view())
        memberCards.take(memberNumber)
    },
    cardRefused(notice) {
      if (acceptsScans()) scans.refuseCard(notice)
    },
    scanGarbled() {
      if (acceptsScans()) void dispatch({ type: 'scanRefused', notice: { code: 'unreadableBarcode' } })
    },
    vendProgressed: completing.vendProgressed,
    scannedLines: () => (state.kind === 'scanning' ? state.sale.basket.lines : []),
    overridePrice: (lineId, override) =>
      state.kind === 'scanning' && dispatch({ type: 'priceOverridden', lineId, override }) === undefined,
    refresh() {
      followPrinter()
      publish()
    },
    storeFailed,
    acceptsScans,
    wantsCamera: () =>
      looking.active() || enrolment.view()?.step === 'look' || myFace.view()?.step === 'look',
    close() {
      closing.abort()
      memberCards.forget()
      unfollowPaper()
      cancelIdle()
      looking.stop()
      walletFacing.stop()
      parts.guard.close()
      enrolment.close()
      myFace.close()
      staffLayer.close()
      parts.staffRoom.close()
      parts.drawer.close()
      weighing.close()
      vending?.close()
      payments.close()
      listeners.clear()
    },
  }
}
