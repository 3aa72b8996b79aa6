import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { daySchema, type DayReport, type ReconcileResponse, type StatementLine } from '../../contract/day.ts'
import { minorDigits } from '../../domain/money/currencies.ts'
import { formatDecimal } from '../../domain/money/text.ts'
import { parseStatement, statementColumns } from '../../domain/reconciliation/statement.ts'
import { differenceWords } from '../../domain/reconciliation/words.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { operatorTarget } from '../operatorCall.ts'
import { fetchDayReport, fetchReconciliation, type DayTarget } from '../day/hub.ts'

const help = `facelane day report    --hub URL --operator-token-file FILE [--day YYYY-MM-DD] [--json]
facelane day reconcile --hub URL --operator-token-file FILE [--day YYYY-MM-DD]
                       [--statement FILE]… [--of NAME]… [--json]

  report      what each provider settles for the day, sales and returns, and the lanes' Z reports
  reconcile   compares the lanes' journals, the hub's ledger and the providers' statements to the cent and names every
              difference. Exit code 1 when there is one.

  The day is one of the hub's own time; without --day it is today.

  --statement FILE   a provider's statement, any number of times. NDJSON: the simulator's log. CSV with a header line and
                     the columns ${statementColumns.join(', ')}
                     (fee and at may be missing, further columns are passed over): kind is charge, refund or cancel;
                     amount and fee are decimals such as 12.40; provider_key is the number the hub sent, which is
                     out_trade_no at Alipay and the attach field at WeChat; at is such as 2026-11-22T09:05:07Z.
  --of NAME          a provider whose statement has no line that day: what the hub charged there is then missing

  The hub's own wallet, points and coupons are always compared with their own postings.`

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      hub: { type: 'string' },
      'operator-token-file': { type: 'string' },
      day: { type: 'string', default: 'today' },
      statement: { type: 'string', multiple: true, default: [] },
      of: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  })
  const target = targetOf(values.hub, values['operator-token-file'], values.day)
  switch (positionals[0]) {
    case 'report':
      return report(await fetchDayReport(target), values.json, io)
    case 'reconcile': {
      const statement = values.statement.flatMap(readStatement)
      const providers = [...new Set([...statement.map(({ provider }) => provider), ...values.of])]
      return compared(await fetchReconciliation(target, statement, providers), values.json, io)
    }
    default:
      throw new UsageError('Say what to do: report or reconcile.')
  }
}

function targetOf(hub: string | undefined, tokenFile: string | undefined, day: string): DayTarget {
  if (day !== 'today' && !daySchema.safeParse(day).success)
    throw new UsageError('--day is a day such as 2026-11-22.')
  const { hubUrl, token } = operatorTarget(hub, tokenFile)
  return { hubUrl, operatorToken: token, day }
}

function readStatement(file: string): StatementLine[] {
  const parsed = parseStatement(read(file))
  if (parsed.ok) return [...parsed.value]
  throw new UsageError(`${file}, line ${parsed.error.line}: ${parsed.error.problem}`)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new UsageError(`The statement ${file} cannot be read.`)
  }
}

function report(day: DayReport, json: boolean, io: CliIo): number {
  if (json) {
    io.answer({ ok: true, ...day })
    return 0
  }
  io.out(`${day.day} (${day.timeZone})`)
  for (const { currency, count, totalMinor } of day.sales)
    io.out(`sales      ${count}  ${amount(totalMinor, currency)}`)
  for (const { currency, count, totalMinor } of day.returns)
    io.out(`returns    ${count}  ${amount(totalMinor, currency)}`)
  for (const each of day.settlements) {
    const { provider, currency, charges, chargedMinor, refunds, refundedMinor, netMinor } = each
    io.out(
      `${provider}: ${charges} charges ${amount(chargedMinor, currency)}, ${refunds} refunds ${amount(refundedMinor, currency)}, net ${amount(netMinor, currency)}`,
    )
  }
  for (const { laneId, zNumber, grossMinor, currency, cashDifferenceMinor } of day.zReports) {
    const cash = cashDifferenceMinor === null ? '' : `, cash ${amount(cashDifferenceMinor, currency)}`
    io.out(`${laneId} Z ${zNumber}: ${amount(grossMinor, currency)}${cash}`)
  }
  return 0
}

function compared(result: ReconcileResponse, json: boolean, io: CliIo): number {
  const ok = result.differences.length === 0
  if (json) io.answer({ ok, ...result })
  else {
    io.out(`${result.day}: ${result.payments} payments, ${result.open} without a final word yet`)
    io.out(
      `lanes ${sums(result.laneMinor)}, hub ${sums(result.hubMinor)}, providers ${sums(result.providerMinor)}`,
    )
    for (const name of result.withoutStatement) io.out(`${name}: no statement was given, not compared`)
    for (const difference of result.differences) {
      const { kind, attemptKey, providerKey, laneId } = difference
      io.out(`${kind} ${laneId ?? ''} ${attemptKey ?? providerKey ?? ''}`)
      io.out(`  ${differenceWords(difference, 'en')}`)
    }
    io.out(ok ? 'The books agree.' : `${result.differences.length} differences.`)
  }
  return ok ? 0 : 1
}

function sums(byCurrency: Readonly<Record<string, number>>): string {
  const texts = Object.entries(byCurrency).map(([currency, minor]) => amount(minor, currency))
  return texts.length === 0 ? '0' : texts.join(' + ')
}

function amount(minor: number, currency: string): string {
  return `${formatDecimal(minor, minorDigits(currency) ?? 0)} ${currency}`
}

export const command: Command = { help, run }
