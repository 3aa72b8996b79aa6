import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { createEscPosPrinter } from '../../../drivers/pos-printer/esc-pos-printer.ts'
import { printerProfiles } from '../../../drivers/pos-printer/profiles.ts'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import { paths } from '../../../src-main/cli/paths.ts'
import { wires } from '../../conformance/drivers/support/wires.ts'
import { facelane } from './run.ts'

type Event = { readonly event: string } & Readonly<Record<string, unknown>>
const calls = { timeoutMs: 20_000 }

const receipt: ReceiptDocument = {
  formatVersion: 1,
  saleId: 'b'.repeat(32),
  receiptToken: 'c'.repeat(32),
  language: 'en',
  totalMinor: 0,
  currency: 'CNY',
  blocks: [{ kind: 'title', text: 'Receipt 42' }],
}

let folder: string
let child: ChildProcessByStdio<Writable, Readable, null> | undefined
let events: Event[]

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'facelane-emulate-'))
  events = []
})
afterEach(async () => {
  if (child !== undefined && child.exitCode === null) {
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  child = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Starts the command and waits for its ready line. */
async function emulate(...args: string[]): Promise<Event> {
  const main = path.join(paths.root, 'src-main', 'cli', 'main.ts')
  child = spawn(process.execPath, [main, 'emulate', ...args, '--json'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line) as Event))
  return seen('ready')
}

async function seen(event: string, fits: (event: Event) => boolean = () => true): Promise<Event> {
  for (;;) {
    const found = events.find((one) => one.event === event && fits(one))
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const tell = (line: string): void => void child?.stdin.write(`${line}\n`)
const port = (): string => path.join(folder, 'port')

describe('facelane emulate', () => {
  it.each([
    ['printer', 'cover-open'],
    ['scanner', 'scan CODE'],
    ['scale', 'weight KG'],
    ['display', 'power-cycle'],
    ['terminal', 'approve-at-most MINOR'],
    ['fiscal', 'down'],
    ['msr', 'swipe NAME'],
    ['vending', 'stock SLOT COUNT'],
    ['mdb', 'select ITEM'],
    ['lights', 'power-cycle'],
    ['card', 'insert CARD [READER]'],
  ])('%s --help lists its options and its commands', async (device, verb) => {
    const { code, stdout } = await facelane(['emulate', device, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('--control PORT')
    expect(stdout).toContain(verb)
  })

  it('a device nobody knows is a usage error that names those it knows', async () => {
    const { code, stderr } = await facelane(['emulate', 'toaster'])
    expect(code).toBe(2)
    expect(stderr).toContain('printer, scanner, scale')
  })

  it('a printer prints for the driver at its link, and its papers are a picture and a text', async () => {
    const ready = await emulate('printer', '--link', port(), '--papers', path.join(folder, 'papers'))
    expect(ready).toMatchObject({ device: 'printer', paperMm: 80 })
    const profile = printerProfiles['epson-80']
    const stream = createByteStream(String(ready['address']))
    const device = createEscPosPrinter({ name: 'receipt', stream, profile, bytesPerSecond: 11_520 })
    await device.open(calls)
    await device.claim(calls)
    await device.enable(calls)
    const outcome = await device.print({ jobKey: 'a'.repeat(32), document: receipt, copy: null }, calls)
    await device.close()
    expect(outcome).toMatchObject({ kind: 'printed' })
    const paper = await seen('paper')
    expect(readFileSync(String(paper['text']), 'utf8')).toContain('Receipt 42')
    expect(readFileSync(String(paper['png'])).subarray(1, 4).toString()).toBe('PNG')
  })

  it('takes commands on standard input, answers each, and tells what changed', async () => {
    await emulate('scale', '--link', port())
    tell('weight 1.250')
    await seen('done', ({ command }) => command === 'weight 1.250')
    await seen('state', ({ grams }) => grams === 1250)
    tell('weight heavy')
    expect(await seen('refused')).toMatchObject({ command: 'weight heavy' })
    tell('dance')
    const refused = await seen('refused', ({ command }) => command === 'dance')
    expect(refused['message']).toContain('weight')
  })

  it('takes the same commands by HTTP, but not from a page of some site', async () => {
    const ready = await emulate('scanner', '--link', port(), '--control', '0')
    const url = String(ready['control'])
    const post = (body: string, headers: Record<string, string> = {}) =>
      fetch(url, { method: 'POST', body, headers })
    expect(await (await post('scan 6901234567892')).json()).toMatchObject({
      ok: true,
      state: { plugged: true, lastScans: ['6901234567892'] },
    })
    expect((await post('unplug')).status).toBe(200)
    expect(await (await fetch(url)).json()).toMatchObject({ state: { plugged: false } })
    expect((await post('dance')).status).toBe(400)
    expect((await post('replug', { origin: 'https://example.com' })).status).toBe(400)
  })

  it('a scanner reads what it is told through its port', async () => {
    const ready = await emulate('scanner', '--link', port(), '--baud', '115200')
    expect(wires).toContain(ready['how'])
    const stream = createByteStream(String(ready['address']))
    let heard = ''
    stream.onData((bytes) => (heard += Buffer.from(bytes).toString()))
    await stream.open(calls)
    tell('scan 会员 8812')
    while (!heard.endsWith('\r')) await new Promise((resolve) => setTimeout(resolve, 10))
    await stream.close()
    expect(heard).toBe('会员 8812\r')
  })
})
