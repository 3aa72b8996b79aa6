import { PushedCamera } from '../drivers/camera/pushedCamera.ts'
import type { Bench } from './bench/bench.ts'
import type { LaneHostPort } from './contract/channels.ts'
import { Failure } from './contract/failure.ts'
import { readJoinToken } from './config/joinToken.ts'
import type { LaneConfig } from './config/load.ts'
import { createDeviceSupervisor } from './devices/supervisor.ts'
import { createHubClient } from './hub-client/hub-client.ts'
import { createFeedListener } from './journal/feed-listener.ts'
import { createReplicator } from './journal/replicator.ts'
import { rightsPolicy } from './domain/rights/policy.ts'
import type { Lane, LaneTrace } from './lane/lane.ts'
import { createHubDeletions } from './members/hubDeletions.ts'
import { keepRetention } from './members/retention.ts'
import { createDeferredOutcomes } from './payments/deferredOutcomes.ts'
import { createClock } from './platform/clock.ts'
import { createRandom } from './platform/random.ts'
import { keepMemoryOutOfDumps } from './platform/crashDumps.ts'
import type { LogPort } from './ports/log.ts'
import type { OsKeyStorePort } from './ports/osKeyStore.ts'
import type { ProjectPaths } from './project.ts'
import { laneCamera, type LaneCamera } from './runtime/camera.ts'
import { startFace } from './runtime/face.ts'
import { openFiscalDesk } from './runtime/fiscal.ts'
import { reportDevices } from './runtime/deviceReport.ts'
import { laneDrivers, lanePlugs } from './runtime/drivers.ts'
import { fillCatalogue } from './runtime/catalogue.ts'
import { startBench, type BenchSetup } from './runtime/bench.ts'
import { furnish } from './runtime/rooms.ts'
import { wire } from './runtime/wiring.ts'
import type { LaneStore } from './store/lane-store.ts'
import type { OpenedLaneStore } from './store/open-lane-store.ts'
import { keepFilesSmall, openMemory, reissueInBackground, verifyInBackground } from './runtime/memory.ts'
import { softwareVersion } from './version.ts'

export interface RuntimeOptions {
  readonly config: LaneConfig
  readonly paths: ProjectPaths
  readonly log: LogPort
  /** The emulated world of a development lane; refused by production configurations before this is called. */
  readonly bench?: BenchSetup
  /** Of a shell that has one; without it the face keys lie in files of mode 0600. */
  readonly osKeyStore?: OsKeyStorePort
}

/** A running lane, as shells, tests and the demo hold it. */
export interface Runtime {
  readonly host: LaneHostPort
  readonly lane: Lane
  readonly opened: OpenedLaneStore
  readonly bench: Bench | null
  /** What to say at the start: which devices are emulated, and how. */
  readonly notes: readonly string[]
  /** The scanner and the printer were found, or will be looked for in the background after this long. */
  devicesReady(timeoutMs: number): Promise<void>
  /** Models verified, loaded and warm; false when faces cannot be read. */
  faceReady(): Promise<boolean>
  onTrace(listener: (fact: LaneTrace) => void): () => void
  /** Tries the hub at once instead of waiting for the back-off. */
  nudgeHub(): void
  close(): Promise<void>
}

