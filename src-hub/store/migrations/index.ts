import type { Migration } from '../migrate.ts'
import { lanes } from './010-lanes.ts'
import { journal } from './020-journal.ts'
import { wallet } from './030-wallet.ts'
import { payments } from './040-payments.ts'
import { receipts } from './050-receipts.ts'
import { members } from './060-members.ts'
import { providers } from './070-providers.ts'
import { replication } from './080-replication.ts'
import { returns } from './090-returns.ts'
import { imports } from './100-imports.ts'
import { deferred } from './110-deferred.ts'
import { reports } from './120-reports.ts'
import { saleReceipts } from './130-sale-receipts.ts'
import { subjectEntries } from './140-subject-entries.ts'
import { saidOnce } from './145-said-once.ts'
import { membership } from './150-membership.ts'

export const migrations: readonly Migration[] = [
  { number: 10, run: lanes },
  { number: 20, run: journal },
  { number: 30, run: wallet },
  { number: 40, run: payments },
  { number: 50, run: receipts },
  { number: 60, run: members },
  { number: 70, run: providers },
  { number: 80, run: replication },
  { number: 90, run: returns },
  { number: 100, run: imports },
  { number: 110, run: deferred },
  { number: 120, run: reports },
  { number: 130, run: saleReceipts },
  { number: 140, run: subjectEntries },
  { number: 145, run: saidOnce },
  { number: 150, run: membership },
]
