import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { languages, type Language } from '../../../src-main/contract/values.ts'
import { themes, type Theme } from '../../../src-renderer/state/theme.ts'
import { everyView, laneView } from '../../unit/renderer/fixtures.ts'
import { measureScreen, type Findings } from './measure.ts'
import { openBrowser, type OpenedBrowser } from '../support/chromium.ts'
import { buildPage, startScriptedHost, type ScriptedHost } from './stage.ts'

const pictures = fileURLToPath(new URL('../../.output/screens/', import.meta.url))

const sizes = [
  { width: 1080, height: 1920 },
  { width: 1920, height: 1080 },
  { width: 1280, height: 800 },
  { width: 800, height: 480 },
] as const
type Size = (typeof sizes)[number]

/** One of each kind for every theme and size; all of them at the first two sizes in the light theme. */
const representative = [
  'starting',
  'attract',
  'scanning-empty',
  'scanning',
  'scanning-long',
  'scanning-blocked',
  'scanning-member',
  'scanning-empty-member',
  'scanning-shelf-idle',
  'scanning-shelf-away',
  'scanning-shelf-picked',
  'dispensing-turning',
  'dispensing-refunded',
  'done-vend-refunded',
  'weighing-stable',
  'weighing-unstable',
  'tenderChoice',
  'tenderChoice-few',
  'tenderChoice-member',
  'tenderChoice-none',
  'tenderChoice-four',
  'tenderChoice-all',
  'tenderChoice-partlyPaid',
  'cash-rounded',
  'owing',
  'voiding-cash',
  'authorising-card-enterPin',
  'attract-deferred',
  'faceCapture-oneAtATime',
  'challenge-turnLeft',
  'tenderChoice-locked',
  'codeCapture',
  'secondFactor',
  'confirm',
  'confirm-large',
  'authorising',
  'approved',
  'declined-insufficientFunds',
  'unknown-querying',
  'printing',
  'printing-change',
  'done-printed',
  'done-unknown',
  'cancelled',
  'outOfOrder',
  'intervention-ageCheck',
  'intervention-weighing',
  'enrolment-consent',
  'enrolment-link-notAWalletCode',
  'enrolment-look',
  'enrolment-done',
  'enrolment-failed-faceAttack',
  'myFace-code-hubNeeded',
  'myFace-look',
  'myFace-confirm',
  'myFace-deleted',
  'staff-pin',
  'staff-menu',
  'staff-findSale',
  'staff-chooseLines',
  'staff-returned',
  'staff-override',
  'staff-shift',
  'staff-closed',
  'notice-unknownBarcode',
]
const mayScroll = /^(scanning|notice-|staff-(chooseLines|override|shift|closed))/

