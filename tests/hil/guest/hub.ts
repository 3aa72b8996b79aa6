import { mkdirSync } from 'node:fs'
import { pino } from 'pino'
import { startHub } from '../../../src-hub/hub.ts'
import { createOperator } from '../../../src-main/bench/operator.ts'
import { queueStatus } from '../../../src-main/journal/queue.ts'
import { say, sellWhenTold, startGuestLane } from './selling.ts'

/** Inside the guest: a hub, fed by a lane that lives in memory; says which entries and charges it has acknowledged. */
const [dataDir = '', catalogue = '', accountId = ''] = process.argv.slice(2)
const acknowledgedEveryMs = 200
const laneDir = '/run/lane'

const hub = await startHub({ dataDir, host: '127.0.0.1', port: 0, log: pino({ level: 'silent' }) })
const operator = createOperator({ url: hub.url, token: hub.operatorToken })
mkdirSync(laneDir)
const runtime = await startGuestLane({
  dataDir: laneDir,
  laneId: 'lane-1',
  hubUrl: hub.url,
  joinTokenFile: hub.joinTokenFile,
  catalogue,
})
let told = -1
setInterval(() => {
  void queueStatus(laneDir).then(({ acked }) => {
    if (acked === null) return
    for (; told < acked.seq; told += 1) say(`ACK lane-1/${acked.epoch}/${told + 1}`)
  })
}, acknowledgedEveryMs)
await sellWhenTold({
  runtime,
  plan: 'code',
  code: () => operator.issueCode(accountId).catch(() => null),
  paid: (saleId) => say(`ACK ${saleId}`),
})
