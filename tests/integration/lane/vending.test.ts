import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import {
  emulateMotorBoard,
  type EmulatedMotorBoard,
} from '../../../drivers/vending-controller/emulator/motor-board-emulator.ts'
import { createMotorBoard } from '../../../drivers/vending-controller/motor-board-controller.ts'
import type { ReturnedLine } from '../../../src-main/contract/returns.ts'
import { fiscalDeskWithoutDevice } from '../../../src-main/fiscal/no-device.ts'
import { ownSale } from '../../../src-main/lane/returnsOwnSale.ts'
import type { LaneStorePort } from '../../../src-main/ports/store.ts'
import { ReturnsHub } from '../returns/support.ts'
import { journalOf } from './support/stores.ts'
import { apples, settings, tea, walletCode, world, type World } from './support/world.ts'

const water = { ...tea, sku: 'water', barcodes: ['2000000010373'], priceMinor: 300 }
const cola = { ...tea, sku: 'cola', barcodes: ['20013707'], priceMinor: 500 }
const slots = [
  { slot: '11', sku: 'water', capacity: 3 },
  { slot: '12', sku: 'cola', capacity: 3 },
  { slot: '13', sku: 'apples', capacity: 3 },
]
const limits = { timeoutMs: 4000 }

/** The hub hears of every sale at once, and returns what it is asked to. */
class VendingHub extends ReturnsHub {
  store: LaneStorePort | null = null

  override findSale(request: { by: string; saleId?: string }): never {
    const { saleId = '' } = request
    const own =
      this.sales.has(saleId) || this.store === null ? null : ownSale(this.store, { by: 'saleId', saleId })
    if (own !== null) this.sales.set(saleId, own)
    return super.findSale(request)
  }

  paidBackLines(): readonly ReturnedLine[] {
    return [...this.orders.values()].flatMap(({ lines }) => lines)
  }
}

interface Machine {
  readonly w: World
  readonly hub: VendingHub
  readonly board: EmulatedMotorBoard
  /** The driver gives up its port; `connect` opens it again. */
  disconnect(): Promise<void>
  connect(): Promise<void>
  fell(): string[]
}

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function machine(
  stock: Readonly<Record<string, number>> = { '11': 3, '12': 3, '13': 3 },
): Promise<Machine> {
  const board = await emulateMotorBoard({ stock, turnMs: 40, bootMs: 50 })
  let device: ReturnType<typeof createMotorBoard> | null = null
  let hub: VendingHub | null = null
  const disconnect = async (): Promise<void> => {
    const mine = device
    device = null
    await mine?.close()
  }
  closing.push(async () => {
    await disconnect()
    await board.close()
  })
  const w = await world(
    { profile: 'vending', offline: { ...settings.offline, preference: 'REQUIRE_ONLINE' } },
    null,
    [],
    fiscalDeskWithoutDevice,
    null,
    {
      hub: (clock) => (hub = new VendingHub(clock)),
      machine: {
        slots,
        access: { use: (work) => work(device?.enabled() === true ? device : null) },
      },
    },
  )
  const connect = async (): Promise<void> => {
    const mine = createMotorBoard({ name: 'machine', stream: createByteStream(board.address) })
    await mine.open(limits)
    await mine.claim(limits)
    await mine.enable(limits)
    device = mine
  }
  await connect()
  w.devices = [...w.devices, { category: 'VendingController', state: 'ready', detail: null }]
  w.store.transact((tx) => tx.replaceCatalogue([water, cola, tea, apples], 'f'.repeat(64)))
  if (hub === null) throw new Error('The world has no hub')
  const m = {
    w,
    hub: hub as VendingHub,
    board,
    disconnect,
    connect,
    fell: () => board.fallen().map(({ slot }) => slot),
  }
  m.hub.store = w.store
  await until(m, () => w.view().shelf?.[0]?.state === 'ready')
  return m
}

/** The lane waits by its own clock; the motors turn by the real one. */
async function until({ w }: Pick<Machine, 'w'>, look: () => boolean): Promise<void> {
  for (let turns = 0; !look(); turns += 1) {
    if (turns === 2000) throw new Error(`Still ${w.screen()} after ${turns} turns`)
    await w.clock.advance(250)
    await sleep(10)
  }
}

async function buy({ w }: Machine): Promise<void> {
  expect(await w.do({ type: 'slot:pick', slot: '11' })).toEqual({ kind: 'accepted' })
  expect(await w.do({ type: 'slot:pick', slot: '12' })).toEqual({ kind: 'accepted' })
  expect(await w.do({ type: 'checkout:pay' })).toEqual({ kind: 'accepted' })
  await w.scan(walletCode)
}

const refundOf = ({ w }: Machine) => {
  const { screen } = w.view()
  return screen.kind === 'done' ? screen.vend?.refund : undefined
}

