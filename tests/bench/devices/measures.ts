import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import type { EmulatedPrinter } from '../../../drivers/pos-printer/emulator/printer-emulator.ts'

/** Of Linux on every architecture that Node runs on. */
const ticksPerSecond = 100

/** Processor time of a process and its threads so far, in seconds (/proc/PID/stat, utime and stime). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** How much of one core a process takes over `seconds`, in percent. */
export async function cpuPercent(pid: number, seconds: number): Promise<number> {
  const before = cpuSeconds(pid)
  const fromMs = performance.now()
  await sleep(seconds * 1000)
  return ((cpuSeconds(pid) - before) / ((performance.now() - fromMs) / 1000)) * 100
}

/** Text lines as fast as the port takes them, with nothing asked and nothing waited for: bytes a second at its far end. */
export async function portLimit(printer: EmulatedPrinter, bytes: number): Promise<number> {
  const stream = createByteStream(printer.address)
  await stream.open({ timeoutMs: 5000 })
  const line = Buffer.from(`${'A receipt line of forty-two characters..'.padEnd(42)}\n`)
  const block = Buffer.concat(Array.from({ length: 24 }, () => line))
  const count = Math.ceil(bytes / block.length)
  const from = printer.state().receivedBytes
  const startMs = performance.now()
  for (let sent = 0; sent < count; sent++) await stream.write(block, { timeoutMs: 60_000 })
  while (printer.state().receivedBytes < from + count * block.length) await sleep(2)
  const seconds = (performance.now() - startMs) / 1000
  await stream.close()
  return (count * block.length) / seconds
}
