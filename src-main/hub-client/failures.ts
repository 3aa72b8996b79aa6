import type { FailureData } from '../contract/failure.ts'

/** The four ways a call to the hub can fail; `ports/hub.ts` says what each means for money. */
export type HubFailureCode = 'hub.unreachable' | 'hub.noAnswer' | 'hub.refused' | 'hub.nonsense'

const facts: Readonly<Record<HubFailureCode, Pick<FailureData, 'remedy' | 'message'>>> = {
  'hub.unreachable': {
    remedy: 'retry',
    message: 'The hub cannot be reached. Check its address and the network; the lane tries again by itself.',
  },
  'hub.noAnswer': {
    remedy: 'retry',
    message: 'The hub did not answer. It may have done what was asked; the lane asks again by itself.',
  },
  'hub.refused': {
    remedy: 'staff',
    message: 'The hub refuses this lane. Join it to the hub again, or check that it is the right hub.',
  },
  'hub.nonsense': {
    remedy: 'staff',
    message:
      'What answers at the hub address is not a hub this lane understands. Check address and versions.',
  },
}

export function hubFailure(
  code: HubFailureCode,
  attempted: string,
  nativeCode?: string,
  retryAfterMs?: number,
): FailureData {
  return {
    code,
    attempted,
    ...facts[code],
    ...(nativeCode === undefined ? {} : { nativeCode }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}
