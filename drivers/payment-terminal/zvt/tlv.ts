/** One element of a TLV container: `tag` in hex (`43`, `1f10`), the value untouched. */
export interface Tlv {
  readonly tag: string
  readonly value: Uint8Array
}

/** How a TLV length reads (PA00P015, TLV container): one byte below 0x80, else 0x81 or 0x82 and that many bytes. */
export function decodeTlvLength(
  bytes: Uint8Array,
): { readonly length: number; readonly taken: number } | null {
  const [first, second, third] = bytes
  if (first === undefined) return null
  if (first < 0x80) return { length: first, taken: 1 }
  if (first === 0x81 && second !== undefined) return { length: second, taken: 2 }
  if (first === 0x82 && second !== undefined && third !== undefined) {
    return { length: (second << 8) | third, taken: 3 }
  }
  return null
}

export function encodeTlv({ tag, value }: Tlv): Uint8Array {
  const tagBytes = tag.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? []
  return Uint8Array.from([...tagBytes, ...encodeTlvLength(value.length), ...value])
}

export function encodeTlvLength(length: number): number[] {
  if (length < 0x80) return [length]
  return length <= 0xff ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

/** The elements of a container; null when it does not end where an element ends. Nested ones stay closed. */
export function decodeTlvs(bytes: Uint8Array): Tlv[] | null {
  const found: Tlv[] = []
  let at = 0
  while (at < bytes.length) {
    const tagLength = lengthOfTag(bytes.subarray(at))
    if (tagLength === null) return null
    const tag = bytes.subarray(at, at + tagLength)
    const length = decodeTlvLength(bytes.subarray(at + tagLength))
    if (length === null) return null
    const start = at + tagLength + length.taken
    if (start + length.length > bytes.length) return null
    found.push({
      tag: Array.from(tag, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      value: bytes.slice(start, start + length.length),
    })
    at = start + length.length
  }
  return found
}

/** A tag whose five low bits are all set goes on; each further byte with its high bit set does so again. */
function lengthOfTag(bytes: Uint8Array): number | null {
  const [first] = bytes
  if (first === undefined) return null
  if ((first & 0x1f) !== 0x1f) return 1
  for (let at = 1; at < bytes.length; at++) {
    if (((bytes[at] ?? 0) & 0x80) === 0) return at + 1
  }
  return null
}
