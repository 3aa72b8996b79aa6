import type { HubPort } from '../ports/hub.ts'

const timeoutMs = 8_000

type Answer = Extract<Awaited<ReturnType<HubPort['resolveCode']>>, { ok: true }>['value']
type Refusal = Extract<Answer, { kind: 'refused' }>

export type CodeAnswer =
  | { readonly kind: 'refused'; readonly problem: Refusal['reason'] | 'hubNeeded' }
  | { readonly kind: 'found'; readonly account: Exclude<Answer, Refusal> }

/** Whose wallet the live code opens, as the hub says within 8 s; `hubNeeded` when it does not. */
export async function askForWallet(hub: Pick<HubPort, 'resolveCode'>, code: string): Promise<CodeAnswer> {
  const answer = await hub.resolveCode(code, { timeoutMs })
  if (!answer.ok) return { kind: 'refused', problem: 'hubNeeded' }
  if (answer.value.kind === 'refused') return { kind: 'refused', problem: answer.value.reason }
  return { kind: 'found', account: answer.value }
}
