import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgePapers } from '../../../drivers/pos-printer/emulator/judge.ts'
import { copyReasonFor, type PrintOutcome } from '../../../drivers/pos-printer/pos-printer-port.ts'
import { printerProfiles } from '../../../drivers/pos-printer/profiles.ts'
import { bringUp, createMemoryPrinter, passing, type MemoryPrinter } from './support/memory-printer.ts'
import { jobKey, receipt } from './support/receipts.ts'

const limits = { timeoutMs: 10_000 }
/** One for each way to confirm and to draw; the others differ from these in width and characters. */
const judged = [printerProfiles['epson-80'], printerProfiles['generic-80'], printerProfiles['generic-58']]

/** What a lane does: the original, then copies until one is confirmed. */
async function printUntilConfirmed(made: MemoryPrinter, timeoutMs = 10_000): Promise<PrintOutcome[]> {
  const outcomes: PrintOutcome[] = []
  let copy: ReturnType<typeof copyReasonFor> | null = null
  for (let attempt = 0; attempt < 9; attempt++) {
    const outcome: PrintOutcome = await passing(
      made.clock,
      made.printer.print({ jobKey: jobKey(1), document: receipt, copy }, { timeoutMs }),
    )
    outcomes.push(outcome)
    if (outcome.kind === 'printed') break
    if (outcome.kind === 'unknown') copy = copyReasonFor(outcome.reason)
  }
  return outcomes
}

const verdictOf = (made: MemoryPrinter) =>
  judgePapers(made.core.pieces(), [{ jobKey: jobKey(1), document: receipt }])

async function jobLength(profile: (typeof printerProfiles)[keyof typeof printerProfiles]): Promise<number> {
  const made = createMemoryPrinter(profile)
  await bringUp(made)
  const before = made.core.state().receivedBytes
  await printUntilConfirmed(made)
  return made.core.state().receivedBytes - before
}

describe.each(judged)('at most one original on $id', (profile) => {
  test('a printer without trouble gives one original and says so', async () => {
    const made = createMemoryPrinter(profile)
    await bringUp(made)
    const outcomes = await printUntilConfirmed(made)
    expect(outcomes).toEqual([{ kind: 'printed', fence: profile.fence }])
    expect(verdictOf(made)).toEqual({
      originals: { [jobKey(1)]: 1 },
      copies: {},
      missing: [],
      fragments: 0,
    })
    await made.printer.close()
    made.core.close()
    expect(made.clock.pending()).toBe(0)
  })

  test('a restart anywhere in the job loses no receipt, makes no second original, and is never reported as printed', async () => {
    const length = await jobLength(profile)
    for (let at = 1; at <= length; at += Math.ceil(length / 60)) {
      const made = createMemoryPrinter(profile)
      await bringUp(made)
      made.core.afterBytes(at, () => made.core.powerCycle(600))
      const outcomes = await printUntilConfirmed(made)
      const verdict = verdictOf(made)
      const papers = (verdict.originals[jobKey(1)] ?? 0) + (verdict.copies[jobKey(1)] ?? 0)
      const claimed = outcomes.filter(({ kind }) => kind === 'printed').length
      expect({ at, missing: verdict.missing, claimed }).toEqual({ at, missing: [], claimed: 1 })
      expect(
        verdict.originals[jobKey(1)] ?? 0,
        `originals after a restart at byte ${at}`,
      ).toBeLessThanOrEqual(1)
      expect(papers, `papers after a restart at byte ${at}`).toBeGreaterThanOrEqual(claimed)
      await made.printer.close()
      made.core.close()
    }
  })

  test('a cover opened anywhere in the job and closed again only delays the one original', async () => {
    const length = await jobLength(profile)
    for (let at = 40; at <= length; at += Math.ceil(length / 25)) {
      const made = createMemoryPrinter(profile)
      await bringUp(made)
      made.core.afterBytes(at, () => {
        made.core.openCover()
        made.clock.after(3000, made.core.closeCover)
      })
      const outcomes = await printUntilConfirmed(made)
      expect(outcomes.at(-1)).toMatchObject({ kind: 'printed' })
      expect(verdictOf(made), `cover open at byte ${at}`).toMatchObject({
        originals: { [jobKey(1)]: 1 },
        copies: {},
      })
      await made.printer.close()
      made.core.close()
    }
  })
})

