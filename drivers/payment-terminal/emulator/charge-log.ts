import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** One effect on a card account. The file of these, fsynced before the terminal says anything, judges "exactly once". */
export interface ChargeRecord {
  readonly at: string
  readonly kind: 'charge' | 'reversal' | 'refund'
  readonly traceNumber: number
  readonly receiptNumber: number
  readonly amountMinor: number
  readonly currencyNumber: number
  readonly maskedPan: string
  readonly scheme: string
  readonly approvalCode: string
  /** Of a reversal: the trace number of the charge it took back. */
  readonly originalTrace: number | null
}

export interface ChargeLog {
  records(): readonly ChargeRecord[]
  /** On disk when this returns. */
  append(record: ChargeRecord): void
  close(): void
}

/** A log in memory, or in a file of one JSON object a line whose records are taken up again. */
export function openChargeLog(file: string | null): ChargeLog {
  const records: ChargeRecord[] = []
  if (file === null) {
    return { records: () => records, append: (record) => void records.push(record), close() {} }
  }
  if (existsSync(file)) {
    // A line without its end was cut off by a crash before anybody was told of it.
    const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    records.push(...whole.filter((line) => line !== '').map((line) => JSON.parse(line) as ChargeRecord))
  }
  const handle = openSync(file, 'a', 0o600)
  return {
    records: () => records,
    append(record) {
      writeSync(handle, `${JSON.stringify(record)}\n`)
      fsyncSync(handle)
      records.push(record)
    },
    close: () => closeSync(handle),
  }
}
