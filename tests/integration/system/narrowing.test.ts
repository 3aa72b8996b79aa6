import { createServer, type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { emulateScale, type EmulatedScale } from '../../../drivers/scale/emulator/scale-emulator.ts'
import type { LaneView, TenderOffer } from '../../../src-main/contract/laneView.ts'
import { developmentPin } from '../../../src-main/config/profiles.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { goods, openTill, type Till } from './support/till.ts'

/** An address at which nothing listens. */
async function deadAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `tcp://127.0.0.1:${port}`
}

const isOnline = ({ sync }: LaneView): boolean => sync.hub === 'online'

const offerOf = ({ screen }: LaneView, kind: TenderOffer['kind']): TenderOffer | undefined =>
  'offers' in screen ? screen.offers.find((offer) => offer.kind === kind) : undefined

describe('a lane without a printer', () => {
  const after = cleanUps()
  let hub: ShopHub
  let till: Till
  beforeAll(async () => {
    hub = await openHub(after)
    till = await openTill({ hub, preset: { devices: { printer: null } } }, after)
    await till.when('the hub', isOnline)
  })
  afterAll(() => after.run())

  it('sells, and gives the receipt by its address alone', async () => {
    expect(till.device('PosPrinter')).toBeUndefined()
    const { saleId, totalMinor } = await till.payByCode(await hub.wallet())
    const { screen } = await till.whenScreen('done')
    if (screen.kind !== 'done') throw new Error(screen.kind)
    expect(screen.receiptUrl).toContain('/r/')
    expect(screen.paper).toBe('notPrinted')
    expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
    expect(till.printer.papers()).toEqual([])
  })
})

describe('a lane whose devices are gone', () => {
  const after = cleanUps()
  let hub: ShopHub
  let till: Till
  let scale: EmulatedScale

  beforeAll(async () => {
    hub = await openHub(after)
    scale = await emulateScale({ kinds: ['tcp'] })
    after.add(() => scale.close())
    const preset = {
      devices: {
        cashDrawer: { address: 'printer' },
        scale: { address: scale.address, model: 'toledo-8217' },
        lineDisplay: { address: await deadAddress(), model: 'cd5220' },
        lights: { address: await deadAddress(), model: 'pns', colours: ['red', 'green'] },
      },
      drivers: [{ use: 'not-installed', category: 'Msr' }],
      cardTerminal: { address: await deadAddress(), password: '000000' },
      cash: { enabled: true, withoutDrawer: 'closed' },
    } as const
    till = await openTill({ hub, preset }, after)
    await till.when('the hub', isOnline)
    await till.when('scale and drawer', () =>
      [till.device('Scale'), till.device('CashDrawer')].every((device) => device?.state === 'ready'),
    )
  })
  afterAll(() => after.run())
  afterEach(() => till.nextShopper())

  const choosing = async (): Promise<LaneView> => {
    await till.scanAll([goods.tea.barcode])
    await till.do({ type: 'checkout:pay' })
    return till.whenScreen('tenderChoice')
  }

  it('says of each how it is, and stays in order', () => {
    const states = Object.fromEntries(till.view().devices.map(({ category, state }) => [category, state]))
    expect(states).toMatchObject({
      PosPrinter: 'ready',
      Scanner: 'ready',
      CashDrawer: 'ready',
      Scale: 'ready',
      LineDisplay: 'lost',
      Lights: 'lost',
      PaymentTerminal: 'lost',
      Msr: 'failed',
    })
    expect(till.screen()).toBe('attract')
  })

  it('takes no cards without the terminal, and says so', async () => {
    expect(offerOf(await choosing(), 'card')).toEqual({
      kind: 'card',
      available: false,
      reason: 'terminalUnavailable',
    })
  })

  it('asks an attendant for the weight while the scale is away', async () => {
    await scale.unplug()
    await till.when('the scale gone', () => till.device('Scale')?.state === 'lost')
    await till.scanAll([goods.apples.barcode])
    const { intervention } = till.view()
    expect(intervention).toMatchObject({ kind: 'weighing' })
    await till.do({
      type: 'intervention:resolve',
      interventionKey: intervention?.interventionKey ?? '',
      pin: developmentPin,
      resolution: 'approved',
      grams: 735,
    })
    expect(till.view().basket).toMatchObject({ totalMinor: 941, blocked: false })
    await scale.replug()
    await till.when('the scale back', () => till.device('Scale')?.state === 'ready')
  })

  it('takes no cash while the printer with its drawer is away, prints nothing, sells on, and has both back', async () => {
    expect(offerOf(await choosing(), 'cash')).toMatchObject({ available: true })
    await till.do({ type: 'checkout:cancel' })
    await till.nextShopper()
    await till.printer.unplug()
    await till.when('the drawer gone', () => till.device('CashDrawer')?.state === 'lost')
    expect(offerOf(await choosing(), 'cash')).toMatchObject({
      available: false,
      reason: 'drawerUnavailable',
    })
    await till.scanner.scan(await hub.operator().issueCode(await hub.wallet()))
    const { screen } = await till.whenScreen('done')
    expect(screen).toMatchObject({ kind: 'done', paper: 'notPrinted' })
    await till.nextShopper()
    await till.printer.replug()
    await till.when('the drawer back', () => till.device('CashDrawer')?.state === 'ready')
    expect(offerOf(await choosing(), 'cash')).toMatchObject({ available: true })
  })
})
