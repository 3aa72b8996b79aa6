import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pino } from 'pino'
import { startHub } from '../../../src-hub/hub.ts'
import { createOperator } from '../../../src-main/bench/operator.ts'
import { freePort } from '../../../src-main/cli/box/free-port.ts'
import { catalogueCsv } from '../../chaos/lane/goods.ts'
import { createHub } from '../../chaos/processes/hub.ts'
import { createLaneProcess } from '../../chaos/processes/lane.ts'
import { enrol } from '../../chaos/robot/enrol.ts'
import { createPage } from '../../chaos/robot/page.ts'

const nowhere = 'tcp://127.0.0.1:9'

/**
 * What lies on the guest's disk before its first boot: a lane that knows two faces, or a hub that has been set up. Answers
 * with what the program in the guest has to be told beside.
 */
export async function makeContents(folder: string, what: 'lane' | 'hub'): Promise<readonly string[]> {
  mkdirSync(path.join(folder, what), { recursive: true, mode: 0o711 })
  chmodSync(folder, 0o755)
  writeFileSync(path.join(folder, 'goods.csv'), catalogueCsv())
  if (what === 'hub') return [await setUpHub(path.join(folder, 'hub'))]
  await enrolOnHost(folder)
  return []
}

/** Answers with the account that pays. */
async function setUpHub(dataDir: string): Promise<string> {
  const hub = await startHub({ dataDir, host: '127.0.0.1', port: 0, log: pino({ level: 'silent' }) })
  const { accountId } = await createOperator({ url: hub.url, token: hub.operatorToken }).createAccount({
    name: 'Power Cut',
    phone: '+8613900000000',
    balanceMinor: 9_000_000_000,
    currency: 'CNY',
  })
  await hub.close()
  return accountId
}

async function enrolOnHost(folder: string): Promise<void> {
  await using undo = new AsyncDisposableStack()
  const hubDir = path.join(path.dirname(folder), 'hub-of-the-host')
  const port = await freePort('127.0.0.1')
  const ignore = (): void => undefined
  const clockFile = path.join(path.dirname(folder), 'clock')
  const service = { port, sabotage: null, clockFile, onErrorLine: ignore }
  const hub = createHub({ ...service, dataDir: hubDir, extraArgs: [] })
  undo.defer(() => hub.stop())
  await hub.start()
  const page = createPage()
  const lane = createLaneProcess({
    ...service,
    order: {
      dataDir: path.join(folder, 'lane'),
      laneId: 'lane-1',
      hubUrl: `http://127.0.0.1:${port}`,
      joinTokenFile: path.join(hubDir, 'join-token'),
      printer: nowhere,
      scanner: nowhere,
      terminal: null,
      catalogue: path.join(folder, 'goods.csv'),
      logFile: path.join(folder, 'lane.log'),
    },
    onUrl: (url) => page.connect(url),
  })
  undo.defer(() => page.close())
  undo.defer(() => lane.stop())
  await lane.start()
  for (const person of [0, 1]) {
    const { accountId } = await hub.operator().createAccount({
      name: 'Power Cut',
      phone: `+8613900000${String(person).padStart(3, '0')}`,
      balanceMinor: 9_000_000_000,
      currency: 'CNY',
    })
    await enrol(page, person, await hub.operator().issueCode(accountId))
  }
}
