import { describe, expect, test } from 'vitest'
import type { PrinterStatus } from '../../../drivers/pos-printer/pos-printer-port.ts'
import { readyStatus } from '../../../drivers/pos-printer/status.ts'
import { createStatusWatch } from '../../../drivers/pos-printer/status-watch.ts'
import { printerProfiles } from '../../../drivers/pos-printer/profiles.ts'
import { bringUp, createMemoryPrinter, passing } from './support/memory-printer.ts'
import { jobKey, receipt } from './support/receipts.ts'

const empty: PrinterStatus = { ...readyStatus, online: false, paper: 'empty' }
const emptyByItself = { kind: 'automaticStatus', bytes: [0x18, 0x00, 0x0f, 0x0f] } as const
const readyByItself = { kind: 'automaticStatus', bytes: [0x10, 0x00, 0x00, 0x0f] } as const
const settled = () => new Promise((resolve) => setImmediate(resolve))

function watchOf(answers: readonly (PrinterStatus | 'silent')[]) {
  let asked = 0
  const seen: string[] = []
  const watch = createStatusWatch({
    ask: () => {
      const answer = answers[Math.min(asked, answers.length - 1)]
      asked += 1
      return answer === undefined || answer === 'silent'
        ? Promise.reject(new Error('silent'))
        : Promise.resolve(answer)
    },
    changed: (_, now) => seen.push(now.paper),
  })
  return { watch, seen, asked: () => asked }
}

describe('what is believed of a printer', () => {
  test('"paper empty" from the line, which the printer does not confirm, changes nothing', async () => {
    const { watch, seen, asked } = watchOf([readyStatus])
    watch.hear(readyByItself)
    watch.hear(emptyByItself)
    await settled()
    expect([watch.status()?.paper, seen, asked()]).toEqual(['ok', ['ok'], 1])
  })

  test('"paper empty" that the printer says twice more is believed', async () => {
    const { watch, seen, asked } = watchOf([empty])
    watch.hear(readyByItself)
    watch.hear(emptyByItself)
    await settled()
    expect([watch.status()?.paper, seen, asked()]).toEqual(['empty', ['ok', 'empty'], 2])
  })

  test('one spoilt answer to a question is asked again', async () => {
    const { watch, asked } = watchOf([empty, readyStatus])
    await watch.refresh(new AbortController().signal)
    expect([watch.status()?.paper, asked()]).toEqual(['ok', 2])
  })

  test('a printer that reports trouble and answers nothing is taken at its word', async () => {
    const { watch } = watchOf(['silent'])
    watch.hear(readyByItself)
    watch.hear(emptyByItself)
    await settled()
    expect(watch.status()?.paper).toBe('empty')
  })

  test('trouble told while an older report is being checked is checked as well', async () => {
    const { watch } = watchOf([readyStatus, empty, empty])
    watch.hear(readyByItself)
    watch.hear(emptyByItself)
    watch.hear(emptyByItself)
    await settled()
    expect(watch.status()?.paper).toBe('empty')
  })

  test('what was being asked when the printer was closed is not remembered', async () => {
    const { watch } = watchOf([empty])
    watch.hear(readyByItself)
    watch.hear(emptyByItself)
    watch.forget()
    await settled()
    expect(watch.status()).toBeNull()
  })
})

describe('noise on the line in the middle of a job', () => {
  test.each([
    ['"paper empty"', [0x18, 0x00, 0x0f, 0x0f]],
    ['"cover open"', [0x38, 0x00, 0x00, 0x0f]],
    ['"cutter stuck"', [0x18, 0x08, 0x00, 0x0f]],
  ])('that reads as %s holds nothing up', async (_what, bytes) => {
    const made = createMemoryPrinter(printerProfiles['epson-80'])
    await bringUp(made)
    made.core.afterBytes(300, () => made.hear(Uint8Array.from(bytes)))
    const startMs = made.clock.monotonicMs()
    const outcome = await passing(
      made.clock,
      made.printer.print({ jobKey: jobKey(1), document: receipt, copy: null }, { timeoutMs: 60_000 }),
    )
    expect(outcome).toEqual({ kind: 'printed', fence: 'processId' })
    expect(made.clock.monotonicMs() - startMs).toBeLessThan(3000)
  })
})
