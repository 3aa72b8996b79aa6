import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Action, Seen } from './script.ts'

const rate = z.number().min(0).max(1)
const range = z.tuple([z.number().int().min(0), z.number().int().min(0)])

/** Rates of random faults, each from 0 to 1; the rest of the requests go well. Times in ms. */
export const faultsSchema = z.strictObject({
  loseReply: rate.default(0),
  delay: z
    .strictObject({ rate, ms: range, where: z.enum(['request', 'reply']).default('reply') })
    .exactOptional(),
  answerTwice: rate.default(0),
  garbage: rate.default(0),
  /** Of payments only. */
  waitBuyer: z.strictObject({ rate, ms: range, refuse: rate.default(0) }).exactOptional(),
  /** Of payments only. */
  decline: z
    .object({ rate, alipay: z.array(z.string()).min(1), wechat: z.array(z.string()).min(1) })
    .exactOptional(),
  systemError: rate.default(0),
  down: z.strictObject({ rate, ms: range }).exactOptional(),
})
export type Faults = z.infer<typeof faultsSchema>

const forms = ['html', 'truncated', 'badSignature', 'noSignature', 'otherKey'] as const

/**
 * Which faults a request gets. A function of the seed, the request and how often it came, so that the same campaign has
 * the same faults in whatever order its requests arrive.
 */
export function createFaults(faults: Faults, seed: number): (request: Seen) => readonly Action[] {
  const seen = new Map<string, number>()
  return (request) => {
    const name = `${request.wallet} ${request.operation} ${request.outTradeNo ?? ''}`
    const nth = (seen.get(name) ?? 0) + 1
    seen.set(name, nth)
    return draw(faults, request, (what) => chance(`${seed} ${name} ${nth} ${what}`))
  }
}

function draw(faults: Faults, request: Seen, roll: (what: string) => number): Action[] {
  const actions: Action[] = []
  const { delay, waitBuyer, decline, down } = faults
  if (request.operation === 'pay') {
    if (waitBuyer && roll('waitBuyer') < waitBuyer.rate) {
      const then = roll('refuse') < waitBuyer.refuse ? 'refuse' : 'pay'
      actions.push({ kind: 'waitBuyer', ms: within(waitBuyer.ms, roll('waitBuyer ms')), then })
    }
    if (decline && roll('decline') < decline.rate) {
      actions.push({ kind: 'decline', code: pick(decline[request.wallet], roll('decline code')) })
    }
    if (roll('systemError') < faults.systemError) actions.push({ kind: 'systemError' })
  }
  if (down && roll('down') < down.rate) actions.push({ kind: 'down', ms: within(down.ms, roll('down ms')) })
  if (delay && roll('delay') < delay.rate) {
    actions.push({ kind: 'delay', ms: within(delay.ms, roll('delay ms')), where: delay.where })
  }
  if (roll('loseReply') < faults.loseReply) actions.push({ kind: 'loseReply' })
  if (roll('answerTwice') < faults.answerTwice) actions.push({ kind: 'answerTwice' })
  if (roll('garbage') < faults.garbage) {
    actions.push({ kind: 'garbage', form: pick(forms, roll('garbage form')) })
  }
  return actions
}

/** In [0, 1), the same for the same words. */
function chance(words: string): number {
  return createHash('sha256').update(words).digest().readUInt32BE(0) / 2 ** 32
}

function within([low, high]: readonly [number, number], roll: number): number {
  return Math.floor(low + roll * Math.max(0, high - low + 1))
}

function pick<T>(choices: readonly T[], roll: number): T {
  const choice = choices[Math.floor(roll * choices.length)]
  if (choice === undefined) throw new RangeError('There is nothing to choose from')
  return choice
}
