const zero = 0x30
const nine = 0x39
const caret = 0x5e
const equals = 0x3d
const space = 0x20

/** ISO/IEC 7812: the number of an issuer's card. */
const shortestPan = 12
const longestPan = 19

/**
 * First digits of payment cards, from and to, of equal length. Whole first digits where networks share one: it is better
 * to refuse a loyalty card than to read a payment card. Source: ISO/IEC 7812-1 (major industry 1, 3 to 6) and the ranges
 * that the networks publish (Visa 4; Mastercard 51-55, 2221-2720; Maestro 50, 56-69; American Express 34, 37; Diners 30,
 * 36, 38, 39; JCB 3528-3589; UnionPay 62, 81; Discover 60, 64, 65; RuPay 81, 82, 508; Mir 2200-2204; UATP 1; Uzcard 8600;
 * Troy 9792; Humo 9860).
 */
const issuerRanges: readonly (readonly [from: number, to: number, digits: number])[] = [
  [1, 1, 1],
  [3, 6, 1],
  [2200, 2204, 4],
  [2221, 2720, 4],
  [81, 82, 2],
  [8600, 8600, 4],
  [9792, 9792, 4],
  [9860, 9860, 4],
]

/**
 * Whether a track (without its sentinels) is one of a payment card as ISO/IEC 7813 and 4909 build it. Two of three tell
 * it: the check digit, the issuer's range, and expiry date and service code behind the number; and anywhere on the track
 * a number that has both check digit and range. Works on bytes and makes no text of them.
 */
export function isPaymentTrack(track: Uint8Array): boolean {
  return startsOfNumber(track).some((start) => isPaymentNumberAt(track, start)) || hidesPan(track)
}

/** Behind the format code: `B` on track 1, two digits on track 3. */
function startsOfNumber(track: Uint8Array): readonly number[] {
  const [first = 0] = track
  return first >= 0x41 && first <= 0x5a ? [1] : [0, 2]
}

function isPaymentNumberAt(track: Uint8Array, start: number): boolean {
  const digits: number[] = []
  let at = start
  for (; at < track.length; at++) {
    const byte = track[at] ?? 0
    if (isDigit(byte)) digits.push(byte - zero)
    // Some issuers write the number of track 1 in groups.
    else if (byte !== space || digits.length === 0) break
  }
  if (digits.length < shortestPan || digits.length > longestPan) {
    digits.fill(0)
    return false
  }
  const signs = [hasLuhn(digits), isInIssuerRange(digits), hasExpiryAndService(track, at)]
  digits.fill(0)
  return signs.filter(Boolean).length >= 2
}

/** `=YYMMSSS` behind the number of track 2, `^NAME^YYMMSSS` on track 1. */
function hasExpiryAndService(track: Uint8Array, separatorAt: number): boolean {
  let at = separatorAt
  if (track[at] === caret) at = track.indexOf(caret, at + 1)
  else if (track[at] !== equals) return false
  if (at < 0) return false
  const behind = track.subarray(at + 1, at + 8)
  if (behind.length < 7 || !behind.every(isDigit)) return false
  const month = ((behind[2] ?? 0) - zero) * 10 + (behind[3] ?? 0) - zero
  // Service code, ISO/IEC 7813: interchange 1, 2 (chip), 5, 6 (national), 7 (private), 9 (test).
  return month >= 1 && month <= 12 && [1, 2, 5, 6, 7, 9].includes((behind[4] ?? 0) - zero)
}

function hidesPan(track: Uint8Array): boolean {
  let start = 0
  for (let at = 0; at <= track.length; at++) {
    if (at < track.length && isDigit(track[at] ?? 0)) continue
    if (at - start > shortestPan && at - start <= longestPan) {
      const digits = Array.from(track.subarray(start, at), (byte) => byte - zero)
      const found = hasLuhn(digits) && isInIssuerRange(digits)
      digits.fill(0)
      if (found) return true
    }
    start = at + 1
  }
  return false
}

function isInIssuerRange(digits: readonly number[]): boolean {
  return issuerRanges.some(([from, to, length]) => {
    const prefix = digits.slice(0, length).reduce((value, digit) => value * 10 + digit, 0)
    return prefix >= from && prefix <= to
  })
}

/** ISO/IEC 7812-1, annex B. */
function hasLuhn(digits: readonly number[]): boolean {
  const sum = digits.reduceRight((total, digit, at) => {
    const doubled = (digits.length - 1 - at) % 2 === 1 ? digit * 2 : digit
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine
}
