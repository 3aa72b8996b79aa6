import type { ResolveCodeResponse } from '../../../src-main/contract/hubApi.ts'
import type { HubContext } from '../../context.ts'
import { findAccount } from './accounts.ts'
import { burnCode, hashCode } from './codes.ts'
import { phoneLast4 } from './masks.ts'

/** Whose code this is, using it up: showing it proved who holds the account. `caller` may ask again. */
export async function resolveCode(
  context: HubContext,
  code: string,
  caller: string,
): Promise<ResolveCodeResponse> {
  return context.database.transaction(async (tx) => {
    const burned = await burnCode(tx, hashCode(context.secrets, code), `resolve:${caller}`, context.nowMs())
    if (burned.kind === 'refused') return burned
    const account = await findAccount(tx, burned.accountId)
    if (account === null) return { kind: 'refused', reason: 'codeInvalid' }
    const { accountId, maskedName, maskedAccount, phone } = account
    return { kind: 'account', accountId, maskedName, maskedAccount, phoneLast4: phoneLast4(phone) }
  })
}
