import { createLogger } from '../../../src-main/telemetry/logger.ts'
import { loadConfig } from '../../../src-main/config/load.ts'
import { paths as projectPaths } from '../../../src-main/cli/paths.ts'
import { startRuntime, type Runtime } from '../../../src-main/runtime.ts'
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

/** Nobody listens there: the lane sells on without paper. */
const nowhere = 'tcp://127.0.0.1:9'

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

/** Sells for ever, one visit after the other; `paid` is called when the screen has said so. */
export async function sellOn(
  runtime: Runtime,
  seed: string,
  how: Pick<Visit, 'plan'>,
  code: (visit: Visit) => Promise<string | null>,
  paid: (saleId: string) => void,
): Promise<never> {
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
    onIntent: () => undefined,
    signal: new AbortController().signal,
  })
  const { value: first } = createSchedule({ seed, kills: 1, lanes: 1 }).visits(0).next()
  for (let number = 0; ; number += 1) {
    const visit = { ...first, ...how, number, thinkMs: 0, takesPaper: true, withBag: false }
    await shopper.visit({ ...visit, priceMinor: 1_000 + number, person: number % 2 })
  }
}
