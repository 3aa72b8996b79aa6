import { readFileSync } from 'node:fs'
import { createHubClient } from '../../../src-main/hub-client/hub-client.ts'
import { createReplicator } from '../../../src-main/journal/replicator.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { openLaneStore, type OpenedLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { createSaleMaker } from '../journal/saleMaker.ts'

const random = createRandom()
const clock = createClock(random.key())

/** A lane that sold for cash while its hub was away, until `entries` wait or a few more. */
export async function openFullLane(
  dataDir: string,
  laneId: string,
  entries: number,
): Promise<OpenedLaneStore> {
  const opened = openLaneStore({ dataDir, laneId, clock, random })
  const maker = createSaleMaker(opened.store, clock, 'cash')
  while (opened.store.journal.pendingCount() < entries) await maker.sell()
  maker.close()
  // As the runtime does while nobody buys: the log is empty when the hub is back.
  while (opened.store.upkeep().kind !== 'nothing');
  return opened
}

export interface HubAddress {
  readonly url: string
  readonly joinTokenFile: string
}

/** Milliseconds from the first call until the hub has acknowledged everything, through the product's own replicator. */
export async function drain(
  { store, laneKey }: OpenedLaneStore,
  laneId: string,
  at: HubAddress,
): Promise<number> {
  const hub = createHubClient({
    baseUrl: at.url,
    identity: { laneId, publicKey: laneKey.publicKey, sign: (bytes) => laneKey.sign(bytes) },
    joinToken: () => readFileSync(at.joinTokenFile, 'utf8').trim(),
    clock,
  })
  // Joining and the session are not the drain.
  const head = await hub.hello({ timeoutMs: 10_000 })
  if (!head.ok) throw new Error(`The hub does not answer: ${head.error.message}`)
  const replicator = createReplicator({ journal: store.journal, hub, clock, random })
  const startedAtMs = performance.now()
  try {
    return await new Promise<number>((resolve, reject) => {
      replicator.subscribe(({ pendingCount, lastFailure }) => {
        if (pendingCount === 0) resolve(performance.now() - startedAtMs)
        if (lastFailure !== null) reject(new Error(`${lastFailure.code}: ${lastFailure.message}`))
      })
      replicator.start()
    })
  } finally {
    await replicator.stop()
    hub.close()
  }
}
