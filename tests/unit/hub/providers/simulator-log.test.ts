import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBank } from '../../../../src-hub/providers/simulator/bank.ts'
import { emptyBook, fold } from '../../../../src-hub/providers/simulator/book.ts'
import type { Entry } from '../../../../src-hub/providers/simulator/entries.ts'
import { openLog } from '../../../../src-hub/providers/simulator/log-file.ts'

const logFile = path.resolve(import.meta.dirname, '../../../../src-hub/providers/simulator/log-file.ts')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'facelane-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function order(outTradeNo: string, code: string, amountMinor = 500) {
  const source = { kind: 'code' as const, code }
  return { wallet: 'alipay' as const, outTradeNo, amountMinor, currency: 'CNY', attach: null, source }
}

/** A day in the life of both wallets, as the log of it. */
function written(file: string): void {
  let now = 1_000_000
  const log = openLog(file)
  const bank = openBank(log, () => now)
  bank.pay(order('paid', '280000000000000001'), { kind: 'approve' })
  bank.pay(order('asked', '280000000000000002'), { kind: 'ask', then: 'pay', ms: 1000 })
  bank.pay(order('refused', '280000000000000003'), { kind: 'ask', then: 'refuse', ms: 1000 })
  now += 1000
  bank.settleDue()
  bank.refund('alipay', { outTradeNo: 'paid', refundNo: 'r1', amountMinor: 200 })
  bank.cancel('alipay', 'asked', 'CNY')
  bank.cancel('wechat', 'unseen', 'CNY')
  bank.sign('alipay', '20260001', { payer: '2088', limitMinor: 900, ended: false })
  bank.faceToken('alipay', bank.beginFace(), '2088000000000001')
  log.close()
}

function bookOf(entries: readonly Entry[]) {
  const book = emptyBook()
  for (const entry of entries) fold(book, entry)
  return book
}

describe('the log of the simulator', () => {
  it('brings everything back after a restart', () => {
    const file = path.join(folder, 'log.ndjson')
    written(file)
    const log = openLog(file)
    const bank = openBank(log, () => 2_000_000)
    const states = [...bank.book.trades.values()].map(({ outTradeNo, state }) => [outTradeNo, state])
    expect(states).toEqual([
      ['paid', 'paid'],
      ['asked', 'reversed'],
      ['refused', 'closed'],
      ['unseen', 'closed'],
    ])
    expect(bank.book).toEqual(bookOf(log.entries))
    log.close()
  })

  it.runIf(process.platform === 'linux')(
    'on a disk that is full keeps nothing of what has no room, and goes on behind the last whole line (Linux: ulimit)',
    () => {
      const file = path.join(folder, 'log.ndjson')
      const code = `
        const { openLog } = await import(${JSON.stringify(logFile)})
        const log = openLog(${JSON.stringify(file)})
        const add = (sessionId) => log.append([{ kind: 'faceSession', at: 1, sessionId }])
        try { for (;;) add('x'.repeat(105)) } catch { add('short') }`
      const limited = `trap '' XFSZ; ulimit -f 1; exec "$0" --input-type=module -e "$1"`
      execFileSync('sh', ['-c', limited, process.execPath, code])
      const log = openLog(file)
      expect(log.entries.length).toBeGreaterThan(2)
      expect(log.entries.at(-1)).toMatchObject({ sessionId: 'short' })
      log.close()
    },
  )

  it('cut off at any byte, gives back its whole lines and nothing of the broken one', () => {
    const whole = path.join(folder, 'log.ndjson')
    written(whole)
    const bytes = readFileSync(whole)
    const lines = bytes.toString('utf8').split('\n').slice(0, -1)
    const cut = path.join(folder, 'cut.ndjson')
    // Every byte of the last line, and a spread over all the others: each opening waits for the disk.
    const last = bytes.lastIndexOf('\n', bytes.length - 2)
    for (let length = 0; length <= bytes.length; length += length < last ? 41 : 1) {
      writeFileSync(cut, bytes.subarray(0, length))
      const log = openLog(cut)
      const complete = bytes.subarray(0, length).toString('utf8').split('\n').length - 1
      expect(log.entries).toEqual(lines.slice(0, complete).map((line) => JSON.parse(line) as Entry))
      log.append([{ kind: 'faceSession', at: 1, sessionId: 'after' }])
      log.close()
      const text = readFileSync(cut, 'utf8').split('\n').slice(0, -1)
      expect(text).toHaveLength(complete + 1)
    }
  })

  it('holds no code and no token', () => {
    const file = path.join(folder, 'log.ndjson')
    written(file)
    const text = readFileSync(file, 'utf8')
    expect(text).not.toContain('28000000000000000')
    expect(text).not.toMatch(/fp\d{32}/)
  })

  it('is refused when a line in its middle is not its own', () => {
    const file = path.join(folder, 'log.ndjson')
    writeFileSync(file, '{"kind":"charge"}\n')
    expect(() => openLog(file)).toThrow(expect.objectContaining({ code: 'simulator.log' }) as Error)
  })
})

describe('the money of the simulator', () => {
  const opened = (file = path.join(folder, 'log.ndjson')) => {
    let now = 1_000_000
    const log = openLog(file)
    const bank = openBank(log, () => now)
    const charges = () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Entry)
        .filter(({ kind }) => kind === 'charge').length
    return { bank, charges, pass: (ms: number) => (now += ms) }
  }
  const approve = { kind: 'approve' as const }

  it('is charged once under one number', () => {
    const { bank, charges } = opened()
    expect(bank.pay(order('n', '280000000000000001'), approve).kind).toBe('paid')
    expect(bank.pay(order('n', '280000000000000001'), approve).kind).toBe('alreadyPaid')
    expect(charges()).toBe(1)
  })

  it('is refused under a number that stands for another amount', () => {
    const { bank, charges } = opened()
    bank.pay(order('n', '280000000000000001'), approve)
    expect(bank.pay(order('n', '280000000000000001', 501), approve).kind).toBe('differs')
    expect(charges()).toBe(1)
  })

  it('is charged when a buyer who was asked pays, whether or not anybody looks', () => {
    const { bank, charges, pass } = opened()
    bank.pay(order('n', '280000000000000001'), { kind: 'ask', then: 'pay', ms: 5000 })
    expect(bank.settleDue()).toBe(1_005_000)
    expect(charges()).toBe(0)
    pass(5000)
    expect(bank.settleDue()).toBeNull()
    expect(charges()).toBe(1)
  })

  it('is not charged when the number was cancelled before it arrived', () => {
    const { bank, charges } = opened()
    bank.cancel('alipay', 'late', 'CNY')
    expect(bank.pay(order('late', '280000000000000001'), approve).kind).toBe('closed')
    expect(charges()).toBe(0)
  })

  it('does not come back by cancelling after Alipay’s 24 hours', () => {
    const { bank, pass } = opened()
    bank.pay(order('n', '280000000000000001'), approve)
    pass(86_400_001)
    expect(bank.cancel('alipay', 'n', 'CNY').kind).toBe('tooLate')
    expect(bank.refund('alipay', { outTradeNo: 'n', refundNo: 'r', amountMinor: 500 }).kind).toBe('refunded')
  })

  it('is refused for a token that is older than its two minutes', () => {
    const { bank, pass } = opened()
    const token = bank.faceToken('alipay', bank.beginFace(), '2088000000000001') ?? ''
    pass(120_000)
    const source = { kind: 'faceToken' as const, token }
    expect(bank.pay({ ...order('n', ''), source }, approve).kind).toBe('tokenExpired')
  })
})
