import path from 'node:path'
import { pino } from 'pino'
import { startHub } from '../../../src-hub/hub.ts'
import { createOperator } from '../../../src-main/bench/operator.ts'
import { queueVerify } from '../../../src-main/journal/queue.ts'
import { openForReading } from '../../../src-main/store/database.ts'
import { readEntriesAfter } from '../../../src-main/store/repositories/journal.ts'
import { connectTo, hubCluster } from '../../chaos/processes/database.ts'

/** What is on a disk whose machine lost its power. */
export interface Survivors {
  /** Sales and journal entries, named as the guest acknowledged them. */
  readonly keys: ReadonlySet<string>
  /** The journal's chain, or the hub's books, verify from the first entry. */
  readonly whole: boolean
}

export async function survivorsOf(what: 'lane' | 'hub', folder: string): Promise<Survivors> {
  return what === 'lane' ? laneSurvivors(path.join(folder, 'lane')) : hubSurvivors(path.join(folder, 'hub'))
}

async function laneSurvivors(dataDir: string): Promise<Survivors> {
  const { ok } = await queueVerify(dataDir, { from: 'genesis' })
  const db = openForReading(dataDir)
  try {
    const sales = [...readEntriesAfter(db, 0)].filter(({ header }) => header.type === 'sale.completed')
    return { keys: new Set(sales.map(({ header }) => header.aggregate.id)), whole: ok }
  } finally {
    db.close()
  }
}

/** The hub itself recovers, as after any power cut: it starts, and its books are looked at. */
async function hubSurvivors(dataDir: string): Promise<Survivors> {
  const hub = await startHub({ dataDir, host: '127.0.0.1', port: 0, log: pino({ level: 'silent' }) })
  try {
    const { balanced } = await createOperator({ url: hub.url, token: hub.operatorToken }).ledger()
    const client = await connectTo(await hubCluster(dataDir))
    try {
      const entries = await client.query<{ lane_id: string; epoch: string; seq: string }>(
        'SELECT lane_id, epoch, seq FROM journal_entry ORDER BY lane_id, epoch, seq',
      )
      const charges = await client.query<{ sale_id: string }>(
        `SELECT sale_id FROM payment_attempt WHERE state = 'approved'`,
      )
      const places = entries.rows.map(({ lane_id, epoch, seq }) => `${lane_id}/${epoch}/${seq}`)
      return {
        keys: new Set([...places, ...charges.rows.map(({ sale_id }) => sale_id)]),
        whole: balanced && isGapless(entries.rows),
      }
    } finally {
      await client.end()
    }
  } finally {
    await hub.close()
  }
}

function isGapless(entries: readonly { lane_id: string; epoch: string; seq: string }[]): boolean {
  const ofEpochs = Map.groupBy(entries, ({ lane_id, epoch }) => `${lane_id}/${epoch}`)
  return [...ofEpochs.values()].every((own) => own.every(({ seq }, index) => Number(seq) === index))
}