describe('paper trouble in the middle of a job', () => {
  test('a roll that ends in the middle is waited for, and the new roll finishes the job', async () => {
    const made = createMemoryPrinter(printerProfiles['epson-80'], 40)
    await bringUp(made)
    const printing = made.printer.print({ jobKey: jobKey(1), document: receipt, copy: null }, limits)
    await made.clock.advance(2000)
    expect(made.printer.status()).toMatchObject({ paper: 'empty', online: false })
    made.core.setPaper(30_000)
    expect(await passing(made.clock, printing)).toEqual({
      kind: 'printed',
      fence: 'processId',
      interruptedBy: 'paperEmpty',
    })
    expect(verdictOf(made)).toMatchObject({ originals: { [jobKey(1)]: 1 }, missing: [] })
  })

  test('a roll that ends and is not replaced leaves the outcome unknown, and the next paper says COPY', async () => {
    const made = createMemoryPrinter(printerProfiles['epson-80'], 40)
    await bringUp(made)
    const job = { jobKey: jobKey(1), document: receipt, copy: null }
    const first = await passing(made.clock, made.printer.print(job, limits))
    expect(first).toMatchObject({ kind: 'unknown', reason: 'paperEmpty' })
    const refused = await passing(made.clock, made.printer.print(job, limits))
    expect(refused).toEqual({ kind: 'notPrinted', reason: 'paperEmpty' })
    made.core.setPaper(30_000)
    const copied = await passing(made.clock, made.printer.print({ ...job, copy: 'paperEmpty' }, limits))
    expect(copied).toMatchObject({ kind: 'printed' })
    expect(verdictOf(made).copies).toEqual({ [jobKey(1)]: 1 })
    expect(verdictOf(made).originals[jobKey(1)] ?? 0).toBeLessThanOrEqual(1)
  })

  test.each([
    ['open cover', 'coverOpen', (made: MemoryPrinter) => made.core.openCover()],
    ['missing paper', 'paperEmpty', (made: MemoryPrinter) => made.core.setPaper(0)],
    ['stuck cutter', 'cutterError', (made: MemoryPrinter) => made.core.jam()],
  ])('with an %s not one byte of the job is sent', async (_name, reason, spoil) => {
    const made = createMemoryPrinter(printerProfiles['generic-58'])
    await bringUp(made)
    spoil(made)
    const outcome = await passing(
      made.clock,
      made.printer.print({ jobKey: jobKey(1), document: receipt, copy: null }, limits),
    )
    expect(outcome).toEqual({ kind: 'notPrinted', reason })
    // Nothing but questions: twelve bytes for each look at the status.
    expect(made.core.state()).toMatchObject({ hangingRows: 0, bufferedBytes: 48 })
  })

  test('a cable cut in the middle is unknown at once; cut before, nothing was printed', async () => {
    const made = createMemoryPrinter(printerProfiles['epson-80'])
    await bringUp(made)
    made.core.afterBytes(300, made.cut)
    const outcome = await passing(
      made.clock,
      made.printer.print({ jobKey: jobKey(1), document: receipt, copy: null }, limits),
    )
    expect(outcome).toMatchObject({
      kind: 'unknown',
      reason: 'linkLost',
      failure: { code: 'device.offline' },
    })
    expect(made.printer.state()).toBe('error')
    await expect(
      made.printer.print({ jobKey: jobKey(2), document: receipt, copy: null }, limits),
    ).rejects.toMatchObject({ code: 'device.offline' })
  })

  test('a job given up by the caller is unknown once bytes were sent, and not printed before', async () => {
    const made = createMemoryPrinter(printerProfiles['epson-80'])
    await bringUp(made)
    const giveUp = new AbortController()
    made.core.afterBytes(300, () => giveUp.abort())
    const job = { jobKey: jobKey(1), document: receipt, copy: null }
    const midway = made.printer.print(job, { ...limits, signal: giveUp.signal })
    expect(await passing(made.clock, midway)).toMatchObject({ kind: 'unknown', reason: 'aborted' })
    const never = await made.printer.print(job, { ...limits, signal: AbortSignal.abort() })
    expect(never).toMatchObject({ kind: 'notPrinted', reason: 'aborted' })
  })
})

describe.each(judged)('on a slow line and slow paper, $id', (profile) => {
  test('a restart of any length at any byte is never taken for printed, and no second original comes out', async () => {
    const faults = fc.record({
      at: fc.integer({ min: 1, max: 1600 }),
      bootMs: fc.integer({ min: 450, max: 4000 }),
      again: fc.option(fc.integer({ min: 1, max: 1500 })),
    })
    await fc.assert(
      fc.asyncProperty(faults, async ({ at, bootMs, again }) => {
        const made = createMemoryPrinter(profile, 30_000, { bytesPerSecond: 960, mmPerSecond: 80 })
        await bringUp(made)
        made.core.afterBytes(at, () => made.core.powerCycle(bootMs))
        if (again !== null) made.core.afterBytes(at + again, () => made.core.powerCycle(bootMs))
        const outcomes = await printUntilConfirmed(made, 20_000)
        const verdict = verdictOf(made)
        const originals = verdict.originals[jobKey(1)] ?? 0
        const papers = originals + (verdict.copies[jobKey(1)] ?? 0)
        const claimed = outcomes.filter(({ kind }) => kind === 'printed').length
        await made.printer.close()
        made.core.close()
        expect(claimed).toBe(1)
        expect(originals).toBeLessThanOrEqual(1)
        expect(papers).toBeGreaterThanOrEqual(claimed)
        expect(verdict.missing).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})
