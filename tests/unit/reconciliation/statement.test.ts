import { describe, expect, it } from 'vitest'
import { dayBounds, dayOf } from '../../../src-main/domain/reconciliation/day.ts'
import { parseStatement } from '../../../src-main/domain/reconciliation/statement.ts'

const key = 'a'.repeat(32)

describe('a statement as CSV', () => {
  it('is read in any order of columns, with amounts as a provider writes them', () => {
    const csv = [
      'at,provider,kind,provider_key,amount,currency,fee,remark',
      `2026-11-22T09:05:07Z,alipay,charge,${key}-1,"1,240.50",CNY,0.75,"tea, two"`,
      `,alipay,refund,${key}_1,12,CNY,,`,
      '',
    ].join('\r\n')
    expect(parseStatement(csv)).toEqual({
      ok: true,
      value: [
        {
          provider: 'alipay',
          kind: 'charge',
          providerKey: `${key}-1`,
          amountMinor: 124_050,
          currency: 'CNY',
          feeMinor: 75,
          atMs: Date.UTC(2026, 10, 22, 9, 5, 7),
        },
        {
          provider: 'alipay',
          kind: 'refund',
          providerKey: `${key}-1`,
          amountMinor: 1200,
          currency: 'CNY',
          feeMinor: 0,
          atMs: null,
        },
      ],
    })
  })

  it.each([
    ['provider,kind,provider_key,amount\n', 1, 'currency'],
    ['provider,kind,provider_key,amount,currency\nalipay,payout,k,1,CNY', 2, 'kind is'],
    ['provider,kind,provider_key,amount,currency\nalipay,charge,k,1.234,CNY', 2, 'amount'],
    ['provider,kind,provider_key,amount,currency\nalipay,charge,k,-1,CNY', 2, 'amount'],
    ['provider,kind,provider_key,amount,currency\nalipay,charge,k,1,XXQ', 2, 'amount'],
    ['provider,kind,provider_key,amount,currency\nalipay,charge,,1,CNY', 2, 'provider_key'],
    ['provider,kind,provider_key,amount,currency,at\nalipay,charge,k,1,CNY,noon', 2, 'at "noon"'],
  ])('%j is refused with its line and the reason', (csv, line, words) => {
    const parsed = parseStatement(csv)
    expect(parsed).toMatchObject({ ok: false, error: { line } })
    expect(parsed.ok ? '' : parsed.error.problem).toContain(words)
  })
})

describe("the simulator's log", () => {
  const charge = {
    kind: 'charge',
    wallet: 'wechat',
    outTradeNo: 'h4sh',
    attach: `${key}-1`,
    amountMinor: 900,
    currency: 'CNY',
    at: 5,
  }

  it('is read under the hub’s own keys, refunds too, and lines without money are passed over', () => {
    const log = [
      JSON.stringify({ kind: 'faceToken', at: 1 }),
      JSON.stringify(charge),
      JSON.stringify({ ...charge, kind: 'refund', attach: undefined, amountMinor: 300 }),
      '{"kind":"char',
    ].join('\n')
    const parsed = parseStatement(log)
    expect(
      parsed.ok && parsed.value.map(({ kind, providerKey, amountMinor }) => [kind, providerKey, amountMinor]),
    ).toEqual([
      ['charge', `${key}-1`, 900],
      ['refund', `${key}-1`, 300],
    ])
  })

  it('is refused when a line in the middle is damaged', () => {
    const log = ['{"kind":"char', JSON.stringify(charge)].join('\n')
    expect(parseStatement(log)).toMatchObject({ ok: false, error: { line: 1 } })
  })
})

describe('a settlement day', () => {
  it('goes from midnight to midnight where the hub stands', () => {
    const bounds = dayBounds('2026-11-22', 'Asia/Shanghai')
    expect(new Date(bounds.fromMs).toISOString()).toBe('2026-11-21T16:00:00.000Z')
    expect(bounds.untilMs - bounds.fromMs).toBe(86_400_000)
    expect(dayOf(bounds.fromMs, 'Asia/Shanghai')).toBe('2026-11-22')
    expect(dayOf(bounds.fromMs - 1, 'Asia/Shanghai')).toBe('2026-11-21')
  })

  it('has 23 or 25 hours when the clocks change', () => {
    const hours = (day: string) => {
      const { fromMs, untilMs } = dayBounds(day, 'Europe/Berlin')
      return (untilMs - fromMs) / 3_600_000
    }
    expect([hours('2026-03-29'), hours('2026-06-01'), hours('2026-10-25')]).toEqual([23, 24, 25])
  })
})