describe('the screens in a real browser', () => {
  let page: { folder: string; remove(): Promise<void> }
  let host: ScriptedHost
  let browser: OpenedBrowser
  let version = 0
  const violations: string[] = []

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true })
    page = await buildPage(false)
    host = await startScriptedHost(page.folder)
    host.say({ kind: 'lane:view', view: laneView('zh-CN') })
    browser = await openBrowser({ reducedMotion: true })
    browser.page.on('console', (message) => {
      if (message.type() === 'error') violations.push(message.text())
    })
    browser.page.on('pageerror', (error) => violations.push(error.message))
    await browser.page.goto(host.url)
    await browser.page.waitForSelector('.frame')
  })

  afterAll(async () => {
    await browser.close()
    await host.close()
    await page.remove()
  })

  async function show(name: string, language: Language, theme: Theme): Promise<Findings> {
    const view = everyView(language).get(name)
    if (view === undefined) throw new Error(`There is no fixture named ${name}.`)
    version += 1
    host.say({ kind: 'lane:view', view: { ...view, version } })
    await browser.page.waitForSelector(`.sheet[data-version="${version}"]`)
    await browser.page.evaluate(async (wanted) => {
      document.querySelector('.stage')?.setAttribute('data-theme', wanted)
      await document.fonts.ready
      // What is measured is not a transition: every element shows its final place and colour.
      for (const animation of document.getAnimations()) animation.finish()
    }, theme)
    return browser.page.evaluate(measureScreen, { scrolls: mayScroll.test(name) })
  }

  async function measureAll(size: Size, names: Iterable<string>, language: Language, theme: Theme) {
    await browser.page.setViewportSize(size)
    const problems: string[] = []
    const places = new Set<string>()
    for (const name of names) {
      const found = await show(name, language, theme)
      problems.push(...found.problems.map((problem) => `${name}: ${problem}`))
      if (found.totalAt !== null) places.add(found.totalAt)
    }
    return { problems, places: [...places] }
  }

  describe.each(sizes)('on $width x $height', (size) => {
    describe.each(languages)('in %s', (language) => {
      it.each(themes)('fit, can be read and can be touched in the %s theme', async (theme) => {
        const { problems, places } = await measureAll(size, representative, language, theme)
        expect(problems).toEqual([])
        expect(places.length, `the total stands at ${places.join(' and ')}`).toBeLessThanOrEqual(1)
      })
    })
  })

  it.each(languages)('fit in every variation, in %s', async (language) => {
    for (const size of sizes.slice(0, 2)) {
      const { problems } = await measureAll(size, everyView(language).keys(), language, 'light')
      expect(problems).toEqual([])
    }
  })

  it('are measured by a ruler that sees small targets, pale text, text over text and what leaves the screen', async () => {
    await browser.page.setViewportSize(sizes[0])
    await show('scanning', 'en', 'light')
    await browser.page.evaluate(() => {
      const faults = document.createElement('div')
      faults.id = 'faults'
      const add = (tag: string, text: string, place: Record<string, string>): void => {
        const element = document.createElement(tag)
        element.textContent = text
        Object.assign(element.style, { position: 'absolute', top: '900px', fontSize: '20px', ...place })
        faults.append(element)
      }
      add('button', 'tiny', { left: '20px', height: '40px', width: '40px' })
      add('p', 'pale', { left: '200px', color: '#999999' })
      add('p', 'one over', { left: '400px' })
      add('p', 'the other', { left: '410px' })
      add('p', 'far away', { left: '1060px' })
      document.querySelector('.sheet')?.append(faults)
    })
    const { problems } = await browser.page.evaluate(measureScreen, { scrolls: true })
    await browser.page.evaluate(() => document.querySelector('#faults')?.remove())
    const found = problems.join('\n')
    expect(found).toMatch(/"tiny" is 40 x 40 px/)
    expect(found).toMatch(/"pale" has contrast/)
    expect(found).toMatch(/"one over" lies over .*"the other"/)
    expect(found).toMatch(/"far away" leaves the screen/)
  })

  it('are drawn in the bundled font, Chinese glyphs included, with figures of one width', async () => {
    await show('scanning', 'zh-CN', 'light')
    const fonts = await browser.page.evaluate(async () => {
      await document.fonts.ready
      const probe = (text: string): number => {
        const span = document.createElement('span')
        span.textContent = text
        document.querySelector('.sheet')?.append(span)
        const { width } = span.getBoundingClientRect()
        span.remove()
        return width
      }
      const family = '"Noto Sans SC Variable"'
      return {
        chinese: document.fonts.check(`36px ${family}`, '付款合计'),
        loaded: [...document.fonts].filter((face) => face.status === 'loaded').length,
        ones: probe('1111111111'),
        eights: probe('8888888888'),
      }
    })
    expect(fonts.chinese).toBe(true)
    expect(fonts.loaded).toBeGreaterThan(1)
    expect(fonts.ones).toBeCloseTo(fonts.eights, 1)
  })

  it('leave a picture of each for the eye', async () => {
    for (const size of sizes.slice(0, 2)) {
      await browser.page.setViewportSize(size)
      for (const name of representative) {
        await show(name, 'zh-CN', 'light')
        await browser.page.screenshot({
          path: `${pictures}${name}-zh-CN-light-${size.width}x${size.height}.png`,
        })
      }
    }
  })

  it('broke no rule of the content security policy and threw nothing', () => {
    expect(violations).toEqual([])
  })
})
