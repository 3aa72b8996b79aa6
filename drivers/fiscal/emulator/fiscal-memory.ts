import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import type { FiscalSignature } from '../../../src-main/contract/fiscal.ts'

/** One line of the device's own log: what it signed, in the order it signed it. */
export type FiscalLogLine =
  | {
      readonly kind: 'start'
      readonly transactionNumber: number
      readonly clientId: string
      readonly at: string
    }
  | { readonly kind: 'update'; readonly transactionNumber: number; readonly at: string }
  | { readonly kind: 'finish'; readonly signature: FiscalSignature }

export interface OpenTransaction {
  readonly transactionNumber: number
  readonly clientId: string
  readonly startedAt: string
}

/** Keys, counters and log of the emulated device; on disk, each line fsynced before it is told, or in memory. */
export interface FiscalMemory {
  readonly serialNumber: string
  readonly publicKey: string
  open(): readonly OpenTransaction[]
  finished(): readonly FiscalSignature[]
  signatureCounter(): number
  start(
    clientId: string,
    at: string,
  ): { readonly transactionNumber: number; readonly signatureCounter: number }
  update(transactionNumber: number, at: string): number
  finish(
    transaction: OpenTransaction,
    process: { readonly processType: string; readonly processData: string },
    at: string,
  ): FiscalSignature
  close(): void
}

export function openFiscalMemory(folder: string | null): FiscalMemory {
  const privateKey = keyOf(folder)
  const publicKey = publicPoint(privateKey)
  const serialNumber = createHash('sha256').update(publicKey).digest('hex')
  const open = new Map<number, OpenTransaction>()
  const finished: FiscalSignature[] = []
  let transactions = 0
  let signatures = 0

  const remember = (line: FiscalLogLine): void => {
    signatures += 1
    if (line.kind === 'start') {
      transactions = Math.max(transactions, line.transactionNumber)
      const { transactionNumber, clientId, at } = line
      open.set(transactionNumber, { transactionNumber, clientId, startedAt: at })
    } else if (line.kind === 'finish') {
      open.delete(line.signature.transactionNumber)
      finished.push(line.signature)
    }
  }

  let handle: number | null = null
  if (folder !== null) {
    const file = path.join(folder, 'fiscal.ndjson')
    if (existsSync(file)) {
      const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1)
      for (const line of whole) remember(JSON.parse(line) as FiscalLogLine)
    }
    handle = openSync(file, 'a', 0o600)
  }
  const write = (line: FiscalLogLine): void => {
    if (handle !== null) {
      writeSync(handle, `${JSON.stringify(line)}\n`)
      fsyncSync(handle)
    }
    remember(line)
  }

  return {
    serialNumber,
    publicKey: publicKey.toString('base64'),
    open: () => [...open.values()],
    finished: () => finished,
    signatureCounter: () => signatures,
    start(clientId, at) {
      const transactionNumber = transactions + 1
      write({ kind: 'start', transactionNumber, clientId, at })
      return { transactionNumber, signatureCounter: signatures }
    },
    update(transactionNumber, at) {
      write({ kind: 'update', transactionNumber, at })
      return signatures
    },
    finish({ transactionNumber, clientId, startedAt }, { processType, processData }, at) {
      const fields = {
        clientId,
        processType,
        processData,
        transactionNumber,
        signatureCounter: signatures + 1,
        startedAt,
        finishedAt: at,
        signatureAlgorithm: 'ecdsa-plain-SHA256',
      } as const
      // The text of DSFinV-K's QR code, field by field; a certified device signs TR-03151's log message instead.
      const text = `V0;${clientId};${processType};${processData};${transactionNumber};${fields.signatureCounter};${startedAt};${at};${fields.signatureAlgorithm};utcTime`
      const value = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      const signature: FiscalSignature = {
        ...fields,
        serialNumber,
        signatureValue: value.toString('base64'),
        publicKey: publicKey.toString('base64'),
      }
      write({ kind: 'finish', signature })
      return signature
    },
    close() {
      if (handle !== null) closeSync(handle)
      handle = null
    },
  }
}

function keyOf(folder: string | null): KeyObject {
  const file = folder === null ? null : path.join(folder, 'fiscal-key.pem')
  if (file !== null && existsSync(file)) return createPrivateKey(readFileSync(file))
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (file !== null && folder !== null) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  }
  return privateKey
}

/** 04, x, y: 65 bytes. */
function publicPoint(privateKey: KeyObject): Buffer {
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
}
