import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** Secrets that live in the hub's data folder, each in a file only its owner reads. */
export interface HubSecrets {
  readonly joinToken: string
  readonly operatorToken: string
  /** Keyed hash for one purpose: what a stolen database alone must not reveal or forge. */
  keyed(purpose: 'code' | 'walletPage' | 'operatorCookie' | 'memberCard', value: string): Buffer
}

export const secretFiles = {
  joinToken: 'join-token',
  operatorToken: 'operator-token',
  key: 'hub-key',
} as const

/** Reads the secrets, making on first start those that are not there. */
export async function openSecrets(dataDir: string): Promise<HubSecrets> {
  const joinToken = await readOrMake(path.join(dataDir, secretFiles.joinToken))
  const operatorToken = await readOrMake(path.join(dataDir, secretFiles.operatorToken))
  const key = await readOrMake(path.join(dataDir, secretFiles.key))
  return {
    joinToken,
    operatorToken,
    keyed: (purpose, value) => createHmac('sha256', key).update(`${purpose}:${value}`).digest(),
  }
}

async function readOrMake(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known.trim() !== '') return known.trim()
  const made = randomBytes(24).toString('base64url')
  await writeFile(`${file}.new`, `${made}\n`, { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
  return made
}

/** Compares in a time that tells nothing about where two secrets differ. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
