import { scrypt, scryptSync, timingSafeEqual } from 'node:crypto'

/** `scrypt-1` is scrypt with N 16384, r 8, p 1 (Node's defaults), a 16-byte salt and a 32-byte key, both in hex. */
export const pinHashPattern = /^scrypt-1:[0-9a-f]{32}:[0-9a-f]{64}$/
const keyBytes = 32

/**
 * What `staff[].pinHash` holds. `salt`: 16 unpredictable bytes. Four digits can be tried out by whoever has the hash,
 * at any cost: the file's permissions protect them, the hash only keeps them out of sight.
 */
export function hashPin(pin: string, salt: Uint8Array): string {
  if (salt.length !== 16) throw new Error('The salt of a PIN has 16 bytes')
  return `scrypt-1:${Buffer.from(salt).toString('hex')}:${scryptSync(pin, salt, keyBytes).toString('hex')}`
}

/** Off the main thread: a wrong PIN must not make the screen stutter. */
export async function verifyPin(pinHash: string, pin: string): Promise<boolean> {
  const { salt, expected } = parse(pinHash)
  const key = await new Promise<Buffer>((resolve, reject) => {
    scrypt(pin, salt, keyBytes, (error, derived) => (error === null ? resolve(derived) : reject(error)))
  })
  return timingSafeEqual(key, expected)
}

export function verifyPinSync(pinHash: string, pin: string): boolean {
  const { salt, expected } = parse(pinHash)
  return timingSafeEqual(scryptSync(pin, salt, keyBytes), expected)
}

/** Whose PIN this is, null when nobody's. Tries everybody, so that the time does not tell who. */
export async function findByPin<S extends { readonly pinHash: string }>(
  staff: readonly S[],
  pin: string,
): Promise<S | null> {
  const matches = await Promise.all(staff.map((member) => verifyPin(member.pinHash, pin)))
  return staff.find((_, index) => matches[index]) ?? null
}

function parse(pinHash: string): { salt: Buffer; expected: Buffer } {
  if (!pinHashPattern.test(pinHash)) throw new Error('Not the hash of a PIN; the configuration checks this')
  const [, salt = '', key = ''] = pinHash.split(':')
  return { salt: Buffer.from(salt, 'hex'), expected: Buffer.from(key, 'hex') }
}
