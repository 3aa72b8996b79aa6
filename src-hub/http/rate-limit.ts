import { Refusal } from '../refusal.ts'

/** Most addresses remembered; beyond it all are forgotten, which only makes the limit milder. */
const maxAddresses = 10_000

/** Allows each address `perMinute` uses a minute, with bursts of as many. For calls that need no lane signature. */
export function createRateLimit(perMinute: number, nowMs: () => number): (address: string) => void {
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  return (address) => {
    if (buckets.size > maxAddresses) buckets.clear()
    const now = nowMs()
    const bucket = buckets.get(address) ?? { tokens: perMinute, atMs: now }
    const refill = (Math.max(0, now - bucket.atMs) * perMinute) / 60_000
    const tokens = Math.min(perMinute, bucket.tokens + refill)
    buckets.set(address, { tokens: Math.max(0, tokens - 1), atMs: now })
    if (tokens < 1) throw new Refusal(429, 'http.tooMany', 'Too many requests. Wait a little.')
  }
}
