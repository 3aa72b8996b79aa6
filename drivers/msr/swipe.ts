import type { SwipeRefusal } from './msr-port.ts'
import { isPaymentTrack } from './payment-card.ts'

export type SwipeFrame =
  | { readonly kind: 'swipe'; readonly memberNumber: string; readonly track: 1 | 2 | 3 }
  | { readonly kind: 'refused'; readonly reason: SwipeRefusal }

/** One track as the reader sent it, with its sentinels or without. */
export interface RawTrack {
  readonly track: 1 | 2 | 3
  readonly bytes: Uint8Array
}

const startSentinels = new Set([0x25, 0x3b, 0x2b])
const endSentinel = 0x3f
/** What readers send for a track that they could not decode: `%E?`. */
const readError = 0x45
const separators = new Set([0x5e, 0x3d])
const formatCode = 0x42

/**
 * What a swipe says; overwrites all tracks with zeros before it answers, and only the number of a member has become
 * text. `memberPrefixes`: what this shop's numbers begin with; empty for any.
 */
export function judgeSwipe(tracks: readonly RawTrack[], memberPrefixes: readonly string[]): SwipeFrame {
  try {
    return judge(tracks, memberPrefixes)
  } finally {
    for (const { bytes } of tracks) bytes.fill(0)
  }
}

function judge(tracks: readonly RawTrack[], memberPrefixes: readonly string[]): SwipeFrame {
  const readable = tracks
    .map(({ track, bytes }) => ({ track, inner: inside(bytes) }))
    .filter(({ inner }) => isRead(inner))
  if (readable.length === 0) return { kind: 'refused', reason: 'unreadable' }
  if (readable.some(({ inner }) => isPaymentTrack(inner)))
    return { kind: 'refused', reason: 'paymentCardRefused' }
  // Digits only and the same on every card of a kind: the second track says it best.
  for (const wanted of [2, 1, 3] as const) {
    for (const { track, inner } of readable) {
      const memberNumber = track === wanted ? numberOf(inner) : null
      if (memberNumber === null) continue
      if (memberPrefixes.length > 0 && !memberPrefixes.some((prefix) => memberNumber.startsWith(prefix)))
        continue
      return { kind: 'swipe', memberNumber, track }
    }
  }
  return { kind: 'refused', reason: 'notAMemberCard' }
}

/** Between the sentinels; a check character may follow the last one. */
function inside(bytes: Uint8Array): Uint8Array {
  const start = startSentinels.has(bytes[0] ?? 0) ? 1 : 0
  const end = bytes.lastIndexOf(endSentinel)
  return bytes.subarray(start, end < 0 ? bytes.length : end)
}

function isRead(inner: Uint8Array): boolean {
  return inner.length > 0 && !(inner.length === 1 && inner[0] === readError)
}

function numberOf(inner: Uint8Array): string | null {
  const end = inner.findIndex((byte) => separators.has(byte))
  const number = inner.subarray(0, end < 0 ? inner.length : end)
  const digits = number[0] === formatCode && number.subarray(1).every(isDigit) ? number.subarray(1) : number
  if (digits.length < 4 || digits.length > 19 || !digits.every(isLetterOrDigit)) return null
  return String.fromCharCode(...digits)
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function isLetterOrDigit(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
}
