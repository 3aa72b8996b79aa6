import { describe, expect, it } from 'vitest'
import { interventionKinds } from '../../../src-main/contract/events.ts'
import { noticeSchema, screenSchema, laneViewSchema } from '../../../src-main/contract/laneView.ts'
import { declineReasons } from '../../../src-main/contract/payment.ts'
import { languages } from '../../../src-main/contract/values.ts'
import { rightsPolicy } from '../../../src-main/domain/rights/policy.ts'
import { consentPlainText } from '../../../src-main/domain/face/consent.ts'
import { wordsFor } from '../../../src-renderer/words/words.ts'
import { everyView, laneView, receipt, saleId } from './fixtures.ts'
import { weighingStatuses } from './weighingFixtures.ts'
import { renderView, textOf } from './render.tsx'

const chineseSentence = /[\p{Script=Han}]{6,}/u

describe.each(languages)('the window in %s', (language) => {
  const words = wordsFor(language)
  const views = everyView(language)
  const say = (name: string): string => {
    const view = views.get(name)
    if (view === undefined) throw new Error(`There is no fixture named ${name}.`)
    return textOf(renderView(view))
  }

  it('has a fixture for every screen of the contract', () => {
    const kinds = new Set([...views.values()].map((view) => view.screen.kind))
    expect(kinds).toEqual(new Set(screenSchema.options.map((option) => option.shape.kind.value)))
  })

  it('has a fixture for every notice of the contract', () => {
    const codes = new Set([...views.values()].flatMap((view) => view.notice?.code ?? []))
    expect(codes).toEqual(new Set(noticeSchema.options.map((option) => option.shape.code.value)))
  })

  it.each([...views])('shows %s from a plain view, with words and without codes', (_name, view) => {
    expect(laneViewSchema.parse(view)).toEqual(view)
    const html = renderView(view)
    const text = textOf(html.replaceAll(/<small class="staff-code">.*?<\/small>/g, ''))
    expect(text.length).toBeGreaterThan(10)
    for (const code of [
      ...declineReasons,
      ...noticeSchema.options.map((option) => option.shape.code.value),
    ]) {
      if (code !== 'other' && code !== 'declined' && code !== 'restricted') expect(text).not.toContain(code)
    }
    expect(text).not.toMatch(/undefined|NaN|\[object/)
    expect(html).not.toMatch(/<script|<style/)
  })

  it('says nothing in the other language, but for the names of goods and the switch itself', () => {
    if (language !== 'en') return
    for (const [name, view] of views) {
      expect(textOf(renderView(view)), name).not.toMatch(chineseSentence)
    }
  })

  it('offers the other language on every screen', () => {
    const other = wordsFor(language === 'en' ? 'zh-CN' : 'en').languageName
    for (const [name, view] of views) expect(textOf(renderView(view)), name).toContain(other)
  })

  it('shows the total of the sale in the money of the lane', () => {
    expect(say('scanning')).toContain('¥105.40')
    expect(say('done-printed')).toContain('¥105.40')
  })

  it('says whether money moved on every decline and every notice about paying', () => {
    for (const reason of declineReasons) expect(say(`declined-${reason}`)).toMatch(/没有扣款|not charged/)
    for (const code of ['faceNotFound', 'faceAttack', 'faceTimeout', 'hubNeeded', 'attemptCancelled']) {
      expect(say(`notice-${code}`)).toMatch(/没有扣款|not charged/)
    }
    for (const phase of ['querying', 'attendant']) {
      expect(say(`unknown-${phase}`)).toMatch(/不会重复扣款|not pay twice/)
    }
  })

  it('confirms with masked name and account and with the amount on the button', () => {
    const html = renderView(views.get('confirm') ?? laneView(language))
    expect(textOf(html)).toContain('王**')
    expect(textOf(html)).toContain('**** 42')
    expect(html).toMatch(/data-tone="primary"[^>]*>.*?¥105\.40/)
  })

  it('keeps "pay another way" on the screen while the camera looks', () => {
    for (const [name, view] of views) {
      if (view.screen.kind === 'faceCapture') {
        expect(textOf(renderView(view)), name).toContain(words.payAnotherWay)
      }
    }
  })

  it('says honestly that the camera is on, opening or off', () => {
    expect(say('faceCapture-comeCloser')).toContain(words.faceCapture.on)
    expect(say('faceCapture-opening')).toContain(words.faceCapture.opening)
  })

  it('shows the banner of a test lane on every screen of it', () => {
    for (const [name, view] of views) {
      expect(textOf(renderView({ ...view, bench: true })), name).toContain(words.benchBanner)
    }
  })

  it('shows the consent text exactly as it is hashed into the journal', () => {
    const shown = say('enrolment-consent')
    for (const line of consentPlainText(rightsPolicy('default'), language).split('\n'))
      expect(shown).toContain(line)
  })

  it('asks staff for their PIN on every call for help, and shows the way to the basket while an item waits', () => {
    for (const kind of interventionKinds) {
      expect(say(`intervention-${kind}`)).toContain(words.intervention.staff)
    }
    expect(say('intervention-weighing')).toContain(words.intervention.toBasket)
    expect(say('intervention-unknownOutcome')).not.toContain(words.intervention.toBasket)
  })

  it('shows the plate live, and lets only a weight at rest be taken', () => {
    for (const status of weighingStatuses) {
      const html = renderView(views.get(`weighing-${status}`) ?? laneView(language))
      expect(textOf(html)).toContain(words.weighing.status[status])
      const [take] = html.match(/<button[^>]*data-tone="primary"[^>]*>/) ?? []
      expect(take?.includes('disabled'), status).toBe(status !== 'stable')
    }
    expect(say('weighing-unstable')).toContain('0.512 kg')
    for (const plate of ['occupied', 'sameItem'] as const) {
      const html = renderView(views.get(`weighing-${plate}`) ?? laneView(language))
      expect(textOf(html)).toContain(words.weighing.plate[plate])
      expect(html).toMatch(/<button[^>]*data-tone="primary"[^>]*disabled/)
      expect(textOf(html).includes(words.weighing.sameItem)).toBe(plate === 'sameItem')
    }
  })

  it('offers another paper only while none is on its way by itself', () => {
    for (const paper of ['printed', 'notPrinted', 'unknown']) {
      expect(say(`done-${paper}`), paper).toContain(words.done.copy)
    }
    for (const paper of ['printing', 'copyPrinting', 'copyWaiting'] as const) {
      expect(say(`done-${paper}`), paper).not.toContain(words.done.copy)
      expect(say(`done-${paper}`), paper).toContain(words.done.paper[paper])
    }
  })

  it('shows staff whether the drawer is open, and why it opened; nothing on a lane without one', () => {
    const { drawer } = words.staff.shift
    for (const text of [drawer.states.open, drawer.reasons.noSale, drawer.openings]) {
      expect(say('staff-shift')).toContain(text)
    }
    expect(say('staff-closed')).not.toContain(drawer.openings)
  })

  it('draws the receipt as the printer prints it, with a QR code beside it', () => {
    const html = renderView(views.get('done-printed') ?? laneView(language))
    for (const block of receipt(language).blocks) {
      if (block.kind === 'text' || block.kind === 'title')
        expect(textOf(html)).toContain(block.text.replace('  ', ' '))
    }
    expect(html.match(/class="qr"/g)).toHaveLength(2)
    expect(textOf(renderView(views.get('done-noPrinter') ?? laneView(language)))).toContain(words.done.noQr)
  })

  it('names a device fault in words and leaves its code to the small print', () => {
    const html = renderView(views.get('outOfOrder') ?? laneView(language))
    expect(textOf(html)).toContain(words.deviceDetails['diskFull'] ?? 'missing')
    expect(html).toMatch(/<small class="staff-code">[^<]*device\.offline/)
  })

  it('shows whose member card counts, masked and with its points, and a way to go on without it', () => {
    for (const name of ['scanning-member', 'scanning-empty-member', 'tenderChoice-member']) {
      const html = renderView(views.get(name) ?? laneView(language))
      for (const said of ['*小明', words.member.card('****3456'), words.member.points(1_280)])
        expect(textOf(html), name).toContain(said)
      expect(html, name).toContain(`aria-label="${words.member.remove}"`)
    }
    expect(renderView(views.get('scanning') ?? laneView(language))).not.toContain(words.member.remove)
  })

  it('says a refused touch in words, even one whose code is new', () => {
    const view = laneView(language, { screen: { kind: 'scanning', lastLineId: null } })
    expect(textOf(renderView(view, { refusal: 'notNow' }))).toContain(words.refusals['notNow'] ?? 'missing')
    expect(textOf(renderView(view, { refusal: 'brand.newCode' }))).toContain(words.refusalOther)
  })

  it('never shows a sale key', () => {
    for (const [name, view] of views) expect(textOf(renderView(view)), name).not.toContain(saleId)
  })
})
