import { createRequire } from 'node:module'
import type jsqr from 'jsqr'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  emulateFiscalDevice,
  type EmulatedFiscalDevice,
} from '../../../drivers/fiscal/emulator/fiscal-emulator.ts'
import {
  emulateTerminal,
  type EmulatedTerminal,
} from '../../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import type { LaneEventOf } from '../../../src-main/contract/events.ts'
import { fiscalBlocks } from '../../../src-main/domain/fiscal/receiptBlocks.ts'
import { until, verifies as signatureVerifies } from '../fiscal/setUp.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { goods, openTill, type Till } from './support/till.ts'

const readSymbol = createRequire(import.meta.url)('jsqr') as typeof jsqr.default

describe('a whole lane with a card terminal and a fiscal device', () => {
  const after = cleanUps()
  let hub: ShopHub
  let till: Till
  let terminal: EmulatedTerminal
  let fiscal: EmulatedFiscalDevice

  beforeAll(async () => {
    hub = await openHub(after)
    terminal = await emulateTerminal({ bootMs: 50 })
    fiscal = await emulateFiscalDevice()
    after.add(() => Promise.all([terminal.close(), fiscal.close()]))
    const preset = {
      cardTerminal: { address: terminal.address, password: '000000' },
      fiscal: { country: 'DE', address: fiscal.address, sealLimitMs: 1500 },
      cash: { enabled: true },
    } as const
    till = await openTill({ hub, preset }, after)
  })
  afterAll(() => after.run())
  afterEach(async () => {
    await till.nextShopper()
  })

  const salesOf = () =>
    till.events().filter((event): event is LaneEventOf<'sale.completed'> => event.type === 'sale.completed')
  const receipts = () => fiscal.finished().filter(({ processData }) => processData.startsWith('Beleg^'))

  async function payByCard(card: string): Promise<void> {
    await till.scanAll([goods.tea.barcode])
    await till.do({ type: 'checkout:pay' })
    await till.do({ type: 'tender:choose', tender: 'card' })
    await until(() => terminal.state().screen === 'presentCard')
    terminal.presentCard(card)
  }

  it('charges a card once, signs the sale, and prints a QR code that proves it', async () => {
    await payByCard('girocard')
    await till.whenScreen('done')
    await till.printerRests()
    const sale = salesOf().at(-1)
    expect(terminal.netMinor()).toBe(goods.tea.priceMinor)
    expect(sale?.payments).toMatchObject([
      { tender: 'card', mode: 'local', amountMinor: goods.tea.priceMinor, card: { maskedPan: '****0472' } },
    ])
    const [signature] = receipts()
    expect(signature?.processData).toBe('Beleg^5.00_0.00_0.00_0.00_0.00^5.00:Unbar')
    expect(signature !== undefined && signatureVerifies(signature)).toBe(true)
    const blocks = signature === undefined ? [] : fiscalBlocks({ kind: 'signed', signature }, 'en')
    expect(sale?.receipt.blocks).toEqual(expect.arrayContaining(blocks))

    const paper = till.printer.papers().at(-1)
    expect(paper?.jobText).toContain('Fiscal transaction')
    const { data, info } = await sharp(await paper?.png())
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const qr = blocks.find((block) => block.kind === 'qr')
    const symbols = symbolsOf(new Uint8ClampedArray(data), info)
    expect(symbols).toContain(qr?.kind === 'qr' ? qr.data : '')
  })

  it('with a card that is declined sells nothing by card and lets the shopper choose again', async () => {
    const before = terminal.netMinor()
    await payByCard('noFunds')
    const view = await till.whenScreen('declined')
    expect(view.screen).toMatchObject({ kind: 'declined', reason: 'insufficientFunds' })
    expect(terminal.netMinor()).toBe(before)
  })

  it('without the fiscal device says so on the receipt, and has every sale signed once when it is back', async () => {
    await fiscal.goDown()
    await payByCard('contactless')
    await till.whenScreen('done')
    await till.printerRests()
    expect(till.printer.papers().at(-1)?.jobText).toMatch(/this receipt is not\s+signed yet/)
    expect(till.device('FiscalDevice')).toMatchObject({ state: 'attention', detail: 'unreachable' })
    await till.nextShopper()
    await fiscal.comeUp()
    await till.when('the device to be back', () => till.device('FiscalDevice')?.state === 'ready')
    await until(() => till.runtime.opened.store.openFiscalRows().length === 0)
    const signed = till
      .events()
      .flatMap((event) =>
        event.type === 'fiscal.finished' && event.kind === 'sale' ? [event.recordKey] : [],
      )
    expect(signed).toEqual(salesOf().map(({ saleId }) => saleId))
    expect(receipts()).toHaveLength(signed.length)
  })

  it('keeps what was given up out of what was sold', async () => {
    const before = receipts().length
    const { store } = till.runtime.opened
    await till.scanAll([goods.tea.barcode])
    await until(() => fiscal.open().length === 1)
    await till.nextShopper()
    await until(() => store.openFiscalRows().length === 0)
    expect(fiscal.open()).toEqual([])
    expect(receipts()).toHaveLength(before)
    expect(fiscal.finished().at(-1)?.processData).toMatch(/^AVBelegabbruch\^/)
  })
})

/** Every QR code of a picture: each one found is painted over, and the rest looked at again. */
function symbolsOf(
  pixels: Uint8ClampedArray,
  { width, height }: { width: number; height: number },
): string[] {
  const found: string[] = []
  for (
    let symbol = readSymbol(pixels, width, height);
    symbol !== null;
    symbol = readSymbol(pixels, width, height)
  ) {
    found.push(symbol.data)
    const { topLeftCorner, bottomRightCorner } = symbol.location
    for (let y = Math.floor(topLeftCorner.y) - 4; y <= bottomRightCorner.y + 4; y++) {
      for (let x = Math.floor(topLeftCorner.x) - 4; x <= bottomRightCorner.x + 4; x++) {
        pixels.fill(255, (y * width + x) * 4, (y * width + x) * 4 + 4)
      }
    }
  }
  return found
}
