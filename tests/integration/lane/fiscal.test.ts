import { afterEach, describe, expect, it } from 'vitest'
import {
  emulateFiscalDevice,
  type EmulatedFiscalDevice,
} from '../../../drivers/fiscal/emulator/fiscal-emulator.ts'
import type { FiscalDeskPort } from '../../../src-main/ports/fiscal.ts'
import { openDesk, until, type DeskOptions } from '../fiscal/setUp.ts'
import { scanTea, toTenders } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { walletCode, world, type World } from './support/world.ts'

const open: { device: EmulatedFiscalDevice; desks: FiscalDeskPort[] }[] = []
afterEach(async () => {
  for (const { device, desks } of open.splice(0)) {
    for (const desk of desks) await desk.close()
    await device.close()
  }
})

async function laneWith(options: DeskOptions): Promise<{ w: World; device: EmulatedFiscalDevice }> {
  const device = await emulateFiscalDevice()
  const desks: FiscalDeskPort[] = []
  open.push({ device, desks })
  const w = await world({}, null, [], (store) => {
    const desk = openDesk(store, device, options)
    desks.push(desk)
    return desk
  })
  return { w, device }
}

const receipts = (device: EmulatedFiscalDevice) =>
  device.finished().filter(({ processData }) => processData.startsWith('Beleg^'))
const soldIn = (w: World) => journalOf(w.store).filter(({ type }) => type === 'sale.completed')

describe('a lane with a fiscal device', () => {
  it('ends the sale only when the receipt is signed, and the signature is on it', async () => {
    const { w, device } = await laneWith({})
    await toTenders(w)
    await w.scan(walletCode)
    await until(() => w.screen() === 'done')
    const [signature] = receipts(device)
    const { screen } = w.view()
    const shown = screen.kind === 'done' ? JSON.stringify(screen.receipt) : ''
    expect(shown).toContain(signature?.signatureValue)
    expect(soldIn(w)).toHaveLength(1)
  })

  it.each(['late', 'lost'])(
    'that loses power while a signature is on its way and %s, has the sale signed once and ends it after the restart',
    async (answer) => {
      const { w, device } = await laneWith({ callMs: 5000, sealLimitMs: 5000 })
      await toTenders(w)
      await until(() => device.open().length === 1)
      device.setFault(answer === 'late' ? { kind: 'slow', ms: 60_000 } : { kind: 'loseReply' })
      await w.scan(walletCode)
      await until(() => device.finished().length === 1)
      expect(soldIn(w)).toEqual([])
      device.setFault({ kind: 'none' })
      await w.powerCut()
      await until(() => w.screen() === 'done')
      const { screen } = w.view()
      expect(receipts(device)).toHaveLength(1)
      expect(screen.kind === 'done' ? JSON.stringify(screen.receipt) : '').toContain(
        receipts(device)[0]?.signatureValue,
      )
      expect(soldIn(w)).toHaveLength(1)
    },
  )

  it('offers no tender where the law wants no sale without a device that is out, and says that staff is needed', async () => {
    const { w, device } = await laneWith({ country: 'FR' })
    await device.goDown()
    await scanTea(w)
    await w.do({ type: 'checkout:pay' })
    await until(() => {
      const { screen } = w.view()
      w.lane.refresh()
      return screen.kind === 'tenderChoice' && screen.offers.every(({ available }) => !available)
    })
    const { screen } = w.view()
    const offers = screen.kind === 'tenderChoice' ? screen.offers : []
    expect(new Set(offers.map(({ reason }) => reason))).toEqual(new Set(['fiscalUnavailable']))
    await w.scan(walletCode)
    expect(w.screen()).toBe('tenderChoice')
    await device.comeUp()
    await until(() => {
      w.lane.refresh()
      const { screen: now } = w.view()
      return now.kind === 'tenderChoice' && now.offers.some(({ available }) => available)
    })
    await w.scan(walletCode)
    await until(() => w.screen() === 'done')
    expect(receipts(device)).toHaveLength(1)
  })
})
