import { say, sellWhenTold, startGuestLane } from './selling.ts'

/** Inside the guest: a lane that sells without its hub, and says which sales a shopper was told of. */
const [dataDir = '', catalogue = ''] = process.argv.slice(2)

const runtime = await startGuestLane({
  dataDir,
  laneId: 'lane-1',
  hubUrl: 'http://127.0.0.1:9',
  joinTokenFile: '/nonexistent',
  catalogue,
})
await sellWhenTold({
  runtime,
  plan: 'face',
  code: () => Promise.resolve(null),
  paid: (saleId) => say(`ACK ${saleId}`),
})
