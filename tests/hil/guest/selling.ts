import { createInterface } from 'node:readline'
import { createLogger } from '../../../src-main/telemetry/logger.ts'
import { loadConfig } from '../../../src-main/config/load.ts'
import { paths as projectPaths } from '../../../src-main/cli/paths.ts'
import { startRuntime, type Runtime } from '../../../src-main/runtime.ts'
import { goodsCount, goodsFromMinor } from '../../chaos/lane/goods.ts'
import { createShopper } from '../../chaos/robot/shopper.ts'
import { createSchedule } from '../../chaos/schedule/schedule.ts'
import type { Visit } from '../../chaos/schedule/visits.ts'
import { inProcessPage } from './inProcessPage.ts'

export interface GuestLane {
  readonly dataDir: string
  readonly laneId: string
  readonly hubUrl: string
  readonly joinTokenFile: string
  readonly catalogue: string
}

export interface Selling {
  readonly runtime: Runtime
  readonly plan: Visit['plan']
  readonly code: (visit: Visit) => Promise<string | null>
  /** The screen has said that this sale is paid. */
  readonly paid: (saleId: string) => void
}

/** Nobody listens there: the lane sells on without paper. */
const nowhere = 'tcp://127.0.0.1:9'
const warmUpVisits = 4
const visitsPerCut = 500

export const say = (line: string): void => void process.stdout.write(`${line}\n`)

export async function startGuestLane({
  dataDir,
  laneId,
  hubUrl,
  joinTokenFile,
  catalogue,
}: GuestLane): Promise<Runtime> {
  const loaded = loadConfig({
    env: {},
    dataDir,
    preset: {
      mode: 'development',
      laneId,
      language: 'en',
      hub: { url: hubUrl, joinTokenFile },
      devices: { printer: { address: nowhere }, scanner: { address: nowhere }, camera: { kind: 'renderer' } },
      challenge: { demand: 'never', fromMinor: 900_000 },
      offline: {
        allowanceRequired: false,
        maxAmountMinor: 100_000,
        maxIdentityMinor: 1_000_000_000,
        maxStoredMinor: 1_000_000_000,
        maxCount: 10_000,
      },
    },
  })
  if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('\n'))
  return startRuntime({
    config: loaded.value,
    paths: { ...projectPaths, catalogueFixture: catalogue },
    log: createLogger({ level: 'silent' }),
  })
}

/**
 * Sells a little, says LOADED and waits: here the machine is put to sleep. Woken with `GO n` it sells for ever, by the
 * n-th order of visits.
 */
export async function sellWhenTold({ runtime, plan, code, paid }: Selling): Promise<never> {
  const shopper = createShopper({
    page: inProcessPage(runtime.host),
    evidence: {
      note: ({ fact, told, sale }) => {
        if (fact === 'screen' && told === 'paid') paid(String(sale))
        return Promise.resolve()
      },
      close: () => Promise.resolve(),
    },
    code,
    coupon: () => Promise.resolve(null),
    onCard: () => undefined,
    onIntent: () => undefined,
    signal: new AbortController().signal,
  })
  const { value: first } = createSchedule({ seed: 'power', kills: 1, lanes: 1 }).visits(0).next()
  const visit = (number: number) =>
    shopper.visit({
      ...first,
      plan,
      number,
      thinkMs: 0,
      takesPaper: false,
      withBag: false,
      priceMinor: goodsFromMinor + (number % goodsCount),
      person: number % 2,
    })
  for (let number = 0; number < warmUpVisits; number += 1) await visit(number)
  say('LOADED')
  const cut = await told()
  for (let number = cut * visitsPerCut; ; number += 1) await visit(number)
}

/** The number in the line `GO n` at the console. */
function told(): Promise<number> {
  return new Promise((resolve) => {
    createInterface({ input: process.stdin }).on('line', (line) => {
      const [, cut] = /GO (\d+)/.exec(line) ?? []
      if (cut !== undefined) resolve(Number(cut))
    })
  })
}
