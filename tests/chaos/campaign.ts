import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import {
  emulateTerminal,
  type EmulatedTerminal,
} from '../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import { emulatePrinter, type EmulatedPrinter } from '../../drivers/pos-printer/emulator/printer-emulator.ts'
import { emulateScanner } from '../../drivers/scanner/emulator/scanner-emulator.ts'
import { freePort } from '../../src-main/cli/box/free-port.ts'
import { createCouponBook, readHoldingEffects } from './bank/holdings.ts'
import { makeMember, phoneCode } from './bank/payers.ts'
import { readEffects } from './bank/simulator.ts'
import { readCardEffects } from './bank/terminal.ts'
import type { Sabotage } from './hooks/plan.ts'
import { readRobotFacts } from './judge/facts.ts'
import { compareLedgers, unfinishedAtHub, type LedgerVerdict } from './judge/ledgers.ts'
import { judge, type Verdict } from './judge/verdict.ts'
import { createPhaseBoard, type PhaseBoard } from './killer/board.ts'
import { carryOut, noKills, type KillCounts } from './killer/killer.ts'
import { catalogueCsv } from './lane/goods.ts'
import { connectTo, hubCluster, killServer } from './processes/database.ts'
import { createHub } from './processes/hub.ts'
import { createLaneProcess } from './processes/lane.ts'
import type { Service } from './processes/service.ts'
import { createSimulator } from './processes/simulator.ts'
import { openTcpProxy, type TcpProxy } from './proxy/tcpProxy.ts'
import { enrol } from './robot/enrol.ts'
import { openEvidence, type Evidence } from './robot/evidence.ts'
import { createPage, type Page } from './robot/page.ts'
import { createShopper } from './robot/shopper.ts'
import { dice } from './schedule/dice.ts'
import type { Kill, Schedule } from './schedule/schedule.ts'
import { personsPerLane } from './schedule/visits.ts'

export interface CampaignOptions {
  readonly schedule: Schedule
  readonly dataDir: string
  readonly minutes: number
  readonly sabotage: Sabotage | null
  /** What the processes say on stderr. */
  readonly onLine: (line: string) => void
  readonly onProgress: (done: KillCounts) => void
}

export interface CampaignResult extends Verdict, LedgerVerdict, KillCounts {
  readonly wallSeconds: number
}

interface Lane {
  readonly index: number
  readonly laneId: string
  readonly dataDir: string
  readonly page: Page
  readonly line: TcpProxy
  readonly process: Service
  readonly printer: EmulatedPrinter
  readonly terminal: EmulatedTerminal
}

const laneFiles = (root: string, index: number) => ({
  dataDir: path.join(root, `lane-${index + 1}`),
  clockFile: path.join(root, `lane-${index + 1}.clock`),
  logFile: path.join(root, `lane-${index + 1}.log`),
  cardLog: path.join(root, `lane-${index + 1}.cards`),
})

