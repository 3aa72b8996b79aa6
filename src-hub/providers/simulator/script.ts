import { z } from 'zod'
import { faceWalletSchema } from '../../../src-main/contract/payment.ts'

export const operations = ['pay', 'query', 'cancel', 'refund', 'refundQuery', 'initialise', 'verify'] as const
export const operationSchema = z.enum(operations)
export type Operation = z.infer<typeof operationSchema>

const ms = z.number().int().min(0).max(86_400_000)

/** What the wallet decides. */
const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('approve') }),
  /** The buyer is asked and pays or refuses after `ms` of the simulator's clock; `never` waits for the cancel. */
  z.strictObject({
    kind: z.literal('waitBuyer'),
    ms: ms.default(3000),
    then: z.enum(['pay', 'refuse', 'never']).default('pay'),
  }),
  /** Nothing happens to the money; the answer carries the wallet's own code. */
  z.strictObject({ kind: z.literal('decline'), code: z.string().min(1).max(64) }),
  /** The payment is taken and the answer says that the system does not know. */
  z.strictObject({ kind: z.literal('systemError') }),
])
export type Outcome = z.infer<typeof outcomeSchema>

/** What the network makes of it. */
const transportSchema = z.discriminatedUnion('kind', [
  /** Everything happens; the connection ends without a byte. */
  z.strictObject({ kind: z.literal('loseReply') }),
  /** `request`: it arrives late, after whatever came meanwhile; `reply`: it is answered late. */
  z.strictObject({ kind: z.literal('delay'), ms, where: z.enum(['request', 'reply']).default('reply') }),
  z.strictObject({ kind: z.literal('answerTwice') }),
  /** Everything happens; what comes back is not the wallet's answer. */
  z.strictObject({
    kind: z.literal('garbage'),
    form: z.enum(['html', 'truncated', 'badSignature', 'noSignature', 'otherKey']).default('html'),
  }),
  /** From now on, for `ms`, this wallet takes no connection. */
  z.strictObject({ kind: z.literal('down'), ms }),
])
export type Transport = z.infer<typeof transportSchema>

const actionSchema = z.discriminatedUnion('kind', [...outcomeSchema.options, ...transportSchema.options])
export type Action = z.infer<typeof actionSchema>

export const matchSchema = z.strictObject({
  wallet: faceWalletSchema.exactOptional(),
  operation: operationSchema.exactOptional(),
  /** The merchant's number; a `*` at the end stands for the rest. */
  outTradeNo: z.string().min(1).max(64).exactOptional(),
  payer: z.string().min(1).max(64).exactOptional(),
  amountMinor: z.number().int().min(1).exactOptional(),
  /** Only the nth such request since the rule was set, from 1. */
  nth: z.number().int().min(1).exactOptional(),
})

/** One rule: what to do with requests that match. Rules are tried in order; the first that fits decides. */
export const ruleSchema = z.strictObject({
  match: matchSchema.default({}),
  do: z.preprocess(
    (value) => (Array.isArray(value) ? (value as unknown[]) : [value]),
    z.array(actionSchema).min(1).max(6),
  ),
  /** How often it is applied before it is spent; 0 is always. */
  times: z.number().int().min(0).default(1),
})
export type Rule = z.infer<typeof ruleSchema>
export const scriptSchema = z.strictObject({ rules: z.array(ruleSchema).max(1000) })

/** A request as rules and faults see it. */
export interface Seen {
  readonly wallet: 'alipay' | 'wechat'
  readonly operation: Operation
  readonly outTradeNo: string | null
  readonly payer: string | null
  readonly amountMinor: number | null
}

interface LiveRule extends Rule {
  seen: number
  applied: number
}

/** The rules of now. */
export interface Script {
  add(rules: readonly Rule[]): void
  clear(): void
  list(): readonly Rule[]
  /** What to do with this request; null when no rule fits. Counts it. */
  take(request: Seen): readonly Action[] | null
}

export function createScript(initial: readonly Rule[]): Script {
  let live: LiveRule[] = initial.map(alive)
  return {
    add: (rules) => void live.push(...rules.map(alive)),
    clear: () => void (live = []),
    list: () => live.map(({ match, do: actions, times }) => ({ match, do: actions, times })),
    take(request) {
      let taken: readonly Action[] | null = null
      for (const rule of live) {
        if (!fits(rule.match, request)) continue
        rule.seen += 1
        if (taken !== null || (rule.match.nth ?? rule.seen) !== rule.seen) continue
        rule.applied += 1
        taken = rule.do
      }
      live = live.filter(({ times, applied }) => times === 0 || applied < times)
      return taken
    },
  }
}

function alive(rule: Rule): LiveRule {
  return { ...rule, seen: 0, applied: 0 }
}

function fits(match: Rule['match'], request: Seen): boolean {
  return (
    (match.wallet ?? request.wallet) === request.wallet &&
    (match.operation ?? request.operation) === request.operation &&
    (match.payer ?? request.payer) === request.payer &&
    (match.amountMinor ?? request.amountMinor) === request.amountMinor &&
    (match.outTradeNo === undefined || fitsNumber(match.outTradeNo, request.outTradeNo))
  )
}

function fitsNumber(pattern: string, outTradeNo: string | null): boolean {
  if (outTradeNo === null) return false
  return pattern.endsWith('*') ? outTradeNo.startsWith(pattern.slice(0, -1)) : outTradeNo === pattern
}

/** The wallet's decision among the actions; the last one wins. */
export function outcomeOf(actions: readonly Action[]): Outcome {
  return actions.findLast(isOutcome) ?? { kind: 'approve' }
}

export function transportOf<K extends Transport['kind']>(
  actions: readonly Action[],
  kind: K,
): Extract<Transport, { kind: K }> | null {
  const found = actions.find((action) => action.kind === kind)
  return (found as Extract<Transport, { kind: K }> | undefined) ?? null
}

function isOutcome(action: Action): action is Outcome {
  return outcomeSchema.options.some(({ shape }) => shape.kind.value === action.kind)
}
