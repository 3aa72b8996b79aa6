import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { accountsResponseSchema, operatorRoutes } from '../contract/hubApi.ts'
import {
  memberCardSchema,
  memberCardsPath,
  memberCardsResponseSchema,
  type MemberCard,
} from '../contract/membership.ts'
import type { CliIo } from './command.ts'
import { UsageError } from './command.ts'
import { callOperator, operatorTarget } from './operatorCall.ts'

export const hubMembersHelp = `facelane hub member accounts             --hub URL --operator-token-file FILE [--json]
facelane hub member add ACCOUNT NUMBER   --hub URL --operator-token-file FILE [--json]
facelane hub member list                 --hub URL --operator-token-file FILE [--json]
facelane hub member block CARD           --hub URL --operator-token-file FILE [--json]
facelane hub member unblock CARD         --hub URL --operator-token-file FILE [--json]

  accounts   the accounts of the hub: id, masked name, masked phone number
  add        gives an account a member's card; NUMBER is what a lane's reader reads of it: the serial number in hex, or
             the digits of the stripe or of its file. "-" reads it from stdin. The hub keeps a keyed hash and the last four
  list       all cards: key, account, masked name, last four, active or blocked
  block      a card that was lost: lanes go on without it, the account keeps its points; "unblock" takes that back`

export async function runHubMembers(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      hub: { type: 'string' },
      'operator-token-file': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const [action, first, second] = positionals
  const call = (method: 'GET' | 'POST', path: string, body?: unknown) =>
    callOperator(operatorTarget(values.hub, values['operator-token-file']), method, path, body)
  const tell = (answer: object, words: string): number => {
    if (values.json) io.answer({ ok: true, ...answer })
    else io.out(words)
    return 0
  }
  switch (action) {
    case 'accounts': {
      const { accounts } = accountsResponseSchema.parse(await call('GET', operatorRoutes.accounts))
      const shown = accounts.map(({ accountId, maskedName, maskedAccount }) => ({
        accountId,
        maskedName,
        maskedAccount,
      }))
      const lines = shown.map((account) => Object.values(account).join('  '))
      return tell({ accounts: shown }, lines.join('\n') || 'There is no account.')
    }
    case 'add': {
      const accountId = need(first, 'Say whose card it is: facelane hub member add ACCOUNT NUMBER')
      const given = need(second, 'Say what its reader reads: facelane hub member add ACCOUNT NUMBER')
      const memberNumber = given === '-' ? (await text(process.stdin)).trim() : given
      const card = memberCardSchema.parse(await call('POST', memberCardsPath, { accountId, memberNumber }))
      return tell({ card }, cardLine(card))
    }
    case 'list': {
      const { cards } = memberCardsResponseSchema.parse(await call('GET', memberCardsPath))
      return tell({ cards }, cards.map(cardLine).join('\n') || 'There is no card.')
    }
    case 'block':
    case 'unblock': {
      const memberKey = need(first, `Say which card: facelane hub member ${action} CARD`)
      const path = `${memberCardsPath}/${encodeURIComponent(memberKey)}/${action}`
      const card = memberCardSchema.parse(await call('POST', path))
      return tell({ card }, cardLine(card))
    }
    default:
      throw new UsageError('Say what to do: accounts, add, list, block, unblock.')
  }
}

function cardLine({ memberKey, accountId, maskedName, maskedNumber, state }: MemberCard): string {
  return [memberKey, accountId, maskedName, maskedNumber, state].join('  ')
}

function need(value: string | undefined, otherwise: string): string {
  if (value === undefined) throw new UsageError(otherwise)
  return value
}
