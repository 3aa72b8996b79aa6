import type { z } from 'zod'
import type { createAccountRequestSchema } from '../contract/hubApi.ts'
import {
  accountsResponseSchema,
  createAccountResponseSchema,
  issueCodeResponseSchema,
  ledgerSummarySchema,
  operatorRoutes,
} from '../contract/hubApi.ts'
import { Failure } from '../contract/failure.ts'
import {
  memberCardSchema,
  memberCardsPath,
  type addMemberCardRequestSchema,
  type MemberCard,
} from '../contract/membership.ts'

const timeoutMs = 5_000

/** The hub's operator calls that bench and demo need: they stand in for the shopper's phone and the shop's office. */
export interface Operator {
  createAccount(
    account: z.infer<typeof createAccountRequestSchema>,
  ): Promise<z.infer<typeof createAccountResponseSchema>>
  accounts(): Promise<z.infer<typeof accountsResponseSchema>['accounts']>
  /** A fresh payment code, as the shopper's phone would show it. */
  issueCode(accountId: string): Promise<string>
  ledger(): Promise<z.infer<typeof ledgerSummarySchema>>
  /** Gives an account a member's card; the same one again changes nothing. */
  addMemberCard(card: z.infer<typeof addMemberCardRequestSchema>): Promise<MemberCard>
}

/** Throws `Failure` `operator.refused` or `operator.unreachable`. */
export function createOperator(hub: { readonly url: string; readonly token: string }): Operator {
  async function call<T>(
    method: 'GET' | 'POST',
    path: string,
    schema: z.ZodType<T>,
    body?: unknown,
  ): Promise<T> {
    const response = await fetch(`${hub.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((thrown: unknown) => {
      throw failure('operator.unreachable', path, String(thrown))
    })
    if (!response.ok) throw failure('operator.refused', path, String(response.status))
    return schema.parse(await response.json())
  }

  return {
    createAccount: (account) => call('POST', operatorRoutes.accounts, createAccountResponseSchema, account),
    accounts: async () => (await call('GET', operatorRoutes.accounts, accountsResponseSchema)).accounts,
    async issueCode(accountId) {
      const issued = await call(
        'POST',
        `${operatorRoutes.accounts}/${accountId}/code`,
        issueCodeResponseSchema,
        {},
      )
      return issued.code
    },
    ledger: () => call('GET', operatorRoutes.ledger, ledgerSummarySchema),
    addMemberCard: (card) => call('POST', memberCardsPath, memberCardSchema, card),
  }
}

function failure(code: string, path: string, nativeCode: string): Failure {
  return new Failure({
    code,
    attempted: `call the hub's ${path}`,
    remedy: 'retry',
    nativeCode,
    message: `The hub did not answer ${path} (${nativeCode}). Is it running, and is the operator token its own?`,
  })
}