describe('a vending machine', () => {
  it('shows its slots with prices and stock, and no article that it may not sell by itself', async () => {
    const m = await machine({ '11': 1, '12': 0, '13': 3 })
    expect(
      m.w.view().shelf?.map(({ slot, state, left, item }) => [slot, state, left, item.priceMinor]),
    ).toEqual([
      ['11', 'ready', 1, 300],
      ['12', 'soldOut', 0, 500],
    ])
    expect(await m.w.do({ type: 'slot:pick', slot: '12' })).toEqual({ kind: 'refused', code: 'slotEmpty' })
    expect(await m.w.do({ type: 'slot:pick', slot: '13' })).toEqual({ kind: 'refused', code: 'slotEmpty' })
    expect(await m.w.do({ type: 'slot:pick', slot: '11' })).toEqual({ kind: 'accepted' })
    expect(await m.w.do({ type: 'slot:pick', slot: '11' })).toEqual({ kind: 'refused', code: 'slotEmpty' })
    const change = { type: 'line:changeCount', lineId: 1, count: 2 } as const
    expect(await m.w.do(change)).toEqual({ kind: 'refused', code: 'slotEmpty' })
    expect(m.w.view()).toMatchObject({ basket: { totalMinor: 300 }, shelf: [{ picked: 1, left: 0 }, {}] })
  })

  it('sells nothing that is held to its scanner or named by its number', async () => {
    const m = await machine()
    await m.w.scan(tea.barcodes[0] ?? '')
    expect(m.w.view()).toMatchObject({ screen: { kind: 'attract' }, notice: { code: 'chooseOnScreen' } })
    expect(await m.w.do({ type: 'item:pick', sku: 'tea' })).toEqual({ kind: 'refused', code: 'notNow' })
    expect(await m.w.do({ type: 'help:call' })).toEqual({ kind: 'refused', code: 'notNow' })
  })

  it('gives out what was paid, piece by piece on the screen, and then prints', async () => {
    const m = await machine()
    const seen = new Set<string>()
    m.w.lane.onView(({ screen }) => {
      if (screen.kind === 'dispensing') seen.add(screen.vend.pieces.map(({ state }) => state).join(' '))
    })
    await buy(m)
    await until(m, () => m.w.screen() === 'done')
    expect([...seen]).toEqual(
      expect.arrayContaining(['waiting waiting', 'turning waiting', 'dropped turning', 'dropped dropped']),
    )
    expect(m.fell()).toEqual(['11', '12'])
    expect(m.hub.orders.size).toBe(0)
    expect(m.w.view().screen).toMatchObject({ paper: 'printed', vend: { refund: null } })
    await until(m, () => m.w.view().shelf?.[0]?.left === 2)
    await m.w.do({ type: 'session:finish' })
    expect(await m.w.do({ type: 'slot:pick', slot: '11' })).toEqual({ kind: 'accepted' })
  })

  it('gives back just the part of the slot that jams, and says so', async () => {
    const m = await machine()
    m.hub.onAuthorise = () => m.board.jam('12')
    await buy(m)
    await until(m, () => m.w.screen() === 'done')
    expect(m.fell()).toEqual(['11'])
    expect(m.hub.paidBackLines()).toEqual([{ lineId: 2, quantity: { kind: 'each', count: 1 } }])
    expect(refundOf(m)).toEqual({ state: 'ordered', amountMinor: 500 })
    expect(m.hub.charged).toHaveLength(1)
    expect(m.w.store.openVendSales()).toEqual([])
  })

  it('cannot be paid while the machine is away: nothing is asked of anybody', async () => {
    const m = await machine()
    await m.w.do({ type: 'slot:pick', slot: '11' })
    await m.disconnect()
    await until(m, () => m.w.view().shelf?.[0]?.state === 'away')
    expect(await m.w.do({ type: 'checkout:pay' })).toEqual({ kind: 'refused', code: 'machineUnavailable' })
    await m.connect()
    await until(m, () => m.w.view().shelf?.[0]?.state === 'ready')
    await m.w.do({ type: 'checkout:pay' })
    await m.disconnect()
    await until(m, () => m.w.view().shelf?.[0]?.state === 'away')
    const { screen } = m.w.view()
    expect(screen.kind === 'tenderChoice' ? screen.offers.map(({ reason }) => reason) : []).toEqual([
      'machineUnavailable',
      'machineUnavailable',
    ])
    await m.w.scan(walletCode)
    expect(m.hub.requests).toEqual([])
  })

  it('that is away when it should turn gives all of it back', async () => {
    const m = await machine()
    m.hub.onAuthorise = () => void m.disconnect()
    await buy(m)
    await until(m, () => m.w.screen() === 'done')
    expect(m.fell()).toEqual([])
    expect(refundOf(m)).toEqual({ state: 'ordered', amountMinor: 800 })
  })

  it('lost in the middle keeps what nobody knows until the board answers, and turns no motor twice', async () => {
    const m = await machine()
    await buy(m)
    await until(m, () => m.board.state().turning)
    await m.board.unplug()
    await until(m, () => m.w.screen() === 'done')
    // The first turned, and fell unseen by the lane; the second was never asked for.
    expect(m.w.view().screen).toMatchObject({
      vend: { pieces: [{ state: 'turning' }, { state: 'notDropped' }] },
    })
    expect(m.hub.paidBackLines()).toEqual([{ lineId: 2, quantity: { kind: 'each', count: 1 } }])
    expect(m.w.store.openVendSales()).toHaveLength(1)
    await m.board.replug()
    await m.disconnect()
    await m.connect()
    await m.w.vendRuns?.followUp()
    expect(m.fell()).toEqual(['11'])
    expect(m.hub.paidBackLines()).toHaveLength(1)
    expect(m.w.store.openVendSales()).toEqual([])
    expect(m.w.view().screen).toMatchObject({ vend: { pieces: [{ state: 'dropped' }, {}] } })
  }, 60_000)

  it('that restarts in the middle tells its shopper what became of each piece, and gives out no more', async () => {
    const m = await machine()
    await buy(m)
    await until(m, () => m.board.state().turning)
    await m.w.powerCut()
    m.hub.store = m.w.store
    expect(m.w.screen()).toBe('dispensing')
    await until(m, () => m.w.screen() === 'done')
    expect(m.w.view().screen).toMatchObject({
      paper: 'printed',
      vend: {
        pieces: [{ state: 'dropped' }, { state: 'notDropped' }],
        refund: { state: 'ordered', amountMinor: 500 },
      },
    })
    expect(m.fell()).toEqual(['11'])
    await m.w.restart()
    expect(m.w.screen()).toBe('attract')
  })

  it('gives back what was paid in part by somebody who walked off', async () => {
    const m = await machine()
    m.hub.holdsMinor = 300
    await buy(m)
    expect(m.w.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, basket: { dueMinor: 500 } })
    await until(m, () => m.w.screen() === 'cancelled')
    expect(m.w.view().intervention).toBeNull()
    expect(m.hub.voided).toEqual(m.hub.charged)
    expect(m.fell()).toEqual([])
  })

  it('does not wait for staff where a payment has no answer: it goes on being cancelled', async () => {
    const m = await machine()
    m.hub.fates = Array.from({ length: 40 }, () => 'lost' as const)
    await buy(m)
    await until(m, () => m.w.screen() === 'cancelled')
    expect(m.w.view()).toMatchObject({ notice: { code: 'attemptHeld' }, intervention: null })
    expect(m.fell()).toEqual([])
    m.hub.fates = []
    await m.w.payments.followUp()
    const [attempt] = m.hub.requests
    expect(m.hub.net(attempt?.attemptKey ?? '')).toBe(0)
    expect(journalOf(m.w.store).some(({ type }) => type === 'sale.completed')).toBe(false)
  })
})

