/** A whole number as packed decimal digits, leading zeros first: 2040 in 6 bytes is `00 00 00 00 20 40`. */
export function encodeBcd(value: number, bytes: number): Uint8Array {
  const digits = String(value).padStart(bytes * 2, '0')
  if (!Number.isSafeInteger(value) || value < 0 || digits.length > bytes * 2) {
    throw new RangeError(`${value} does not fit into ${bytes} bytes of decimal digits`)
  }
  return Uint8Array.from({ length: bytes }, (_, at) => Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16))
}

/** Null where a half byte is no decimal digit. */
export function decodeBcd(bytes: Uint8Array): number | null {
  const digits = hexOf(bytes)
  return /^\d+$/.test(digits) ? Number(digits) : null
}

/** Two lower-case digits a byte. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