/** Runs one campaign from the first process to the verdict. Rejects when the shop cannot even be opened. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { schedule, dataDir, sabotage, onLine } = options
  const begunAt = performance.now()
  await using undo = new AsyncDisposableStack()
  mkdirSync(dataDir, { recursive: true })
  // The hub's PostgreSQL runs as somebody else and has to get through.
  chmodSync(dataDir, 0o755)
  const catalogue = path.join(dataDir, 'goods.csv')
  writeFileSync(catalogue, catalogueCsv())
  const robotLog = path.join(dataDir, 'robot.ndjson')
  const evidence = await openEvidence(robotLog)
  undo.defer(() => evidence.close())

  const simulator = createSimulator({
    folder: path.join(dataDir, 'simulator'),
    port: await freePort('127.0.0.1'),
    seed: dice(schedule.options.seed, 'simulator').between(1, 1_000_000_000),
    onErrorLine: (line) => onLine(`simulator: ${line}`),
  })
  undo.defer(() => simulator.stop())
  await simulator.start()
  let rough = false
  const drawOutside = schedule.faults('provider')
  const outside = await openTcpProxy({
    targetPort: () => simulator.port,
    fault: () => (rough ? drawOutside.other() : { kind: 'none' }),
  })
  undo.defer(() => outside.close())

  const hubDir = path.join(dataDir, 'hub')
  const hubPort = await freePort('127.0.0.1')
  const hub = createHub({
    dataDir: hubDir,
    port: hubPort,
    sabotage,
    clockFile: path.join(dataDir, 'hub.clock'),
    extraArgs: ['--providers', simulator.providersFor(outside.url)],
    onErrorLine: (line) => onLine(`hub: ${line}`),
  })
  undo.defer(() => hub.stop())
  await hub.start()
  const cluster = await hubCluster(hubDir)

  const board = createPhaseBoard()
  const lanes: Lane[] = []
  for (let index = 0; index < schedule.options.lanes; index += 1) {
    const draw = schedule.faults(index)
    const line = await openTcpProxy({
      targetPort: () => hubPort,
      fault: (head) => {
        if (!rough) return { kind: 'none' }
        return head.includes('/v1/payments/authorise') ? draw.payment() : draw.other()
      },
    })
    undo.defer(() => line.close())
    line.onTurn((turn) => board.turn(index, turn))
    lanes.push(await openLane({ options, index, line, board, evidence, catalogue, hubDir, undo }))
  }
  const members = await connectTo(cluster)
  for (const lane of lanes)
    await openShop(lane, (person) => makeMember(person, { hub, simulator, database: members }), evidence)
  await members.end()

  rough = true
  const counts = noKills()
  const over = new AbortController()
  const coupon = createCouponBook(hub, Date.now())
  const shopping = lanes.map((lane) => shop(lane, { schedule, evidence, board, coupon, signal: over.signal }))
  const weather = lanes.map((lane) => storms(lane, schedule, over.signal))
  const killing = killAll(schedule, counts, {
    board,
    evidence,
    service: (kill: Kill) => {
      const lane = lanes[kill.lane]
      if (kill.victim === 'lane' && lane) return lane.process
      return kill.victim === 'hub' ? hub : simulator
    },
    clockFile: ({ victim, lane }: Kill) => {
      if (victim === 'provider') return null
      return victim === 'lane' ? laneFiles(dataDir, lane).clockFile : path.join(dataDir, 'hub.clock')
    },
    killDatabase: () => killServer(cluster),
    signal: over.signal,
  })
  const limit = setTimeout(() => over.abort(), options.minutes * 60_000)
  const progress = setInterval(() => options.onProgress(counts), 5_000)
  try {
    await killing
  } finally {
    over.abort()
    clearTimeout(limit)
    clearInterval(progress)
  }
  // All is well again; whoever stands before a lane is served to the end.
  rough = false
  await Promise.all(weather)
  await Promise.all(shopping)
  await Promise.all(lanes.map((lane) => settle(lane)))
  await settleHub(cluster)
  await Promise.all(lanes.map((lane) => papersDone(lane)))
  // What the hub has concluded meanwhile is an entry in the lanes' journals, too.
  await sleep(1_000)
  await Promise.all(lanes.map((lane) => settle(lane)))
  const effects = readEffects(simulator.logFile)
  for (const lane of lanes) await lane.process.stop()
  const cards = new Map(
    lanes.map(({ index, laneId }) => [laneId, readCardEffects(laneFiles(dataDir, index).cardLog, index)]),
  )
  const database = await connectTo(cluster)
  undo.defer(() => database.end())
  const ledgers = await compareLedgers({
    hub: database,
    lanes: lanes.map(({ laneId, dataDir: folder }) => ({ laneId, dataDir: folder })),
    effects,
    cards,
  })
  const holdings = await readHoldingEffects(database)
  const verdict = judge(readRobotFacts(robotLog), [...effects, ...[...cards.values()].flat(), ...holdings])
  return {
    ...verdict,
    ...ledgers,
    ...counts,
    stuck: verdict.stuck + ledgers.openAttempts,
    findings: [...verdict.findings, ...ledgers.findings],
    wallSeconds: Math.round((performance.now() - begunAt) / 100) / 10,
  }
}

interface OpenLaneDeps {
  readonly options: CampaignOptions
  readonly index: number
  readonly line: TcpProxy
  readonly board: PhaseBoard
  readonly evidence: Evidence
  readonly catalogue: string
  readonly hubDir: string
  readonly undo: AsyncDisposableStack
}

async function openLane(deps: OpenLaneDeps): Promise<Lane> {
  const { options, index, line, board, evidence, catalogue, hubDir, undo } = deps
  const { dataDir, clockFile, logFile, cardLog } = laneFiles(options.dataDir, index)
  const laneId = `lane-${index + 1}`
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const [printer, scanner, terminal] = await Promise.all([
    emulatePrinter({ paper: 80, baud: 4_000_000, mmPerSecond: 5_000, paperMm: 1e9, bootMs: 20 }),
    emulateScanner(),
    emulateTerminal({ log: cardLog, autoCard: { id: 'contactless', afterMs: 20 }, hostMs: 30 }),
  ])
  undo.defer(() => Promise.all([printer.close(), scanner.close(), terminal.close()]).then(() => undefined))
  const page = createPage()
  undo.defer(() => page.close())
  const process = createLaneProcess({
    order: {
      dataDir,
      laneId,
      hubUrl: line.url,
      joinTokenFile: path.join(hubDir, 'join-token'),
      printer: printer.address,
      scanner: scanner.address,
      terminal: terminal.address,
      catalogue,
      logFile,
    },
    sabotage: options.sabotage,
    clockFile,
    onUrl: (url) => page.connect(url),
    onErrorLine: (text) => options.onLine(`${laneId}: ${text}`),
  })
  undo.defer(() => process.stop())
  page.onView((view) => board.view(index, view))
  undo.defer(board.watchCommits(index, dataDir))
  collectPapers(printer, index, evidence)
  return { index, laneId, dataDir, page, line, process, printer, terminal }
}

/** What comes out of the printer is in somebody's hand: it belongs to the evidence. */
function collectPapers(printer: EmulatedPrinter, lane: number, evidence: Evidence): void {
  let taken = 0
  printer.onChange(() => {
    for (const { number, jobText } of printer.papers()) {
      if (number <= taken) continue
      taken = number
      const saleNumbers = jobText.match(/\b[0-9A-F]{4}-[0-9A-F]{4}\b/g) ?? []
      void evidence.note({ fact: 'paper', lane, saleNumbers })
    }
  })
}

