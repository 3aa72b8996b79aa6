import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src-main/contract/failure.ts'
import { payByCode, scanTea } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { world, type World } from './support/world.ts'

const papers = (w: World): (string | null)[] => w.printer.papers.map(({ copy }) => copy)

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

  it('that may have come is followed only by copies', async () => {
    const w = await world()
    w.printer.answers = [{ kind: 'unknown', reason: 'coverOpen' }]
    await payByCode(w)
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'unknown' })
    await w.do({ type: 'receipt:copy' })
    await w.do({ type: 'receipt:copy' })
    expect(papers(w)).toEqual([null, 'shopperAsked', 'shopperAsked'])
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
