import { describe, expect, it } from 'vitest'
import type { DeferredGauges } from '../../../src-main/contract/deferred.ts'
import { moneyWords } from '../../../src-hub/pages/moneyWords.ts'
import { caseList, waitingBanner } from '../../../src-hub/pages/paymentBanner.ts'
import { caseKinds } from '../../../src-hub/payments/cases.ts'

const none = { count: 0, sumMinor: {}, oldestAtMs: null, lastAtMs: null }
const nowMs = new Date(2026, 10, 23, 12, 0).getTime()
const hour = 3_600_000

function gauges(count: number, sinceMs: number, expiresInMs: number): DeferredGauges {
  return {
    atMs: nowMs,
    UPLOADED: { count, sumMinor: { CNY: 4120, EUR: 500 }, oldestAtMs: sinceMs, lastAtMs: null },
    PROCESSED: none,
    DECLINED: none,
    EXPIRED: none,
    REVERSED: none,
    nextExpiryAtMs: nowMs + expiresInMs,
    lastSuccessAtMs: null,
    openRecoveries: 0,
    openCases: 0,
  }
}

describe('the merchant’s banner', () => {
  const early = new Date(2026, 10, 23, 2, 10).getTime()

  it.each([
    [
      3,
      early,
      21.5 * hour,
      /3 payments of ¥41\.20 \+ €5\.00 wait since 2:10.AM, the first expires in 21 hours\./,
    ],
    [1, early, 40 * 60_000, /1 payment of .* waits since 2:10.AM, the first expires in 40 minutes\./],
    [2, early - 24 * hour, 80 * hour, /wait since Nov 22, 2026, 2:10.AM, the first expires in 3 days\./],
    [2, early, 10_000, /the first expires any moment\./],
  ])('says how many wait, for how much, since when and until when: %i', (count, since, expires, words) => {
    expect(waitingBanner('en', gauges(count, since, expires))?.text).toMatch(words)
  })

  it('says it in Chinese too, and nothing when nothing waits', () => {
    expect(waitingBanner('zh-CN', gauges(3, early, 21 * hour))?.text).toMatch(
      /3 笔付款（共 ¥41\.20 \+ €5\.00）自 02:10 起等待处理，最早一笔将在21小时后过期。/,
    )
    expect(waitingBanner('en', { ...gauges(0, early, hour), UPLOADED: none })).toBeNull()
  })
})

describe('the list of cases', () => {
  it('has words for every kind in both languages, and is not there without cases', () => {
    for (const language of ['en', 'zh-CN'] as const) {
      for (const kind of caseKinds) expect(moneyWords[language].caseKinds[kind]).not.toBe('')
      expect(caseList(language, [])).toBeNull()
    }
  })

  it('escapes what came from outside', () => {
    const list = caseList('en', [
      {
        caseId: 1,
        kind: 'released',
        attemptKey: 'a'.repeat(32),
        owner: '<b>mei</b>',
        detail: '',
        openedAtMs: nowMs,
        resolvedAtMs: null,
        resolution: null,
      },
    ])
    expect(list?.text).toContain('&lt;b&gt;mei&lt;/b&gt;')
  })
})