async function openShop(
  lane: Lane,
  member: (person: number) => ReturnType<typeof makeMember>,
  evidence: Evidence,
): Promise<void> {
  await lane.process.start()
  for (let at = 0; at < personsPerLane; at += 1) {
    const person = lane.index * personsPerLane + at
    const { payers, walletCode } = await member(person)
    await evidence.note({ fact: 'person', person, payers })
    await enrol(lane.page, person, walletCode)
  }
}

interface ShopDeps {
  readonly schedule: Schedule
  readonly evidence: Evidence
  readonly board: PhaseBoard
  readonly coupon: ReturnType<typeof createCouponBook>
  readonly signal: AbortSignal
}

const lastVisitMs = 60_000

/** One shopper after the other until the campaign is over; the last one is served to the end. */
async function shop(lane: Lane, { schedule, evidence, board, coupon, signal }: ShopDeps): Promise<void> {
  const closing = new AbortController()
  signal.addEventListener('abort', () => void setTimeout(() => closing.abort(), lastVisitMs).unref())
  const shopper = createShopper({
    page: lane.page,
    evidence,
    code: (visit, nth) => Promise.resolve(phoneCode(visit, nth)),
    coupon,
    onCard: ({ terminalFault }) => {
      if (terminalFault !== null) lane.terminal.setFault(terminalFault)
    },
    onIntent: () => board.intent(lane.index),
    signal: closing.signal,
  })
  const visits = schedule.visits(lane.index)
  while (!signal.aborted) await shopper.visit(visits.next().value)
}

async function storms(lane: Lane, schedule: Schedule, signal: AbortSignal): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined)
  for (const { afterMs, lastsMs } of schedule.outages(lane.index)) {
    await pause(afterMs)
    if (signal.aborted) return
    await lane.line.unplug()
    await pause(lastsMs)
    await lane.line.replug()
  }
}

async function killAll(
  schedule: Schedule,
  counts: KillCounts,
  deps: Parameters<typeof carryOut>[2],
): Promise<void> {
  const queues = Map.groupBy(schedule.kills, ({ victim, lane }) =>
    victim === 'lane' ? `lane ${lane}` : 'hub',
  )
  await Promise.all([...queues.values()].map((kills) => carryOut(kills, counts, deps)))
}

/** Until the hub has nothing left to do about money. */
async function settleHub(cluster: Awaited<ReturnType<typeof hubCluster>>): Promise<void> {
  const client = await connectTo(cluster)
  const deadline = performance.now() + hubRestMs
  while ((await unfinishedAtHub(client)).length > 0 && performance.now() < deadline) await sleep(200)
  await client.end()
}

const laneRestMs = 45_000
const paperRestMs = 120_000
/** A clock that went back a minute puts off what the hub does next, twice at worst. */
const hubRestMs = 140_000

/** Until the lane has told its hub everything and heard about everything. */
async function settle(lane: Lane): Promise<void> {
  const deadline = performance.now() + laneRestMs
  while (performance.now() < deadline) {
    const sync = lane.page.view()?.sync
    if (sync?.hub === 'online' && sync.pendingEntries === 0 && sync.deferredCount === 0) return
    await lane.page.changed(200)
  }
}

/** Until no paper waits: how a paper ended is an entry, and a lane that closes ends the one in its printer. */
async function papersDone({ dataDir }: Lane): Promise<void> {
  const db = new Database(path.join(dataDir, 'lane.sqlite'), { readonly: true })
  const waiting = db.prepare(`SELECT 1 FROM print_job WHERE state IN ('queued', 'sent') LIMIT 1`)
  const deadline = performance.now() + paperRestMs
  while (waiting.get() !== undefined && performance.now() < deadline) await sleep(200)
  db.close()
}
