import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemDriverClock, type DriverClock } from '../../../drivers/port/clock.ts'
import { Failure } from '../../../src-main/contract/failure.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Everything in a guest takes ten times as long, on a busy machine more. */
const slowness = 30
export const patience = { timeoutMs: 60_000 } as const

/**
 * The limits of a driver, as much longer as everything is slower here: a scanner that types in an emulated machine leaves
 * gaps between its keys that no real one does.
 */
export const guestClock: DriverClock = {
  ...systemDriverClock,
  after: (delayMs, run) => systemDriverClock.after(delayMs * slowness, run),
}

/** One thing to find out; what it answers with is told as the detail. A throw, or `false`, says that it is not so. */
export async function check(name: string, look: () => Promise<string | boolean>): Promise<void> {
  let ok = false
  let detail = ''
  try {
    const found = await look()
    ok = found !== false
    detail = typeof found === 'string' ? found : ''
  } catch (thrown) {
    detail = thrown instanceof Failure ? `${thrown.code}: ${thrown.message}` : String(thrown)
  }
  say(`CHECK ${JSON.stringify({ name, ok, detail })}`)
}

/** The program ends here whatever is still open: it is the guest's last. */
export function allChecked(): never {
  say('ALL CHECKED')
  process.exit(0)
}

const answers = new Map<string, () => void>()
createInterface({ input: process.stdin }).on('line', (line) => {
  const [, word] = /DONE (\w+)/.exec(line) ?? []
  if (word !== undefined) answers.get(word)?.()
})

/** Asks the hands outside the machine for something, and waits until they have done it. */
export async function host(word: string, argument = ''): Promise<void> {
  const done = new Promise<void>((resolve) => answers.set(word, resolve))
  say(`HOST ${word} ${argument}`)
  await done
}

/** Until it is so; throws with what was waited for. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patience.timeoutMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`)
    await sleep(100)
  }
}

/** Opens a device as a supervisor does: again and again until it is there. Answers with how often it was tried. */
export async function openUntilItWorks(device: {
  open(call: { timeoutMs: number }): Promise<void>
  claim(call: { timeoutMs: number }): Promise<void>
  enable(call: { timeoutMs: number }): Promise<void>
  close(): Promise<void>
}): Promise<number> {
  const deadline = performance.now() + patience.timeoutMs
  for (let tries = 1; ; tries += 1) {
    try {
      await device.open(patience)
      await device.claim(patience)
      await device.enable(patience)
      return tries
    } catch (thrown) {
      await device.close()
      if (performance.now() > deadline) throw thrown
      await sleep(250)
    }
  }
}