describe.each(['before', 'after'] as const)('a power cut %s a commit', (moment) => {
  // From the intent to pay on: intent, its outcome, the sale, asked, settled, asked, settled, the refund…
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'number %i of a sale of one drop and one jam leaves each piece given out or given back, once',
    async (at) => {
      const m = await machine()
      const { w } = m
      await w.do({ type: 'slot:pick', slot: '11' })
      await w.do({ type: 'slot:pick', slot: '12' })
      await w.do({ type: 'checkout:pay' })
      m.hub.onAuthorise = () => m.board.jam('12')
      let commits = 0
      let died = false
      w.store.afterCommit = () => {
        commits += 1
        if (moment === 'after' && commits >= at) {
          died = true
          w.store.commitsLeft = 0
        }
      }
      if (moment === 'before') w.store.commitsLeft = at - 1
      await w.scan(walletCode)
      await until(m, () => died || w.store.full || w.screen() === 'done')
      await m.disconnect()
      await w.powerCut()
      m.hub.store = w.store
      await m.connect()
      await until(m, () => ['attract', 'done', 'cancelled', 'scanning'].includes(w.screen()))
      const settle = async (): Promise<void> => {
        await w.vendRuns?.followUp()
        await w.returns.followUp()
      }
      for (let rounds = 0; rounds < 3; rounds += 1) await settle()
      expect(w.store.openVendSales()).toEqual([])
      expect(w.store.openReturns()).toEqual([])
      const sold = journalOf(w.store).some(({ type }) => type === 'sale.completed')
      const back = m.hub.paidBackLines().map(({ lineId }) => lineId)
      const got = [...m.fell().map((slot) => (slot === '11' ? 1 : 2)), ...back].sort()
      expect(got).toEqual(sold ? [1, 2] : [])
      expect(new Set(m.hub.charged).size).toBe(m.hub.charged.length)
    },
    60_000,
  )
})
