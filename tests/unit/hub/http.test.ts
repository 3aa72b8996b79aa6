import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readBody } from '../../../src-hub/http/bodies.ts'
import { createRateLimit } from '../../../src-hub/http/rate-limit.ts'
import { readPayload } from '../../../src-hub/entries/payload.ts'
import { sameSecret } from '../../../src-hub/secrets.ts'

describe('a rate limit', () => {
  it('lets a burst through, refuses the next, and lets one more through as time passes', () => {
    let now = 0
    const limit = createRateLimit(3, () => now)
    for (let use = 0; use < 3; use++) limit('10.0.0.1')
    expect(() => limit('10.0.0.1')).toThrow(/Too many/)
    limit('10.0.0.2')
    now = 20_001
    limit('10.0.0.1')
    expect(() => limit('10.0.0.1')).toThrow(/Too many/)
  })

  it('does not hand out more when the clock jumps back', () => {
    let now = 1_000_000
    const limit = createRateLimit(1, () => now)
    limit('a')
    now = 0
    expect(() => limit('a')).toThrow(/Too many/)
  })
})

describe('reading a body', () => {
  const schema = z.object({ lines: z.array(z.object({ count: z.number().int() })) })

  it('names the place of what is wrong', () => {
    const bytes = Buffer.from('{"lines":[{"count":1},{"count":1.5}]}')
    expect(() => readBody(schema, bytes)).toThrow(/^lines\.1\.count: /)
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a JSON', Buffer.from('{"lines":')],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('refuses %s', (_title, bytes) => {
    expect(() => readBody(schema, bytes)).toThrow(/not JSON in UTF-8/)
  })
})

describe('reading a payload', () => {
  const read = (text: string, type = 'consent.withdrawn') => readPayload(Buffer.from(text), type)
  const event = { type: 'consent.withdrawn', subjectKey: 'a'.repeat(32) }

  it('gives the event, and its projection where questions are asked of it', () => {
    expect(read(JSON.stringify(event))).toEqual({ kind: 'event', event, projection: null })
    const text = JSON.stringify({
      type: 'payment.resolved',
      attemptKey: 'a'.repeat(32),
      saleId: 'b'.repeat(32),
      outcome: 'approved',
    })
    expect(read(text, 'payment.resolved')).toMatchObject({ kind: 'event', projection: text })
  })

  it.each([
    ['not JSON', 'notJson', 'consent.withdrawn'],
    ['{"type":"consent.forgotten"}', 'unknownEvent', 'consent.forgotten'],
    [JSON.stringify(event), 'typeMismatch', 'consent.given'],
    ['{"text":"\\u0000"}', 'notProjectable', 'consent.given'],
    ['{"text":"\\udead"}', 'notProjectable', 'consent.given'],
  ])('keeps %s as unreadable: %s', (text, reason, type) => {
    expect(read(text, type)).toMatchObject({ kind: 'unreadable', reason })
  })

  it('does not mistake a written backslash for an escape', () => {
    expect(read('{"text":"\\\\u0000"}')).toMatchObject({ reason: 'unknownEvent' })
  })
})

describe('comparing secrets', () => {
  it('tells equal from different, whatever their lengths', () => {
    expect(sameSecret('abc', 'abc')).toBe(true)
    expect(sameSecret('', 'abc')).toBe(false)
    expect(sameSecret('abcd', 'abc')).toBe(false)
  })
})
