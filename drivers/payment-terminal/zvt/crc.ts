/**
 * CRC-16 of the serial transport (PA00P016): polynomial x^16 + x^12 + x^5 + 1, least significant bit first, beginning
 * with 0 ("KERMIT"; check value 0x2189 over "123456789"). It runs over the APDU as it was before doubling, and ETX.
 */
export function crc16(bytes: Iterable<number>): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0x8408 : crc >> 1
  }
  return crc
}
