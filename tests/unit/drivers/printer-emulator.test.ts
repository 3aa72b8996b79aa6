import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { judgePapers } from '../../../drivers/pos-printer/emulator/judge.ts'
import { textOf } from '../../../drivers/pos-printer/emulator/paper.ts'
import { createPrinterCore, type PrinterCore } from '../../../drivers/pos-printer/emulator/printer-core.ts'
import { printerProfiles, type PrinterProfile } from '../../../drivers/pos-printer/profiles.ts'
import { renderLines } from '../../../drivers/pos-printer/render/esc-pos-bytes.ts'
import { createHandClock, type HandClock } from './support/hand-clock.ts'
import { jobKey, receipt } from './support/receipts.ts'

const profile = printerProfiles['epson-80']
const ESC_INIT = [0x1b, 0x40]
const CUT = [0x1d, 0x56, 66, 0]
const DRAWER_KICK = [0x1b, 0x70, 0, 25, 250]
const ask = (kind: number): number[] => [0x10, 0x04, kind]
const processId = (id: string): number[] => [0x1d, 0x28, 0x48, 6, 0, 48, 48, ...Buffer.from(id)]

interface Bench {
  readonly clock: HandClock
  readonly core: PrinterCore
  readonly heard: number[]
  send(...bytes: number[]): void
}

function bench(
  paced: { bytesPerSecond?: number; mmPerSecond?: number; bufferBytes?: number } = {},
  model: PrinterProfile = profile,
  clock: HandClock = createHandClock(),
): Bench {
  const core = createPrinterCore({
    profile: model,
    bytesPerSecond: Infinity,
    mmPerSecond: Infinity,
    bufferBytes: 4096,
    paperMm: 10_000,
    nearEndMm: 300,
    clock,
    ...paced,
  })
  const heard: number[] = []
  core.onTransmit((bytes) => heard.push(...bytes))
  return { clock, core, heard, send: (...bytes) => core.receive(Uint8Array.from(bytes)) }
}

const text = (value: string): number[] => [...iconv.encode(value, 'gb18030'), 0x0a]

