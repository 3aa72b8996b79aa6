import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import iconv from 'iconv-lite'
import type jsqr from 'jsqr'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import {
  emulatePrinter,
  type EmulatedPrinter,
} from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { createEscPosPrinter } from '../../../drivers/pos-printer/esc-pos-printer.ts'
import { printerProfiles } from '../../../drivers/pos-printer/profiles.ts'
import { jobKey, receipt } from '../../unit/drivers/support/receipts.ts'

const output = new URL('../../.output/', import.meta.url)
const emptyFontconfig = new URL('../../../fixtures/devices/no-fonts.conf', import.meta.url).pathname
const qrData = 'http://127.0.0.1:8080/r/fedcba9876543210fedcba9876543210'

interface NposNode {
  readonly ascii: string
  readonly offset: number
  readonly length: number
}
interface Npos {
  parser(rules: object): { analyze(bytes: Buffer): { tree: NposNode[] | null; error?: Error } }
}
const load = createRequire(import.meta.url)
const npos = load('npos') as Npos
const readSymbol = load('jsqr') as typeof jsqr.default

const parenthesis = (raw: Buffer, at: number): number => 3 + raw.readUInt16LE(at + 1)
const raster = (raw: Buffer, at: number): number => 5 + raw.readUInt16LE(at + 1) * raw.readUInt16LE(at + 3)
/** Lengths of the commands in a job, for a decoder that is not ours; written from the manual. */
const rules = {
  0x10: { '\x04': 1 },
  0x1b: { '@': 0, a: 1, E: 1, '3': 1, $: 2, '\\': 2, t: 1, '-': 1 },
  0x1c: { '&': 0, '.': 0, '-': 1 },
  0x1d: { '!': 1, B: 1, L: 2, W: 2, a: 1, r: 1, V: 2, v0: [0, raster], '(': [0, parenthesis] },
}

/** The text of a job as another decoder reads it. */
function textByNpos(bytes: Uint8Array): string {
  const { tree, error } = npos.parser(rules).analyze(Buffer.from(bytes))
  if (tree === null) throw error ?? new Error('npos gave neither a tree nor an error')
  return tree
    .filter(({ ascii }) => ascii === 'STX')
    .map(({ offset, length }) =>
      iconv.decode(Buffer.from(bytes.subarray(offset, offset + length)), 'gb18030'),
    )
    .join('')
}

describe.each([
  { profile: printerProfiles['epson-80'] },
  { profile: printerProfiles['generic-58'] },
] as const)('the paper of $profile.id', ({ profile }) => {
  let emulator: EmulatedPrinter
  let png: Uint8Array

  beforeAll(async () => {
    emulator = await emulatePrinter({ model: profile.id, mmPerSecond: 2000 })
    const stream = createByteStream(emulator.address)
    const printer = createEscPosPrinter({ name: 'receipt', stream, profile, bytesPerSecond: 11_520 })
    const limits = { timeoutMs: 15_000 }
    await printer.open(limits)
    await printer.claim(limits)
    await printer.enable(limits)
    const outcome = await printer.print({ jobKey: jobKey(1), document: receipt, copy: null }, limits)
    expect(outcome.kind).toBe('printed')
    await printer.close()
    const [first] = emulator.papers()
    if (first === undefined) throw new Error('No paper came out')
    png = await first.png()
    await mkdir(output, { recursive: true })
    await writeFile(new URL(`receipt-${profile.id}.png`, output), png)
  })
  afterAll(() => emulator.close())

  test('shows a symbol that a phone reads', async () => {
    const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    const symbol = readSymbol(new Uint8ClampedArray(data), info.width, info.height)
    expect(symbol?.data).toBe(qrData)
  })

  test('holds the same text for a decoder that is not ours', () => {
    const flat = (text: string): string => text.replace(/\s/g, '')
    // A job begins behind the NULs that an opened printer is given, which the decoder would take for text.
    const received = emulator.received()
    const theirs = flat(textByNpos(received.subarray(received.findIndex((byte) => byte !== 0))))
    const ours = flat(emulator.papers()[0]?.jobText.replace(/\[QR [^\]]*\]/, '') ?? '')
    expect(theirs).toBe(ours)
    expect(theirs).toContain('农夫山泉550ml￥2.00')
  })

  test('is as wide as the paper and shows ink where there is text', async () => {
    const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true })
    expect(info.width).toBe(profile.widthDots + 72)
    const dark = data.reduce((count, value) => count + (value < 100 ? 1 : 0), 0)
    expect(dark / data.length).toBeGreaterThan(0.03)
  })

  test('looks the same on a machine without a single font', async () => {
    const script = `
      const { drawPaper } = await import('./drivers/pos-printer/emulator/paper-image.ts')
      const { createHash } = await import('node:crypto')
      let input = ''
      for await (const part of process.stdin) input += part
      const rows = JSON.parse(input, (key, value) => value?.hex === undefined ? value : Uint8Array.from(Buffer.from(value.hex, 'hex')))
      process.stdout.write(createHash('sha256').update(await drawPaper(rows, ${profile.widthDots})).digest('hex'))`
    const rows = JSON.stringify(emulator.papers()[0]?.rows, (_key, value: unknown) =>
      value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value,
    )
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      input: rows,
      encoding: 'utf8',
      cwd: new URL('../../../', import.meta.url),
      env: { PATH: process.env['PATH'], FONTCONFIG_FILE: emptyFontconfig },
    })
    expect(child.stdout, child.stderr).toBe(createHash('sha256').update(png).digest('hex'))
  })
})
