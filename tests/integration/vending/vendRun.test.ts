import { afterEach, describe, expect, it } from 'vitest'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import {
  emulateMotorBoard,
  type EmulatedMotorBoard,
} from '../../../drivers/vending-controller/emulator/motor-board-emulator.ts'
import { createMotorBoard } from '../../../drivers/vending-controller/motor-board-controller.ts'
import type { ReturnedLine } from '../../../src-main/contract/returns.ts'
import { planVend } from '../../../src-main/domain/vending/settlement.ts'
import { createVendRefunds } from '../../../src-main/lane/vendRefunds.ts'
import type { VendJobRecord } from '../../../src-main/ports/store.ts'
import type { MachineAccess, VendRuns } from '../../../src-main/ports/vending.ts'
import { createVendRuns } from '../../../src-main/vending/vendRun.ts'
import { createHandClock } from '../lane/support/hand-clock.ts'
import { journalOf, keptLog, random } from '../lane/support/stores.ts'
import { counter, ReturnsHub, sellHere, type Counter } from '../returns/support.ts'
import { part, pieces, sale } from '../../unit/returns/sales.ts'

const limits = { timeoutMs: 4000 }
const turnMs = 60
/** Two articles of one piece each, 300 and 500, paid with one wallet. */
const sold = sale([pieces(1, 1, 300), pieces(2, 1, 500)], [part('1', 800)])
const slots: Readonly<Record<string, string>> = {
  [sold.lines[0]?.sku ?? '']: '11',
  [sold.lines[1]?.sku ?? '']: '12',
}

class Killed extends Error {}

interface Machine {
  readonly emulator: EmulatedMotorBoard
  access(): Promise<MachineAccess>
  close(): Promise<void>
}

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** The board at one end of a virtual port, and a driver for each life of the lane at the other. */
async function machineWith(stock: Readonly<Record<string, number>> = { '11': 3, '12': 3 }): Promise<Machine> {
  const emulator = await emulateMotorBoard({ stock, turnMs, bootMs: 100 })
  let device: ReturnType<typeof createMotorBoard> | null = null
  const close = async (): Promise<void> => {
    await device?.close()
    device = null
  }
  closing.push(async () => {
    await close()
    await emulator.close()
  })
  return {
    emulator,
    async access() {
      await close()
      const mine = createMotorBoard({ name: 'machine', stream: createByteStream(emulator.address) })
      device = mine
      await mine.open(limits)
      await mine.claim(limits)
      await mine.enable(limits)
      return { use: (work) => work(mine.enabled() ? mine : null) }
    },
    close,
  }
}

/** A lane that has sold, and its hub knows of it. */
function laneWithSale(): Counter {
  const hub = new ReturnsHub(createHandClock())
  hub.sales.set(sold.saleId, sold)
  const c = counter(hub)
  sellHere(c, sold, ['approved'])
  return c
}

/** Ends the process, as far as its disk is concerned, before or after the commit number `at` from now on. */
function kill({ store }: Counter, at: number, moment: 'before' | 'after'): void {
  if (moment === 'before') {
    store.commitsLeft = at - 1
    return
  }
  let commits = 0
  store.afterCommit = () => {
    commits += 1
    if (commits < at) return
    store.commitsLeft = 0
    throw new Killed()
  }
}

