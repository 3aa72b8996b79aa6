import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { wordsFor } from '../../../src-renderer/words/words.ts'
import { benchView } from '../../unit/renderer/benchFixture.ts'
import { everyView, laneView, saleId } from '../../unit/renderer/fixtures.ts'
import { openBrowser, type OpenedBrowser } from '../support/chromium.ts'
import { measureScreen } from './measure.ts'
import { buildPage, startScriptedHost, type ScriptedHost } from './stage.ts'

const words = wordsFor('en')

describe('the page and its lane', () => {
  let built: { folder: string; remove(): Promise<void> }
  let production: { folder: string; remove(): Promise<void> }
  let browser: OpenedBrowser
  let host: ScriptedHost

  beforeAll(async () => {
    built = await buildPage(true)
    production = await buildPage(false)
    browser = await openBrowser({ reducedMotion: true })
    await browser.page.setViewportSize({ width: 1500, height: 900 })
  })

  afterEach(async () => {
    await browser.page.goto('about:blank')
    await host.close()
  })

  afterAll(async () => {
    await browser.close()
    await built.remove()
    await production.remove()
  })

  async function open(viewName: string, query = ''): Promise<void> {
    host = await startScriptedHost(built.folder)
    publish(viewName)
    await browser.page.goto(`${host.url}${query}`)
    await browser.page.waitForSelector('.frame')
  }

  function publish(viewName: string): void {
    host.say({ kind: 'lane:view', view: everyView('en').get(viewName) ?? laneView('en') })
  }

  const press = (name: string): Promise<void> =>
    browser.page.getByRole('button', { name, exact: true }).click()
  const commands = (): unknown[] => host.asked.map((message) => message.argument)

  it('takes the token out of the address bar', async () => {
    await open('attract', '?token=secret')
    expect(new URL(browser.page.url()).search).toBe('')
  })

  it('takes a scanner that types for a scanner: its code is one command, and neither field nor button gets a key', async () => {
    await open('attract')
    const page = browser.page
    await page.getByRole('button', { name: words.attract.start, exact: true }).focus()
    /** Types without a pause; answers which keys the page did not keep from what has the focus. */
    const scan = (text: string) =>
      page.evaluate(
        (keys) =>
          keys.filter((key) =>
            document.activeElement?.dispatchEvent(
              new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
            ),
          ),
        [...Array.from(text), 'Enter'],
      )
    expect(await scan('6901234567892')).toEqual([])
    expect(await scan(';5412751234123456=30121011?')).toEqual([])
    await expect.poll(commands).toEqual([{ type: 'barcode:enter', text: '6901234567892' }])

    await page.evaluate(() => {
      const field = document.createElement('input')
      field.id = 'field'
      document.body.append(field)
      field.focus()
    })
    expect(await scan('4006381333931')).toEqual([])
    await expect.poll(commands).toHaveLength(2)
    expect(await page.inputValue('#field')).toBe('')
    await page.press('#field', '7')
    await expect.poll(() => page.inputValue('#field')).toBe('7')
    await page.evaluate(() => document.querySelector('#field')?.remove())
  })

  it('sends what was touched, once', async () => {
    await open('attract')
    await press(words.attract.start)
    await expect.poll(commands).toEqual([{ type: 'session:start' }])
    publish('confirm')
    const pay = browser.page.getByRole('button', { name: `${words.confirm.pay} ¥105.40`, exact: true })
    // A touch meant for the screen before must not pay.
    expect(await pay.isDisabled()).toBe(true)
    await press(`${words.confirm.pay} ¥105.40`)
    await expect.poll(commands).toContainEqual({ type: 'payment:confirm', saleId, totalMinor: 10_540 })
  })

  it('asks before it empties a basket', async () => {
    await open('scanning')
    await press(words.scanning.cancel)
    expect(commands()).toEqual([])
    await press(words.scanning.keep)
    await press(words.scanning.cancel)
    await press(words.scanning.cancelYes)
    await expect.poll(commands).toEqual([{ type: 'checkout:cancel' }])
  })

  it('takes a barcode by hand', async () => {
    await open('scanning')
    await press(words.scanning.typeBarcode)
    for (const digit of '6901') await press(digit)
    await press(words.scanning.add)
    await expect.poll(commands).toEqual([{ type: 'barcode:enter', text: '6901' }])
  })

  it('takes cash with the PIN of staff, and shows the change before it is taken; every step fits', async () => {
    const sizes = [
      { width: 800, height: 480 },
      { width: 1080, height: 1920 },
    ]
    for (const size of sizes) {
      await browser.page.setViewportSize(size)
      const fits = async (): Promise<void> => {
        await browser.page.evaluate(() => {
          for (const animation of document.getAnimations()) animation.finish()
        })
        const { problems } = await browser.page.evaluate(measureScreen, { scrolls: false })
        expect(problems).toEqual([])
      }
      await open('cash')
      await press(words.intervention.staff)
      await fits()
      for (const digit of '2468') await press(digit)
      await press(words.intervention.next)
      await press('¥100.00')
      await browser.page.getByText(words.cash.change('¥63.20')).waitFor()
      await fits()
      await press(words.cash.take)
      await expect.poll(commands).toEqual([{ type: 'cash:take', pin: '2468', saleId, tenderedMinor: 10_000 }])
      await press(words.scanning.clear)
      for (const digit of '2000') await press(digit)
      await browser.page.getByText(words.cash.takePart('¥20.00')).waitFor()
      await host.close()
    }
    await browser.page.setViewportSize({ width: 1500, height: 900 })
    await open('cash')
  })

  it('lets staff say what happens with the goods when nobody knows whether they are paid', async () => {
    const settle = async (choice: string): Promise<void> => {
      await open('unknown-attendant-called')
      await press(words.intervention.staff)
      for (const digit of '2468') await press(digit)
      await press(words.intervention.next)
      await press(choice)
    }
    const answers: [string, string][] = [
      [words.intervention.settle.unknownOutcome.approved, 'approved'],
      [words.intervention.settle.unknownOutcome.refused, 'refused'],
      [words.payAnotherWay, 'helped'],
    ]
    for (const [choice, resolution] of answers) {
      await settle(choice)
      await expect
        .poll(commands)
        .toEqual([{ type: 'intervention:resolve', interventionKey: saleId, pin: '2468', resolution }])
      if (resolution !== 'helped') await host.close()
    }
  })

  it('weighs with the PIN of staff, and lets the shopper see the basket meanwhile', async () => {
    await open('intervention-weighing')
    await press(words.intervention.toBasket)
    await browser.page.waitForSelector('.lines')
    await open('intervention-weighing')
    await press(words.intervention.staff)
    for (const digit of '2468') await press(digit)
    await press(words.intervention.next)
    for (const digit of '450') await press(digit)
    await press(words.intervention.settle.weighing.approved)
    await expect.poll(commands).toEqual([
      {
        type: 'intervention:resolve',
        interventionKey: saleId,
        pin: '2468',
        resolution: 'approved',
        grams: 450,
      },
    ])
  })

  it('lets the shopper go on after attacks at the camera, and staff open the call in the footer', async () => {
    await open('tenderChoice-locked')
    await browser.page.getByRole('button', { name: words.tenders.walletCode }).click()
    await expect.poll(commands).toEqual([{ type: 'tender:choose', tender: 'walletCode' }])
    await press(words.intervention.staffCalled)
    await press(words.back)
    await browser.page.waitForSelector('.tenders')
    await press(words.intervention.staffCalled)
    await press(words.intervention.staff)
    for (const digit of '2468') await press(digit)
    await press(words.intervention.next)
    await press(words.intervention.settle.presentationAttack.approved)
    await expect.poll(commands).toContainEqual({
      type: 'intervention:resolve',
      interventionKey: saleId,
      pin: '2468',
      resolution: 'approved',
    })
  })

  it('opens the camera only while the lane looks, and sends nothing afterwards', async () => {
    await open('tenderChoice')
    expect(host.frames).toHaveLength(0)
    publish('faceCapture-comeCloser')
    await expect.poll(() => host.frames.length, { timeout: 15_000 }).toBeGreaterThan(2)
    const [jpeg] = host.frames
    expect([...(jpeg?.subarray(0, 3) ?? [])]).toEqual([0xff, 0xd8, 0xff])
    const live = (): Promise<number> => browser.page.locator('video').count()
    expect(await live()).toBe(1)
    publish('confirm')
    await expect.poll(live).toBe(0)
    const after = host.frames.length
    // A frame may still have been on the wire; then there is silence.
    await browser.page.waitForTimeout(400)
    expect(host.frames.length - after).toBeLessThanOrEqual(1)
  })

  it('lets nobody agree to a text whose end they have not seen', async () => {
    await open('enrolment-consent')
    const agree = browser.page.getByRole('button', { name: words.enrolment.agree(18), exact: true })
    expect(await agree.count()).toBe(0)
    await expect
      .poll(
        async () => {
          if ((await agree.count()) === 0) await press(words.enrolment.readOn)
          return agree.count()
        },
        { interval: 1_000, timeout: 15_000 },
      )
      .toBe(1)
    await agree.click()
    await expect
      .poll(commands)
      .toEqual([
        { type: 'enrolment:consent', textId: 'face-payment', textVersion: 2, agreed: true, ofAge: true },
      ])
  })

  it('says so when the lane is gone, and comes back by itself', async () => {
    await open('scanning')
    host.hangUp()
    await browser.page.waitForSelector('.connecting')
    expect(await browser.page.locator('.connecting').innerText()).toContain(words.connecting.lost)
    await browser.page.waitForSelector('.lines')
  })

  it('switches the display by hand and forgets it with the next shopper', async () => {
    await open('scanning')
    const theme = (): Promise<string | null> => browser.page.locator('.stage').getAttribute('data-theme')
    await press(words.themes.light)
    await press(words.themes.dark)
    expect(await theme()).toBe('contrast')
    publish('attract')
    await expect.poll(theme).toBe('light')
  })

  it('scans by a click on the bench, and blurs the preview when asked to', async () => {
    await open('attract', '?privatePreview=1')
    host.say({ kind: 'bench:view', view: benchView })
    await browser.page.getByTitle('Scan Fuji apples').click()
    await expect.poll(commands).toEqual([{ type: 'bench:scan', text: '6901234567892' }])
    publish('faceCapture-comeCloser')
    await browser.page.waitForSelector('.looking')
    expect(await browser.page.locator('html').getAttribute('data-private-preview')).toBe('1')
  })

  it('has no bench in a production bundle, not a word of it', async () => {
    host = await startScriptedHost(production.folder)
    const files = await readdir(production.folder, { recursive: true })
    const texts = await Promise.all(
      files
        .filter((file) => /\.(js|css|html)$/.test(file))
        .map((file) => readFile(path.join(production.folder, file), 'utf8')),
    )
    const text = texts.join('\n')
    for (const trace of ['bench:scan', 'bench-panel', 'privatePreview', 'Unplug', 'Garbled']) {
      expect(text).not.toContain(trace)
    }
    const developed = await readdir(path.join(built.folder, 'assets'))
    expect(developed.some((file) => file.startsWith('kit-'))).toBe(true)
  })
})
