import type { LookUpMemberResponse } from '../contract/membership.ts'
import { unreachable } from '../contract/result.ts'
import type { CheckoutInput } from '../domain/checkout/state.ts'
import type { RandomPort } from '../ports/random.ts'

/** Asks the hub whose card this is; `notNow` when it does not answer in time. Never rejects. */
export type LookUpMember = (
  memberNumber: string,
  signal: AbortSignal,
) => Promise<LookUpMemberResponse | { readonly kind: 'notNow' }>

export interface MemberCardsDeps {
  readonly lookUp: LookUpMember
  readonly random: RandomPort
  readonly dispatch: (input: CheckoutInput) => void
}

/** Cards of members that are shown at the lane. The sale never waits for the answer about one. */
export interface MemberCards {
  /** The number of a card, as its reader gives it. One that is shown meanwhile takes the place of the one before. */
  take(memberNumber: string): void
  /** The shopper has gone: an answer that still comes is about nobody's sale. */
  forget(): void
}

const shownDigits = 4

export function createMemberCards({ lookUp, random, dispatch }: MemberCardsDeps): MemberCards {
  let asking = new AbortController()

  function inputOf(found: Awaited<ReturnType<LookUpMember>>, ending: string): CheckoutInput {
    switch (found.kind) {
      case 'member':
        return {
          type: 'memberFound',
          member: found.member,
          saleId: random.key(),
          receiptToken: random.key(),
        }
      case 'unknown':
        return { type: 'scanRefused', notice: { code: 'memberCardUnknown', ending } }
      case 'blocked':
        return { type: 'scanRefused', notice: { code: 'memberCardBlocked', ending } }
      case 'notNow':
        return { type: 'scanRefused', notice: { code: 'memberCardNotNow' } }
      default:
        return unreachable(found)
    }
  }

  function forget(): void {
    asking.abort()
    asking = new AbortController()
  }

  return {
    take(memberNumber) {
      forget()
      const { signal } = asking
      void lookUp(memberNumber, signal).then((found) => {
        if (!signal.aborted) dispatch(inputOf(found, memberNumber.slice(-shownDigits)))
      })
    },
    forget,
  }
}