describe('the emulated printer', () => {
  test('takes bytes no faster than the line carries them', async () => {
    const { clock, core, send } = bench({ bytesPerSecond: 960 })
    send(...Array<number>(960).fill(0x41))
    await clock.advance(500)
    expect(core.state().receivedBytes).toBeGreaterThan(470)
    expect(core.state().receivedBytes).toBeLessThanOrEqual(480)
    await clock.advance(510)
    expect(core.state().receivedBytes).toBe(960)
  })

  test('prints no faster than its paper moves, and answers a fence only when the paper before it is out', async () => {
    const { clock, core, heard, send } = bench({ mmPerSecond: 100 })
    for (let i = 0; i < 20; i++) send(...text('行'))
    send(...processId('0001'))
    await clock.advance(300)
    expect(heard).toEqual([])
    expect(core.state().hangingRows).toBeLessThan(10)
    await clock.advance(600)
    expect(heard).toEqual([0x37, 0x22, ...Buffer.from('0001'), 0])
  })

  test('goes on by itself when time passed while it printed, however fast its paper is', async () => {
    const still = createHandClock()
    let reads = 0
    // Each look at the clock finds it later, as on a machine that draws rows meanwhile.
    const clock = { ...still, monotonicMs: () => still.monotonicMs() + (reads += 1) / 100 }
    const { heard, send } = bench({ bytesPerSecond: 1_000_000 }, profile, clock)
    send(...text('行'), ...text('行'), ...processId('0001'))
    await still.advance(500)
    expect(heard).toEqual([0x37, 0x22, ...Buffer.from('0001'), 0])
  })

  test('answers DLE EOT ahead of a full buffer, with the cover open too', () => {
    const { core, heard, send } = bench()
    core.openCover()
    send(...text('waiting'), ...ask(1), ...ask(2), ...ask(4))
    expect(heard).toEqual([0x1a, 0x16, 0x12])
    expect(core.state().hangingRows).toBe(0)
    core.closeCover()
    expect(core.state().hangingRows).toBe(1)
  })

  test('loses its receive buffer and its modes when the power goes, and hears nothing while it boots', async () => {
    const { clock, core, heard, send } = bench()
    send(0x1d, 0x61, 0x0f)
    heard.length = 0
    core.openCover()
    heard.length = 0
    send(...text('lost'))
    core.powerCycle(500)
    send(...text('not heard'), ...ask(1))
    await clock.advance(500)
    core.closeCover()
    send(...text('kept'), ...CUT)
    expect(core.pieces().map(({ rows }) => textOf(rows))).toEqual(['kept'])
    expect(heard).toEqual([])
  })

  test('refuses more than its buffer holds until there is room again', async () => {
    const { clock, core, send } = bench({ bufferBytes: 100 })
    core.openCover()
    send(...Array<number>(250).fill(0x0a))
    expect(core.state()).toMatchObject({ bufferedBytes: 100, receivedBytes: 100 })
    core.closeCover()
    await clock.advance(10)
    expect(core.state()).toMatchObject({ bufferedBytes: 0, receivedBytes: 250, hangingRows: 250 })
    core.close()
  })

  test('stops where the roll ends; what hangs out falls off with the old roll', () => {
    const { core, send } = bench()
    core.setPaper(10)
    for (let i = 0; i < 10; i++) send(...text(`line ${i}`))
    expect(core.state()).toMatchObject({ paper: 'empty', hangingRows: 3 })
    core.setPaper(5000)
    send(...CUT)
    expect(core.pieces().map(({ endedBy }) => endedBy)).toEqual(['rollEnd', 'cut'])
    expect(core.pieces().map(({ rows }) => textOf(rows).split('\n').length)).toEqual([3, 7])
  })

  test('tells cover and paper by itself only after it was asked to, and until ESC @', () => {
    const { core, heard, send } = bench()
    core.openCover()
    expect(heard).toEqual([])
    send(0x1d, 0x61, 0x0f)
    core.closeCover()
    expect(heard.slice(-4)).toEqual([0x10, 0, 0, 0x0f])
    heard.length = 0
    send(...ESC_INIT)
    core.openCover()
    expect(heard).toEqual([])
  })

  test('keeps the text of ten thousand papers and the rows of two hundred, and counts them all', () => {
    const { core, send } = bench()
    for (let n = 1; n <= 10_050; n++) {
      send(...text(`paper ${n}`), ...CUT)
      if (n % 100 === 0) core.setPaper(10_000)
    }
    const pieces = core.pieces()
    expect([core.state().pieces, pieces.length]).toEqual([10_050, 10_000])
    expect(pieces[0]).toMatchObject({ number: 51, text: 'paper 51', rows: [] })
    expect(pieces.filter(({ rows }) => rows.length > 0)).toHaveLength(200)
  })

  test('without a cutter keeps a paper hanging until it is torn off', () => {
    const { core, send } = bench({}, printerProfiles['netum-nt-5890k'])
    send(...text('end'), 0x1b, 0x64, 5)
    expect(core.pieces()).toEqual([])
    core.tearOff()
    expect(core.pieces()).toMatchObject([{ text: 'end', endedBy: 'torn' }])
  })

  test('records the drawer, and a jam stops everything until it is cleared', () => {
    const { core, heard, send } = bench()
    send(...DRAWER_KICK)
    core.jam()
    send(...text('stuck'), ...ask(3))
    expect(core.state()).toMatchObject({ drawerKicks: 1, jammed: true, hangingRows: 0 })
    expect(heard).toEqual([0x1a])
    core.clearJam()
    expect(core.state().hangingRows).toBe(1)
  })

  test('no bytes make it throw or keep more than its buffer', () => {
    const commandBytes = fc.constantFrom(0x1b, 0x1c, 0x1d, 0x10, 0x28, 0x6b, 0x76, 0x30, 0x0a, 0x04)
    const noise = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), commandBytes), { maxLength: 400 })
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 5 }), (chunks) => {
        const { core, send } = bench({ bufferBytes: 4096 })
        for (const chunk of chunks) send(...chunk)
        expect(core.state().bufferedBytes).toBeLessThanOrEqual(4096)
        core.close()
      }),
      { numRuns: 500 },
    )
  })

  test('any chunking of a job gives the same paper', () => {
    const bytes = Buffer.concat(renderLines({ jobKey: jobKey(3), document: receipt, copy: null }, profile))
    const whole = bench()
    whole.core.receive(bytes)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 97 }), (size) => {
        const { core } = bench()
        for (let at = 0; at < bytes.length; at += size) core.receive(bytes.subarray(at, at + size))
        expect(core.pieces()).toEqual(whole.core.pieces())
      }),
      { numRuns: 25 },
    )
  })
})

describe('the judge of paper', () => {
  const jobs = [1, 2].map((n) => ({ jobKey: jobKey(n), document: receipt }))
  const lines = (n: number, copy: 'shopperAsked' | null = null): Uint8Array[] =>
    renderLines({ jobKey: jobKey(n), document: receipt, copy }, profile)

  test('tells originals, copies and what is missing apart', () => {
    const { core } = bench()
    core.receive(Buffer.concat([...lines(1), ...lines(1, 'shopperAsked')]))
    expect(judgePapers(core.pieces(), jobs)).toEqual({
      originals: { [jobKey(1)]: 1 },
      copies: { [jobKey(1)]: 1 },
      missing: [jobKey(2)],
      fragments: 0,
    })
  })

  test('a paper without its beginning, its middle or its end is a fragment', () => {
    for (const cutOut of [0, 4, -2]) {
      const { core } = bench()
      const parts = lines(1)
      parts.splice(cutOut, 1)
      core.receive(Buffer.concat(parts))
      expect(judgePapers(core.pieces(), jobs), `without line ${cutOut}`).toMatchObject({
        originals: {},
        missing: [jobKey(1), jobKey(2)],
        fragments: 1,
      })
    }
  })

  test('two whole papers of the same job are two originals, which is the fault it looks for', () => {
    const { core } = bench()
    core.receive(Buffer.concat([...lines(1), ...lines(1)]))
    expect(judgePapers(core.pieces(), jobs).originals).toEqual({ [jobKey(1)]: 2 })
  })
})
