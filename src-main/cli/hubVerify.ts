import { parseArgs } from 'node:util'
import { z } from 'zod'
import { ledgerSummarySchema, operatorRoutes } from '../contract/hubApi.ts'
import type { CliIo } from './command.ts'
import { callOperator, operatorTarget } from './operatorCall.ts'

export const hubVerifyHelp = `facelane hub verify                   --hub URL --operator-token-file FILE [--json]

  verify     checks the books of a running hub, at any time: every posting of wallet, points and coupons balances, every
             payment says what was posted for it, every deferred payment and debt what became of it. Names what does
             not; exit code 1`

const verdictSchema = z.object({ ...ledgerSummarySchema.shape, problems: z.array(z.string()) })

export async function verifyHub(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hub: { type: 'string' },
      'operator-token-file': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const target = operatorTarget(values.hub, values['operator-token-file'])
  const answer = verdictSchema.parse(await callOperator(target, 'GET', operatorRoutes.ledger))
  const { balanced, problems, chargedMinor, charges } = answer
  if (values.json) io.answer({ ok: balanced, balanced, problems, chargedMinor, charges: charges.length })
  else {
    for (const problem of problems) io.out(problem)
    io.out(balanced ? `The books balance: ${charges.length} charges stand.` : 'The books do not balance.')
  }
  return balanced ? 0 : 1
}
