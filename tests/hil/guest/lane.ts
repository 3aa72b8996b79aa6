import { queueVerify } from '../../../src-main/journal/queue.ts'
import { openForReading } from '../../../src-main/store/database.ts'
import { readEntriesAfter } from '../../../src-main/store/repositories/journal.ts'
import { sellOn, startGuestLane } from './selling.ts'

/** Inside the guest: says which sales have survived, then sells, and says which sales a shopper was told of. */
const [dataDir = '', catalogue = '', boot = '0', task = 'sell'] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const { ok } = await queueVerify(dataDir, { from: 'genesis' })
say(ok ? 'CHAIN whole' : 'CHAIN broken')
const db = openForReading(dataDir)
for (const { header } of readEntriesAfter(db, 0)) {
  if (header.type === 'sale.completed') say(`HAVE ${header.aggregate.id}`)
}
db.close()
say('READY')
if (task === 'sell') {
  const runtime = await startGuestLane({
    dataDir,
    laneId: 'lane-1',
    hubUrl: 'http://127.0.0.1:9',
    joinTokenFile: '/nonexistent',
    catalogue,
  })
  await sellOn(
    runtime,
    boot,
    { plan: 'face' },
    () => Promise.resolve(null),
    (saleId) => say(`ACK ${saleId}`),
  )
}
