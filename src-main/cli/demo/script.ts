import { writeFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../../bench/bench.ts'
import type { Operator } from '../../bench/operator.ts'
import type { BenchCommand } from '../../contract/bench.ts'
import { Failure } from '../../contract/failure.ts'
import type { LaneCommand } from '../../contract/laneCommand.ts'
import type { LaneView, Screen } from '../../contract/laneView.ts'
import { consentText } from '../../domain/face/consent.ts'
import { formatMoney } from '../../domain/money/text.ts'
import type { LaneTrace } from '../../lane/lane.ts'
import type { StoreInABox } from '../box/store-in-a-box.ts'
import { paths } from '../paths.ts'
import { whenView } from './views.ts'

export interface Purchase {
  readonly saleId: string
  readonly totalMinor: number
  readonly currency: string
  readonly tender: 'face'
  readonly online: boolean
  readonly comparisonScore: number | null
  readonly threshold: number | null
  readonly padScore: number | null
  readonly timingsMs: {
    readonly frameToDecision: number | null
    readonly authorise: number
    readonly print: number
    readonly total: number
  }
}

export interface Refusal {
  readonly shown: string
  readonly refused: boolean
  readonly outcome: string
  readonly comparisonScore: number | null
  readonly padScore: number | null
}

type LookTrace = Extract<LaneTrace, { kind: 'look' }>

const looksLimitMs = 30_000
const stepLimitMs = 15_000
const drainLimitMs = 40_000
const paperPollMs = 50

/** The demo's hands and eyes: it touches what a shopper touches, and sees what the screen shows. */
export class DemoScript {
  readonly #box: Pick<StoreInABox, 'config' | 'runtime'>
  readonly #bench: Bench
  readonly #tell: (line: string) => void
  #lastLook: LookTrace | null = null
  readonly #stateAtMs = new Map<string, number>()

  constructor(box: Pick<StoreInABox, 'config' | 'runtime'>, tell: (line: string) => void) {
    if (!box.runtime.bench) throw new Error('The demo runs on a bench lane')
    this.#box = box
    this.#bench = box.runtime.bench
    this.#tell = tell
    box.runtime.onTrace((fact) => {
      if (fact.kind === 'look') this.#lastLook = fact
      else this.#stateAtMs.set(fact.state, fact.monotonicMs)
    })
  }

  /** Consent, the wallet's code on the scanner, a look: the account is linked to a face. */
  async enrol(operator: Operator, shown: string): Promise<{ accountId: string }> {
    const { currency } = this.#box.config
    const account = await operator.createAccount({
      name: '安娜',
      phone: '+8613800004242',
      balanceMinor: 50_000,
      currency,
    })
    await this.#point(shown)
    await this.#touch({ type: 'enrolment:begin' })
    await this.#touch({
      type: 'enrolment:consent',
      textId: consentText.id,
      textVersion: consentText.version,
      agreed: true,
      ofAge: true,
    })
    await this.#atBench({ type: 'bench:scanWalletCode', accountId: account.accountId })
    const view = await this.#when(
      'the enrolment to end',
      ({ enrolment }) => enrolment?.step === 'done' || enrolment?.step === 'failed',
      looksLimitMs,
    )
    if (view.enrolment?.step !== 'done') throw unexpected('the enrolment', JSON.stringify(view.enrolment))
    this.#tell(`enrolled ${account.maskedName} (${account.maskedAccount}) after consent, from photographs`)
    await this.#touch({ type: 'enrolment:finish' })
    return { accountId: account.accountId }
  }

  async buy(barcodes: readonly string[], shown: string): Promise<Purchase> {
    const begunAt = performance.now()
    await this.#point(shown)
    await this.#scanAll(barcodes)
    await this.#touch({ type: 'checkout:pay' })
    await this.#touch({ type: 'tender:choose', tender: 'face' })
    const confirm = await this.#when(
      'the confirm screen',
      ({ screen }) => screen.kind !== 'faceCapture',
      looksLimitMs,
    )
    const { screen, basket } = confirm
    if (screen.kind !== 'confirm' || basket.saleId === null)
      throw unexpected('recognising the shopper', screen.kind)
    const look = this.#lastLook
    this.#tell(
      `recognised ${screen.payer?.maskedName ?? ''}: comparison score ${figure(look?.comparisonScore)} against ` +
        `${figure(look?.threshold)}, bona fide ${figure(look?.padScore)}`,
    )
    await this.#touch({ type: 'payment:confirm', saleId: basket.saleId, totalMinor: basket.totalMinor })
    const done = await this.#when(
      'the done screen',
      ({ screen: shownNow }) => shownNow.kind === 'done',
      drainLimitMs,
    )
    return this.#purchase(basket.saleId, basket.totalMinor, done.screen, look, performance.now() - begunAt)
  }

  /** Someone who must not be able to pay: the purchase is begun, refused at the camera, and given up. */
  async refuse(barcode: string, shown: string): Promise<Refusal> {
    await this.#point(shown)
    await this.#scanAll([barcode])
    await this.#touch({ type: 'checkout:pay' })
    await this.#touch({ type: 'tender:choose', tender: 'face' })
    const view = await this.#when('the decision', ({ screen }) => screen.kind !== 'faceCapture', looksLimitMs)
    const look = this.#lastLook
    const refused = view.screen.kind === 'tenderChoice'
    await this.#touch({ type: 'checkout:cancel' })
    await this.#when('the idle screen', ({ screen }) => screen.kind === 'attract', stepLimitMs)
    const outcome = look?.outcome ?? view.screen.kind
    this.#tell(
      `${shown}: ${refused ? 'refused' : 'NOT REFUSED'} (${outcome}; comparison score ${figure(look?.comparisonScore)}, ` +
        `bona fide ${figure(look?.padScore)})`,
    )
    return {
      shown,
      refused,
      outcome,
      comparisonScore: look?.comparisonScore ?? null,
      padScore: look?.padScore ?? null,
    }
  }

  async finish(): Promise<void> {
    await this.#touch({ type: 'session:finish' })
    await this.#when('the idle screen', ({ screen }) => screen.kind === 'attract', stepLimitMs)
  }

  /** Everything acknowledged, and every deferred payment answered. */
  async drained(): Promise<void> {
    const isDrained = ({ sync }: LaneView): boolean =>
      sync.hub === 'online' && sync.pendingEntries === 0 && sync.deferredCount === 0
    await this.#when('the hub to have everything', isDrained, drainLimitMs)
  }

  async offline(): Promise<void> {
    await this.#when(
      'the lane to notice that the hub is gone',
      ({ sync }) => sync.hub === 'offline',
      drainLimitMs,
    )
  }

  /** The newest paper as a file; the emulated printer drew it from the bytes it was sent. */
  async keepPaper(): Promise<string | null> {
    const png = await this.#newestPaper()
    if (!png) return null
    const folder = path.join(paths.root, 'out', 'demo')
    mkdirSync(folder, { recursive: true })
    const file = path.join(folder, 'receipt.png')
    writeFileSync(file, png)
    return file
  }

  /** The picture follows the cut by a moment. */
  async #newestPaper(): Promise<Uint8Array | null> {
    for (let waitedMs = 0; waitedMs < stepLimitMs; waitedMs += paperPollMs) {
      const newest = this.#bench.view().printer?.papers.at(-1)
      if (newest) return this.#bench.paper(newest.id)
      await sleep(paperPollMs)
    }
    return null
  }

  #purchase(
    saleId: string,
    totalMinor: number,
    screen: Screen,
    look: LookTrace | null,
    totalMs: number,
  ): Purchase {
    if (screen.kind !== 'done') throw unexpected('the done screen', screen.kind)
    if (screen.paper !== 'printed') throw unexpected('the paper', screen.paper)
    const { currency, language } = this.#box.config
    const online = screen.mode === 'online'
    const between = (from: string, to: string): number =>
      Math.round((this.#stateAtMs.get(to) ?? 0) - (this.#stateAtMs.get(from) ?? 0))
    const purchase = {
      saleId,
      totalMinor,
      currency,
      tender: 'face',
      online,
      comparisonScore: look?.comparisonScore ?? null,
      threshold: look?.threshold ?? null,
      padScore: look?.padScore ?? null,
      timingsMs: {
        frameToDecision: look?.frameToDecisionMs == null ? null : Math.round(look.frameToDecisionMs),
        authorise: between('authorising', 'approved'),
        print: between('printing', 'done'),
        total: Math.round(totalMs),
      },
    } as const
    const amount = formatMoney({ amountMinor: totalMinor, currency }, language)
    this.#tell(
      `paid ${amount} ${online ? 'online' : 'offline, to be charged when the hub is back'}; receipt printed`,
    )
    return purchase
  }

  async #scanAll(barcodes: readonly string[]): Promise<void> {
    for (const [index, barcode] of barcodes.entries()) {
      await this.#atBench({ type: 'bench:scan', text: barcode })
      await this.#when(`item ${index + 1}`, ({ basket }) => basket.itemCount === index + 1, stepLimitMs)
    }
    const { basket, currency, language } = this.#box.runtime.host.view()
    const total = formatMoney({ amountMinor: basket.totalMinor, currency }, language)
    this.#tell(`scanned ${barcodes.length} through the serial port: ${total}`)
  }

  async #point(sourceId: string): Promise<void> {
    await this.#atBench({ type: 'bench:camera', sourceId })
  }

  async #touch(command: LaneCommand): Promise<void> {
    const result = await this.#box.runtime.host.command(command)
    if (result.kind === 'refused') throw unexpected(command.type, result.code)
  }

  async #atBench(command: BenchCommand): Promise<void> {
    const result = await this.#bench.command(command)
    if (result.kind === 'refused') throw unexpected(command.type, result.code)
  }

  #when(what: string, wanted: (view: LaneView) => boolean, timeoutMs: number): Promise<LaneView> {
    return whenView(this.#box.runtime.host, what, wanted, timeoutMs)
  }
}

function unexpected(what: string, found: string): Failure {
  return new Failure({
    code: 'demo.unexpected',
    attempted: what,
    remedy: 'staff',
    message: `The demo stopped at ${what}: ${found}.`,
  })
}

function figure(score: number | null | undefined): string {
  return score === null || score === undefined ? '-' : score.toFixed(3)
}