/** Config in, running lane out. Throws `Failure` when the lane cannot remember: everything else it can sell without. */
export async function startRuntime({
  config,
  paths,
  log,
  bench: benchSetup,
  osKeyStore,
}: RuntimeOptions): Promise<Runtime> {
  if (config.profile === 'counter') throw notDriven(config.profile)
  const dumpRisks = keepMemoryOutOfDumps()
  if (dumpRisks.length > 0) log.warn({ dumpRisks }, 'a crash of this process may write memory to the disk')
  const random = createRandom()
  const clock = createClock(random.key())
  const undo = new AsyncDisposableStack()
  try {
    const opened = await openMemory(config, { clock, random, log, osKeyStore })
    const { store, laneKey } = opened
    undo.defer(() => {
      store.close()
    })
    const pageCamera = new PushedCamera()
    const bench = benchSetup
      ? await startBench({ setup: benchSetup, config, paths, store, pageCamera, log })
      : null
    if (bench) undo.defer(() => bench.close())
    const { camera, preview }: LaneCamera = bench?.camera
      ? { camera: bench.camera, preview: () => bench.camera?.preview() ?? null }
      : laneCamera(config.devices.camera, pageCamera, log)

    const hub = createHubClient({
      baseUrl: config.hub.url,
      identity: { laneId: config.laneId, publicKey: laneKey.publicKey, sign: (bytes) => laneKey.sign(bytes) },
      joinToken: () => {
        const token = readJoinToken(config.hub)
        return token.ok ? token.value : null
      },
      clock,
    })
    const replicator = createReplicator({ journal: store.journal, hub, clock, random })
    const devices = createDeviceSupervisor({
      clock,
      random,
      log,
      drivers: await laneDrivers(config, bench?.devices ?? null),
      hotPlug: lanePlugs(config, clock),
    })
    undo.defer(() => devices.close())
    undo.defer(reportDevices({ config, devices, clock, log }))
    const fiscal = openFiscalDesk({ config, emulated: bench?.devices ?? null, store, clock, log })
    undo.defer(() => fiscal.close())
    const face = await startFace({ config, paths, store, camera, clock, random, log })
    undo.defer(() => face.close())

    const traces = new Set<(fact: LaneTrace) => void>()
    const trace = (fact: LaneTrace): void => {
      if (fact.kind === 'look') log.info({ ...fact }, 'look')
      for (const listener of traces) listener(fact)
    }
    const { lane, payments, returns, vendRuns, watched, deletions } = furnish({
      config,
      store,
      clock,
      random,
      log,
      hub,
      replicator,
      devices,
      fiscal,
      face,
      trace,
    })
    undo.defer(async () => {
      lane.close()
      await replicator.stop()
      hub.close()
    })

    fillCatalogue({ store, config, paths, log })
    noteStart(store, config, face.packId)
    lane.start()
    const feed = createFeedListener({
      store,
      hub,
      clock,
      random,
      log,
      handlers: {
        deferredOutcome: createDeferredOutcomes({ store, clock }),
        deletionRequest: createHubDeletions({ deletions, log }),
        backedUp: (position) => store.archive.backedUp(position),
        hubChanged: () => replicator.recheck(),
      },
    })
    undo.defer(() => feed.stop())
    undo.defer(wire({ lane, payments, returns, vendRuns, feed, devices, face, replicator, clock }))
    undo.defer(keepRetention({ store, deletions, policy: rightsPolicy(config.jurisdiction), clock, log }))
    replicator.start()
    feed.start()
    undo.defer(verifyInBackground(store, clock, log))
    undo.defer(keepFilesSmall(store, clock, log))
    undo.defer(reissueInBackground(store, clock, log))

    const running = undo.move()
    return {
      lane,
      opened,
      bench: bench?.bench ?? null,
      notes: bench?.notes ?? [],
      host: {
        view: () => lane.view(),
        onView: (listener) => lane.onView(listener),
        command: (command) => lane.command(command),
        pushCameraFrame: (jpeg) => void pageCamera.pushFrame(new Uint8Array(jpeg)),
        wantsCamera: () => lane.wantsCamera() && (bench?.camera?.wantsPage() ?? camera === pageCamera),
        cameraPreview: preview,
        bench: bench?.bench ?? null,
        close: () => running.disposeAsync(),
      },
      devicesReady: watched.ready,
      faceReady: face.ready,
      onTrace(listener) {
        traces.add(listener)
        return () => traces.delete(listener)
      },
      nudgeHub: () => {
        replicator.nudge()
      },
      close: () => running.disposeAsync(),
    }
  } catch (thrown) {
    await undo.disposeAsync()
    throw thrown
  }
}

function notDriven(profile: string): Failure {
  return new Failure({
    code: 'runtime.profileNotDriven',
    attempted: `start a lane with the profile ${profile}`,
    remedy: 'staff',
    message: `This version configures the profile "${profile}" but does not drive it yet. Set profile to "self-checkout" or "vending".`,
  })
}

function noteStart(store: LaneStore, config: LaneConfig, modelPackId: string | null): void {
  const { laneId, profile, mode, bench } = config
  const event = { type: 'lane.started', profile, mode, bench, softwareVersion, modelPackId } as const
  store.transact((tx) => tx.append({ kind: 'lane', id: laneId }, event))
}
