import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { emulateMsr, testStripes, type EmulatedMsr } from '../../../drivers/msr/emulator/msr-emulator.ts'
import {
  emulateHidScanner,
  type EmulatedHidScanner,
} from '../../../drivers/scanner/emulator/hid-scanner-emulator.ts'
import { emulateScanner } from '../../../drivers/scanner/emulator/scanner-emulator.ts'
import { emulatePrinter } from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { goods, openTill, type Till } from './support/till.ts'

/** Parts of the payment card of `testStripes` that must be found nowhere. */
const secrets = ['541275', '5412751234123456', '30121011234567890', 'SMITH']

function everyFile(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name)
    return statSync(file).isDirectory() ? everyFile(file) : [file]
  })
}

describe('a lane with a USB scanner in HID POS mode and a stripe reader that is a keyboard', () => {
  const after = cleanUps()
  let hub: ShopHub
  let till: Till
  let msr: EmulatedMsr
  let usbScanner: EmulatedHidScanner

  beforeAll(async () => {
    hub = await openHub(after)
    msr = await emulateMsr({ protocol: 'keyboard' })
    usbScanner = await emulateHidScanner({ protocol: 'hid-pos' })
    after.add(() => Promise.all([msr.close(), usbScanner.close()]))
    const [printer, scanner] = await Promise.all([emulatePrinter({ paper: 80 }), emulateScanner()])
    after.add(() => Promise.all([printer.close(), scanner.close()]))
    const preset = {
      devices: {
        scanner: { address: usbScanner.address, model: 'hid-pos' },
        stripeReader: { address: msr.address, model: 'keyboard', memberPrefixes: ['88'] },
      },
    } as const
    till = await openTill({ hub, preset, devices: { printer, scanner } }, after)
    await till.when('both readers', () =>
      (['Scanner', 'Msr'] as const).every((category) => till.device(category)?.state === 'ready'),
    )
  })
  afterAll(() => after.run())
  afterEach(async () => {
    await till.do({ type: 'notice:dismiss' })
  })

  const noticed = (code: string) => till.when(code, ({ notice }) => notice?.code === code)

  it('sells what its codes say: the article, and the expired one not', async () => {
    await usbScanner.scan(`]E0${goods.tea.barcode}`)
    await till.when('the tea', ({ basket }) => basket.itemCount === 1)
    await usbScanner.scan(`]d201${goods.cola.barcode.padStart(14, '0')}17200101`)
    const view = await noticed('itemExpired')
    expect(view).toMatchObject({ basket: { itemCount: 1 }, notice: { lastDay: '2020-01-01' } })
  })

  it('says which cards are none, and which the shop does not know', async () => {
    await msr.swipe(testStripes.otherShop)
    expect((await noticed('memberCardRefused')).notice).toMatchObject({ reason: 'notAMemberCard' })
    await msr.swipe(testStripes.member)
    expect((await noticed('memberCardUnknown')).notice).toMatchObject({ ending: '3456' })
  })

  it('brings a member who shows their stripe the points of the sale, once, and keeps their number nowhere', async () => {
    const account = await hub.wallet()
    const memberNumber = testStripes.member.track2
    await hub.operator().addMemberCard({ accountId: account, memberNumber })
    await msr.swipe(testStripes.member)
    const { basket } = await till.when('the member', (view) => view.basket.member !== null)
    expect(basket.member).toEqual({ maskedName: 'A** B**', maskedNumber: '****3456', pointsMinor: 0 })
    await till.do({ type: 'checkout:pay' })
    await usbScanner.scan(await hub.operator().issueCode(account))
    const done = await till.whenScreen('done')
    const totalMinor = done.screen.kind === 'done' ? done.screen.receipt.totalMinor : 0
    expect(totalMinor).toBeGreaterThan(0)
    await till.nextShopper()
    await till.drained()
    await msr.swipe(testStripes.member)
    const again = await till.when('the member again', (view) => view.basket.member !== null)
    expect(again.basket.member).toMatchObject({ pointsMinor: Math.floor(totalMinor / 100) })
    expect(again.basket.itemCount).toBe(0)
    for (const file of everyFile(till.dataDir))
      expect(readFileSync(file).includes(memberNumber), file).toBe(false)
    const told = JSON.stringify([till.view(), till.log.lines(), till.events()])
    expect(told).not.toContain(memberNumber)
    await till.nextShopper()
  })

  it('refuses a payment card, and nothing of it is in view, log, journal, or any file of the lane', async () => {
    await msr.swipe(testStripes.payment)
    const view = await noticed('paymentCardRefused')
    await usbScanner.scan(`;${testStripes.payment.track2}?`)
    await noticed('unreadableBarcode')
    const told = JSON.stringify([view, till.view(), till.log.lines(), till.events()])
    for (const secret of secrets) expect(told).not.toContain(secret)
    const files = everyFile(till.dataDir)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const bytes = readFileSync(file)
      for (const secret of secrets) expect(bytes.includes(secret), file).toBe(false)
    }
  })
})
