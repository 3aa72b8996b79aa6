import { mkdirSync } from 'node:fs'
import type pg from 'pg'
import { pino } from 'pino'
import { startHub } from '../../../src-hub/hub.ts'
import { createOperator } from '../../../src-main/bench/operator.ts'
import { queueStatus } from '../../../src-main/journal/queue.ts'
import { connectTo, hubCluster } from '../../chaos/processes/database.ts'
import { sellOn, startGuestLane } from './selling.ts'

/** Inside the guest: says which entries and charges the hub still has, then takes more of a lane that lives in memory. */
const [dataDir = '', catalogue = '', boot = '0', task = 'sell'] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const acknowledgedEveryMs = 200

const hub = await startHub({ dataDir, host: '127.0.0.1', port: 0, log: pino({ level: 'silent' }) })
const operator = createOperator({ url: hub.url, token: hub.operatorToken })
const client: pg.Client = await connectTo(await hubCluster(dataDir))
const positions = await client.query<{ lane_id: string; epoch: string; entries: string; highest: string }>(
  'SELECT lane_id, epoch, count(*) AS entries, max(seq) AS highest FROM journal_entry GROUP BY lane_id, epoch',
)
let whole = (await operator.ledger()).balanced
for (const { lane_id, epoch, entries, highest } of positions.rows) {
  if (Number(entries) !== Number(highest) + 1) whole = false
  for (let seq = 0; seq <= Number(highest); seq += 1) say(`HAVE ${lane_id}/${epoch}/${seq}`)
}
const charges = await client.query<{ sale_id: string }>(
  `SELECT sale_id FROM payment_attempt WHERE state = 'approved'`,
)
for (const { sale_id } of charges.rows) say(`HAVE ${sale_id}`)
await client.end()
say(whole ? 'CHAIN whole' : 'CHAIN broken')
say('READY')
if (task === 'sell') await sell()
else await hub.close()

async function sell(): Promise<never> {
  const laneDir = '/run/lane'
  const laneId = `lane-${boot}`
  mkdirSync(laneDir)
  const { accountId } = await operator.createAccount({
    name: 'Power Cut',
    phone: `+86139${boot.padStart(8, '0')}`,
    balanceMinor: 9_000_000_000,
    currency: 'CNY',
  })
  const runtime = await startGuestLane({
    dataDir: laneDir,
    laneId,
    hubUrl: hub.url,
    joinTokenFile: hub.joinTokenFile,
    catalogue,
  })
  let told = -1
  setInterval(() => {
    void queueStatus(laneDir).then(({ acked }) => {
      if (acked === null) return
      for (; told < acked.seq; told += 1) say(`ACK ${laneId}/${acked.epoch}/${told + 1}`)
    })
  }, acknowledgedEveryMs)
  return sellOn(
    runtime,
    boot,
    { plan: 'code' },
    () => operator.issueCode(accountId).catch(() => null),
    (saleId) => say(`ACK ${saleId}`),
  )
}