function runsOf(c: Counter, machine: MachineAccess): VendRuns {
  return createVendRuns({
    store: c.store,
    clock: { ...c.clock, after: (ms, run) => laterReally(Math.min(ms, 20), run) },
    log: keptLog(),
    machine,
    refunds: createVendRefunds(c.desk),
    patienceMs: 0,
  })
}
function laterReally(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

function plan(c: Counter, runs: VendRuns): void {
  const jobs = planVend(
    sold.lines,
    (sku) => [slots[sku] ?? ''],
    () => random.key(),
  )
  if (!jobs.ok) throw new Error(jobs.error)
  c.store.transact((tx) => runs.plan(tx, sold.saleId, jobs.value))
}

/** What came back of each line, as the hub has it. */
function paidBack({ hub }: Counter): readonly ReturnedLine[] {
  return [...hub.orders.values()].flatMap(({ lines }) => lines)
}
const outcomes = (jobs: readonly VendJobRecord[]) => jobs.map(({ outcome }) => outcome)

describe('a vending sale', () => {
  it('that drops is given out and nothing comes back', async () => {
    const machine = await machineWith()
    const c = laneWithSale()
    const runs = runsOf(c, await machine.access())
    plan(c, runs)
    expect(outcomes(await runs.run(sold.saleId))).toEqual(['dropped', 'dropped'])
    expect(machine.emulator.fallen().map(({ slot }) => slot)).toEqual(['11', '12'])
    expect(c.hub.orders.size).toBe(0)
    expect(c.store.openVendSales()).toEqual([])
    expect(journalOf(c.store).flatMap(({ type }) => (type.startsWith('vend.') ? [type] : []))).toEqual([
      'vend.asked',
      'vend.settled',
      'vend.asked',
      'vend.settled',
    ])
  })

  it('of two slots with one failure gives back just that part', async () => {
    const machine = await machineWith()
    machine.emulator.jam('12')
    const c = laneWithSale()
    const runs = runsOf(c, await machine.access())
    plan(c, runs)
    expect(outcomes(await runs.run(sold.saleId))).toEqual(['dropped', 'jammed'])
    expect(paidBack(c)).toEqual([{ lineId: 2, quantity: { kind: 'each', count: 1 } }])
    const [returned] = journalOf(c.store).filter((event) => event.type === 'sale.returned')
    expect(returned).toMatchObject({ amountMinor: 500, reason: 'notDispensed', staffId: 'vending' })
    expect(c.store.openVendSales()).toEqual([])
  })

  it('whose machine is away is given back whole, and nothing was asked of it', async () => {
    const c = laneWithSale()
    const runs = runsOf(c, { use: (work) => work(null) })
    plan(c, runs)
    expect(outcomes(await runs.run(sold.saleId))).toEqual(['notAsked', 'notAsked'])
    expect(paidBack(c)).toHaveLength(2)
  })

  it('is given back once the hub has heard of it, however long that takes', async () => {
    const machine = await machineWith({ '11': 3, '12': 0 })
    const c = laneWithSale()
    const runs = runsOf(c, await machine.access())
    plan(c, runs)
    c.hub.down = true
    expect(outcomes(await runs.run(sold.saleId))).toEqual(['dropped', 'empty'])
    expect(c.store.openVendSales()).toEqual([sold.saleId])
    await runs.followUp()
    expect(c.hub.orders.size).toBe(0)
    c.hub.down = false
    await runs.followUp()
    expect(paidBack(c)).toEqual([{ lineId: 2, quantity: { kind: 'each', count: 1 } }])
    expect(c.store.openVendSales()).toEqual([])
  })

  it('whose refund nobody answered is neither forgotten nor paid twice', async () => {
    const machine = await machineWith({ '11': 3, '12': 0 })
    const c = laneWithSale()
    c.hub.orderFates = ['lost']
    const runs = runsOf(c, await machine.access())
    plan(c, runs)
    await runs.run(sold.saleId)
    expect(c.store.openVendSales()).toEqual([sold.saleId])
    await runs.followUp()
    await c.desk.followUp()
    await runs.followUp()
    expect(c.hub.orders.size).toBe(1)
    expect(c.hub.paidBack).toHaveLength(1)
    expect(c.store.openVendSales()).toEqual([])
  })

  it('is given back where the board lost its power and nobody can say what fell', async () => {
    const machine = await machineWith()
    const c = laneWithSale()
    const runs = runsOf(c, await machine.access())
    plan(c, runs)
    const running = runs.run(sold.saleId)
    while (!machine.emulator.state().turning) await new Promise((resolve) => setTimeout(resolve, 1))
    machine.emulator.powerCycle()
    const [first] = outcomes(await running)
    expect(first).toBe('unknown')
    expect(paidBack(c).map(({ lineId }) => lineId)).toContain(1)
    expect(machine.emulator.fallen().length).toBeLessThanOrEqual(2)
  })
})

describe('a piece that was asked for at a board that does not answer any more', () => {
  /** Turns the first slot, and is gone before it says how that ended. */
  async function lostInTheMiddle() {
    const machine = await machineWith()
    const c = laneWithSale()
    const driver = await machine.access()
    let there = true
    const access: MachineAccess = { use: (work) => (there ? driver.use(work) : work(null)) }
    const runs = runsOf(c, access)
    plan(c, runs)
    const running = runs.run(sold.saleId)
    while (!machine.emulator.state().turning) await new Promise((resolve) => setTimeout(resolve, 1))
    there = false
    await machine.emulator.unplug()
    const jobs = await running
    return { machine, c, runs, jobs }
  }

  it('is neither kept nor given back until it answers, while the other piece is given back at once', async () => {
    const { machine, c, runs, jobs } = await lostInTheMiddle()
    expect(jobs.map(({ state }) => state)).toEqual(['asked', 'settled'])
    expect(paidBack(c).map(({ lineId }) => lineId)).toEqual([2])
    await runs.followUp()
    expect(paidBack(c)).toHaveLength(1)
    expect(c.store.openVendSales()).toEqual([sold.saleId])
    runs.close()
    await machine.emulator.replug()
    const next = runsOf(c, await machine.access())
    await next.followUp()
    expect(machine.emulator.fallen()).toHaveLength(1)
    expect(paidBack(c)).toHaveLength(1)
    expect(c.store.openVendSales()).toEqual([])
  })

  it('counts as unknown and is given back when it has not answered for an hour', async () => {
    const { c, runs } = await lostInTheMiddle()
    await c.clock.advance(3_600_000)
    await runs.followUp()
    expect(outcomes(c.store.vendJobsOfSale(sold.saleId))).toEqual(['unknown', 'notAsked'])
    expect(paidBack(c).map(({ lineId }) => lineId)).toEqual([2, 1])
    expect(c.store.openVendSales()).toEqual([])
  })
})

describe.each(['before', 'after'] as const)('killed %s a commit', (moment) => {
  // Asked, settled, asked, settled, the refund as it is asked for and as it is decided, and the last that closes the sale.
  it.each([1, 2, 3, 4, 5, 6, 7])(
    'number %i, a sale of one drop and one jam ends whole at the next start',
    async (at) => {
      const machine = await machineWith()
      machine.emulator.jam('12')
      const before = laneWithSale()
      const dying = runsOf(before, await machine.access())
      plan(before, dying)
      kill(before, at, moment)
      await expect(dying.run(sold.saleId)).rejects.toThrow()
      dying.close()
      await machine.close()
      const after = before.restart()
      closing.push(() => after.close())
      const runs = runsOf(after, await machine.access())
      await runs.followUp()
      await after.desk.followUp()
      await runs.followUp()
      expect(after.store.openVendSales()).toEqual([])
      expect(after.store.openReturns()).toEqual([])
      const fell = machine.emulator.fallen().map(({ slot }) => slot)
      const back = paidBack(after).map(({ lineId }) => lineId)
      // Each piece was either given out or given back, and none of them twice.
      expect(fell.length).toBeLessThanOrEqual(1)
      expect([...fell.map((slot) => (slot === '11' ? 1 : 2)), ...back].sort()).toEqual([1, 2])
      expect(after.hub.orders.size).toBe(1)
      runs.close()
    },
  )
})
