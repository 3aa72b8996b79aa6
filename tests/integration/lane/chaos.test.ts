import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rightsPolicy } from '../../../src-main/domain/rights/policy.ts'
import { consentFacts } from '../../../src-main/face/consentFacts.ts'
import { callFates } from './support/scripted-hub.ts'
import { journalOf } from './support/stores.ts'
import { expectBooksAgree } from './support/books.ts'
import { confirm } from './support/paths.ts'
import { calmDown, manyTenders, payCash, payCoupon } from './support/tenders.ts'
import { enrolled, match, reference, tea, walletCode, world, type World } from './support/world.ts'

const { textId, textVersion } = consentFacts(rightsPolicy('default'), 'zh-CN')

/** What shoppers, staff and the world do to a lane. */
const deeds: Readonly<Record<string, (w: World, subjectKey: string) => unknown>> = {
  scansTea: (w) => w.scan(tea.barcodes[0] ?? ''),
  showsCode: (w) => w.scan(walletCode),
  pays: (w) => w.do({ type: 'checkout:pay' }),
  choosesFace: (w) => w.do({ type: 'tender:choose', tender: 'face' }),
  looks: (w, subjectKey) => (w.capture.use() === 'identify' ? w.look(match(subjectKey)) : undefined),
  attacks: (w) => w.look({ kind: 'attack', padScore: 0.1, padThreshold: 0.5 }),
  confirms: (w) => (w.screen() === 'confirm' ? confirm(w) : undefined),
  goesBack: (w) => w.do({ type: 'checkout:back' }),
  cancels: (w) => w.do({ type: 'checkout:cancel' }),
  finishes: (w) => w.do({ type: 'session:finish' }),
  wantsCopy: (w) => w.do({ type: 'receipt:copy' }),
  wantsNoPaper: (w) => w.do({ type: 'receipt:noPaper' }),
  callsHelp: (w) => w.do({ type: 'help:call' }),
  staffHelps: (w) => w.staff('helped'),
  staffApproves: (w) => w.staff('approved'),
  staffRefuses: (w) => w.staff('refused'),
  showsCoupon: (w) => payCoupon(w, 500),
  paysCash: (w) => (w.screen() === 'tenderChoice' ? payCash(w, 2_000) : undefined),
  paysSomeCash: (w) => (w.screen() === 'tenderChoice' ? payCash(w, 300) : undefined),
  guessesPin: (w) => w.staff('approved', { pin: '0000' }),
  beginsEnrolment: (w) => w.do({ type: 'enrolment:begin' }),
  consents: (w) => w.do({ type: 'enrolment:consent', textId, textVersion, agreed: true, ofAge: true }),
  isCaptured: (w) => (w.capture.use() === 'enrol' ? w.look(reference(5)) : undefined),
  leavesEnrolment: (w) => w.do({ type: 'enrolment:cancel' }),
  choosesEnglish: (w) => w.do({ type: 'language:choose', language: 'en' }),
  waitsABit: (w) => w.clock.advance(3_000),
  waits: (w) => w.clock.advance(25_000),
  waitsLong: (w) => w.clock.advance(130_000),
  hubGoes: (w) => {
    w.hub.down = true
    w.hubState = 'offline'
  },
  hubVanishes: (w) => void (w.hub.down = true),
  hubIsBack: (w) => {
    w.hub.down = false
    w.hubState = 'online'
    void w.payments.followUp()
  },
  diskFills: (w) => void (w.store.commitsLeft = 2),
  diskHasRoom: (w) => {
    w.store.commitsLeft = null
    w.store.full = false
  },
  paperIsDoubtful: (w) => void w.printer.answers.push({ kind: 'unknown', reason: 'linkLost' }),
  paperIsEmpty: (w) => void w.printer.answers.push({ kind: 'notPrinted', reason: 'paperEmpty' }),
  printerHangs: (w) => void w.printer.answers.push(new Promise(() => undefined)),
  powerGoes: (w) => w.powerCut(),
  restarts: (w) => w.restart(),
}

const byFace = ['scansTea', 'pays', 'choosesFace', 'looks', 'confirms']
const byCode = ['scansTea', 'pays', 'showsCode']
const inParts = ['scansTea', 'pays', 'showsCoupon', 'paysSomeCash']
const unknown = ['scansTea', 'pays', 'hubVanishes', 'showsCode', 'waits', 'waits']
/** Parts of usual visits: pure chance would hardly ever pay. */
const parts = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom(byFace, byCode, inParts, unknown, [
      'beginsEnrolment',
      'consents',
      'showsCode',
      'isCaptured',
    ]),
  },
  { weight: 5, arbitrary: fc.constantFrom(...Object.keys(deeds)).map((deed) => [deed]) },
)
const story = fc.record({
  deeds: fc.array(parts, { minLength: 2, maxLength: 12 }).map((list) => list.flat()),
  fates: fc.array(fc.constantFrom(...callFates), { maxLength: 6 }),
})

describe('a lane to which anything happens in any order', () => {
  it(
    'charges once for what it sold, sells nothing else, and prints one original',
    { timeout: 80_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(story, async ({ deeds: names, fates }) => {
          const w = await world(manyTenders)
          const subjectKey = enrolled(w)
          // The hub uses them up; a counterexample must still show them.
          w.hub.fates = [...fates]
          for (const name of names) {
            await deeds[name]?.(w, subjectKey)
            await w.clock.settle()
            w.view()
          }
          await calmDown(w)
          expectBooksAgree(w)
          const sales = journalOf(w.store).filter((event) => event.type === 'sale.completed')
          for (const { saleId } of sales) {
            const originals = w.printer.papers.filter(
              ({ copy, document }) => copy === null && document.saleId === saleId,
            )
            expect(originals.length).toBeLessThanOrEqual(1)
          }
          w.lane.close()
        }),
        { numRuns: 60 },
      )
    },
  )
})
