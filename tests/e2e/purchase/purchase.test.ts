import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wordsFor } from '../../../src-renderer/words/words.ts'
import { openShop, visit, type Shop } from './shop.ts'

const words = wordsFor('en')
const items = ['2000000011486', '2000000015927', '2000000018881']

describe('a purchase with the face, in a real browser with a camera that sees real photographs', () => {
  let shop: Shop

  beforeAll(async () => {
    shop = await openShop({ devices: { camera: { kind: 'renderer' } } })
    await shop.operator
    await shop.runtime.devicesReady(10_000)
    expect(await shop.runtime.faceReady()).toBe(true)
  })
  afterAll(() => shop.close())

  it('links a face to a wallet: consent, the code from the phone, a look', async () => {
    const operator = await shop.operator
    const account = await operator?.createAccount({
      name: 'Anna Berg',
      phone: '+4915112344242',
      balanceMinor: 50_000,
      currency: 'CNY',
    })
    const { page, close } = await visit(shop, 'anna-a')
    try {
      await page.getByRole('button', { name: words.attract.enrol }).click()
      const agree = page.getByRole('button', { name: words.enrolment.agree(18), exact: true })
      for (let turns = 0; turns < 20 && !(await agree.isVisible()); turns += 1) {
        await page.getByRole('button', { name: words.enrolment.readOn, exact: true }).click()
        await page.waitForTimeout(400)
      }
      await agree.click()
      await page.getByText(words.enrolment.link.title).waitFor()
      await shop.runtime.bench?.command({ type: 'bench:scanWalletCode', accountId: account?.accountId ?? '' })
      await page.getByText(words.enrolment.done.title).waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: words.enrolment.finish, exact: true }).click()
    } finally {
      await close()
    }
    expect(shop.runtime.host.view().facePay.enrolled).toBe(1)
  })

  it('buys three items with it: charged once at the hub, printed once, synced', async () => {
    const { page, close } = await visit(shop, 'anna-b')
    try {
      await page.getByRole('button', { name: words.attract.start, exact: true }).click()
      for (const [index, code] of items.entries()) {
        await shop.runtime.bench?.command({ type: 'bench:scan', text: code })
        await expect.poll(() => shop.runtime.host.view().basket.itemCount).toBe(index + 1)
      }
      const due = shop.runtime.host.view().basket.totalMinor
      await page.getByRole('button', { name: words.scanning.pay, exact: true }).click()
      await page.locator('.tender', { hasText: words.tenders.face }).click()
      await expect
        .poll(() => shop.runtime.host.view().screen.kind, { timeout: 60_000, interval: 100 })
        .toBe('confirm')
      const asked = shop.runtime.host.view().screen
      const masked = asked.kind === 'confirm' ? (asked.payer?.maskedName ?? '') : ''
      expect(masked).toContain('*')
      await page.locator('[data-screen="confirm"]').getByText(masked).waitFor()
      await page.locator('[data-screen="confirm"] button[data-tone="primary"]').click()
      await page.locator('[data-screen="done"]').waitFor({ timeout: 30_000 })
      const { screen } = shop.runtime.host.view()
      expect(screen).toMatchObject({ kind: 'done', paper: 'printed', mode: 'online' })
      await expect.poll(() => shop.runtime.host.view().sync.pendingEntries, { timeout: 20_000 }).toBe(0)

      const ledger = await (await shop.operator)?.ledger()
      expect(ledger?.balanced).toBe(true)
      expect(ledger?.charges.map(({ amountMinor }) => amountMinor)).toEqual([due])
      // Drawn from the bytes it was sent, a moment after the cut.
      await expect
        .poll(() => shop.runtime.bench?.view().printer?.papers.map(({ copy }) => copy), { timeout: 10_000 })
        .toEqual([false])
      if (screen.kind !== 'done' || screen.receiptUrl === null)
        throw new Error('The done screen names no e-receipt')
      const receipt = await fetch(screen.receiptUrl)
      expect(receipt.status).toBe(200)
    } finally {
      await close()
    }
  })

  it('refuses a stranger kindly, and another tender is one touch away', async () => {
    await shop.runtime.host.command({ type: 'session:finish' })
    const { page, close } = await visit(shop, 'bruno')
    try {
      await shop.runtime.bench?.command({ type: 'bench:scan', text: items[0] ?? '' })
      await page.getByRole('button', { name: words.scanning.pay, exact: true }).click()
      await page.locator('.tender', { hasText: words.tenders.face }).click()
      await expect
        .poll(() => shop.runtime.host.view().notice?.code, { timeout: 60_000, interval: 100 })
        .toBe('faceNotFound')
      expect(await page.locator('.tender', { hasText: words.tenders.walletCode }).isVisible()).toBe(true)
      await shop.runtime.host.command({ type: 'checkout:cancel' })
    } finally {
      await close()
    }
  })
})
