import { describe, expect, it } from 'vitest'
import type { PrintOutcome } from '../../../drivers/pos-printer/pos-printer-port.ts'
import { Failure } from '../../../src-main/contract/failure.ts'
import { payByCode, scanTea } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { world, type World } from './support/world.ts'

const papers = (w: World): (string | null)[] => w.printer.papers.map(({ copy }) => copy)

const paper = (w: World): string | null => {
  const { screen } = w.view()
  return screen.kind === 'done' ? screen.paper : null
}

/** An answer of the printer that the test gives when it likes. */
function held(): { answer: Promise<PrintOutcome>; finish: (outcome: PrintOutcome) => void } {
  const { promise, resolve } = Promise.withResolvers<PrintOutcome>()
  return { answer: promise, finish: resolve }
}

describe('the receipt on paper', () => {
  it('that surely did not come is printed as the original when it is asked for again', async () => {
    const w = await world()
    w.printer.answers = [{ kind: 'notPrinted', reason: 'paperEmpty' }]
    await payByCode(w)
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'notPrinted' })
    await w.do({ type: 'receipt:copy' })
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'printed' })
    expect(papers(w)).toEqual([null])
  })

  it('that may have come is followed at once by a copy that says why, and then only by copies', async () => {
    const w = await world()
    w.printer.answers = [{ kind: 'unknown', reason: 'coverOpen' }]
    await payByCode(w)
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'printed' })
    await w.do({ type: 'receipt:copy' })
    expect(papers(w)).toEqual([null, 'coverOpen', 'shopperAsked'])
  })

  it('is copied until one is known to be whole, each for the reason of the doubt before it', async () => {
    const w = await world()
    w.printer.answers = [
      { kind: 'unknown', reason: 'printerRestarted' },
      { kind: 'unknown', reason: 'paperEmpty' },
      { kind: 'unknown', reason: 'timeout' },
    ]
    await payByCode(w)
    expect(papers(w)).toEqual([null, 'printerRestarted', 'paperEmpty', 'outcomeUnknown'])
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'printed' })
  })

  it('is not copied for ever by a printer that confirms nothing', async () => {
    const w = await world()
    w.printer.answers = Array.from({ length: 20 }, () => ({ kind: 'unknown', reason: 'timeout' }) as const)
    await payByCode(w)
    expect(papers(w)).toHaveLength(6)
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'unknown' })
    await w.restart()
    expect(papers(w)).toHaveLength(6)
  })

  it('is copied when the printer that went away in the middle is back', async () => {
    const w = await world()
    w.printer.answers = [
      { kind: 'unknown', reason: 'linkLost' },
      { kind: 'notPrinted', reason: 'offline' },
    ]
    await payByCode(w)
    expect(paper(w)).toBe('copyWaiting')
    expect(w.store.printJobs(['queued'])).toMatchObject([{ copy: 'outcomeUnknown' }])
    w.devices = [{ category: 'PosPrinter', state: 'lost', detail: 'device.offline' }]
    w.lane.refresh()
    await w.clock.settle()
    expect(papers(w)).toEqual([null])
    w.devices = [{ category: 'PosPrinter', state: 'ready', detail: null }]
    w.lane.refresh()
    await w.clock.settle()
    expect(papers(w)).toEqual([null, 'outcomeUnknown'])
    expect(paper(w)).toBe('printed')
    expect(w.store.printJobs(['queued', 'sent'])).toEqual([])
  })

  it('is told to be copied while that copy prints, and nobody gets a second one for the same doubt', async () => {
    const w = await world()
    const copy = held()
    w.printer.answers = [{ kind: 'unknown', reason: 'coverOpen' }, copy.answer]
    await payByCode(w)
    expect(paper(w)).toBe('copyPrinting')
    expect(await w.do({ type: 'receipt:copy' })).toMatchObject({ kind: 'refused' })
    copy.finish({ kind: 'printed', fence: 'processId' })
    await w.clock.settle()
    expect(paper(w)).toBe('printed')
    expect(papers(w)).toEqual([null, 'coverOpen'])
    await w.do({ type: 'receipt:copy' })
    expect(papers(w)).toEqual([null, 'coverOpen', 'shopperAsked'])
  })

  it('whose copy waits for its printer is not copied again by whoever asks for one', async () => {
    const w = await world()
    w.printer.answers = [
      { kind: 'unknown', reason: 'linkLost' },
      { kind: 'notPrinted', reason: 'offline' },
    ]
    await payByCode(w)
    expect(await w.do({ type: 'receipt:copy' })).toMatchObject({ kind: 'refused' })
    await w.restart()
    expect(papers(w)).toEqual([null, 'outcomeUnknown'])
  })

  it('is in doubt without a printer: the copy waits from the start', async () => {
    const w = await world()
    const original = held()
    w.printer.answers = [original.answer]
    await payByCode(w)
    w.printer.here = false
    original.finish({ kind: 'unknown', reason: 'linkLost' })
    await w.clock.settle()
    expect(paper(w)).toBe('copyWaiting')
  })

  it.each([
    ['waits for its printer', { kind: 'notPrinted', reason: 'offline' } as const],
    ['is being printed', null],
  ])('has no copy for a shopper who wants no paper while the copy %s', async (_when, answer) => {
    const w = await world()
    const copy = held()
    w.printer.answers = [{ kind: 'unknown', reason: 'linkLost' }, answer ?? copy.answer]
    await payByCode(w)
    expect(await w.do({ type: 'receipt:noPaper' })).toMatchObject({ kind: 'accepted' })
    copy.finish({ kind: 'notPrinted', reason: 'aborted' })
    await w.clock.settle()
    expect(w.screen()).toBe('attract')
    expect(w.store.printJobs(['queued', 'sent'])).toEqual([])
    expect(journalOf(w.store).at(-1)).toMatchObject({ type: 'print.finished', detail: 'aborted' })
    await w.restart()
    expect(papers(w)).toEqual([null])
  })

  it('is not copied for a shopper who wants no paper, but for one whose lane closed in the middle', async () => {
    const w = await world()
    let finish: (outcome: { kind: 'unknown'; reason: 'aborted' }) => void = () => undefined
    const held = () => [new Promise<{ kind: 'unknown'; reason: 'aborted' }>((resolve) => (finish = resolve))]
    w.printer.answers = held()
    await payByCode(w)
    await w.do({ type: 'receipt:noPaper' })
    finish({ kind: 'unknown', reason: 'aborted' })
    await w.clock.settle()
    expect(w.store.printJobs(['queued', 'sent'])).toEqual([])
    await w.do({ type: 'session:finish' })
    w.printer.answers = held()
    await payByCode(w)
    w.lane.close()
    finish({ kind: 'unknown', reason: 'aborted' })
    await w.clock.settle()
    expect(w.store.printJobs(['queued', 'sent'])).toMatchObject([{ copy: 'outcomeUnknown', state: 'queued' }])
  })

  it('that came can be had again as a copy', async () => {
    const w = await world()
    await payByCode(w)
    await w.do({ type: 'receipt:copy' })
    expect(papers(w)).toEqual([null, 'shopperAsked'])
    const outcomes = journalOf(w.store).filter(({ type }) => type === 'print.finished')
    expect(outcomes).toMatchObject([{ outcome: 'printed' }, { outcome: 'printed' }])
  })

  it('is not waited for by whoever wants none, and the sale stands', async () => {
    const w = await world()
    let finish: (outcome: { kind: 'notPrinted'; reason: 'aborted' }) => void = () => undefined
    w.printer.answers = [new Promise((resolve) => (finish = resolve))]
    await payByCode(w)
    await w.do({ type: 'receipt:noPaper' })
    finish({ kind: 'notPrinted', reason: 'aborted' })
    await w.clock.settle()
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'declinedByShopper' })
    expect(journalOf(w.store).some(({ type }) => type === 'sale.completed')).toBe(true)
  })

  it.each([
    ['there is no printer', (w: World) => void (w.printer.here = false)],
    ['the printer refuses the job', (w: World) => void (w.printer.answers = [refusal()])],
  ])('is missing when %s, and the next shopper can still buy', async (_why, arrange) => {
    const w = await world()
    arrange(w)
    await payByCode(w)
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'notPrinted' })
    expect(journalOf(w.store).at(-1)).toMatchObject({ type: 'print.finished', detail: 'offline' })
    w.printer.here = true
    await w.do({ type: 'session:finish' })
    await payByCode(w)
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'printed' })
  })

  it('of one shopper that takes its time does not disturb the next one', async () => {
    const w = await world()
    let finish: (outcome: { kind: 'printed'; fence: 'processId' }) => void = () => undefined
    w.printer.answers = [new Promise((resolve) => (finish = resolve))]
    await payByCode(w)
    await w.do({ type: 'session:finish' })
    await scanTea(w)
    finish({ kind: 'printed', fence: 'processId' })
    await w.clock.settle()
    expect(w.view()).toMatchObject({ screen: { kind: 'scanning' }, basket: { itemCount: 1 } })
    expect(papers(w)).toEqual([null])
  })
})

function refusal(): Failure {
  return new Failure({ code: 'device.busy', attempted: 'print', remedy: 'retry', message: 'busy' })
}
