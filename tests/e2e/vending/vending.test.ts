import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wordsFor } from '../../../src-renderer/words/words.ts'
import { openShop, visit, type Shop } from '../purchase/shop.ts'
import type { OpenedBrowser } from '../support/chromium.ts'

const words = wordsFor('en')
const pictures = fileURLToPath(new URL('../../.output/screens/', import.meta.url))
/** Of the demo shop's machine: water in 11 for 2.00, tea in 12 for 5.00. */
const paidMinor = 700
const refundedMinor = 500

describe('a vending machine in a real browser, with a hub and a motor board that jams', () => {
  let shop: Shop
  let browser: OpenedBrowser

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true })
    shop = await openShop({ profile: 'vending', devices: { camera: { kind: 'renderer' } } })
    await shop.operator
    await shop.runtime.devicesReady(10_000)
    browser = await visit(shop, 'anna-a', { width: 1080, height: 1920 })
  })
  afterAll(async () => {
    await browser.close()
    await shop.close()
  })

  const screen = () => shop.runtime.host.view().screen
  const picture = (name: string) => browser.page.screenshot({ path: `${pictures}vending-${name}.png` })

  it('sells two slots, gives out one, and pays back just the other', async () => {
    const operator = await shop.operator
    const account = await operator?.createAccount({
      name: 'Anna Berg',
      phone: '+4915112344242',
      balanceMinor: 50_000,
      currency: 'CNY',
    })
    const { page } = browser
    const tile = (slot: string) => page.locator('.slot-pick', { hasText: words.vending.slots([slot]) })
    await expect.poll(() => shop.runtime.host.view().shelf?.map(({ state }) => state)[0]).toBe('ready')
    await picture('shelf')
    await tile('11').click()
    await tile('12').click()
    await expect.poll(() => shop.runtime.host.view().basket.totalMinor).toBe(paidMinor)
    await picture('picked')
    await page.getByRole('button', { name: words.scanning.pay, exact: true }).click()
    await page.locator('.tender', { hasText: words.tenders.walletCode }).click()
    await shop.runtime.bench?.command({ type: 'bench:sideAction', device: 'vending', action: 'stick-12' })
    await shop.runtime.bench?.command({ type: 'bench:scanWalletCode', accountId: account?.accountId ?? '' })
    await page.locator('.piece[data-state="turning"]').first().waitFor()
    await picture('dispensing')
    await page.locator('[data-screen="done"]').waitFor({ timeout: 30_000 })
    expect(screen()).toMatchObject({
      vend: {
        pieces: [
          { slot: '11', state: 'dropped' },
          { slot: '12', state: 'notDropped' },
        ],
        refund: { state: 'ordered', amountMinor: refundedMinor },
      },
    })
    await page.getByText(words.vending.refund.ordered('¥5.00')).waitFor()
    await picture('refunded')

    const ledger = await operator?.ledger()
    expect(ledger?.balanced).toBe(true)
    // What the wallet charged in the end: the water.
    expect(ledger?.charges.map(({ amountMinor }) => amountMinor)).toEqual([paidMinor - refundedMinor])
  })
})
