import { existsSync } from 'node:fs'
import path from 'node:path'
import { ReplayCamera } from '../../drivers/camera/replayCamera.ts'
import type { PushedCamera } from '../../drivers/camera/pushedCamera.ts'
import { createBench, type Bench, type HubSwitch } from '../bench/bench.ts'
import { BenchCamera } from '../bench/benchCamera.ts'
import { startEmulatedDevices, type EmulatedDevices } from '../bench/emulatedDevices.ts'
import type { Operator } from '../bench/operator.ts'
import { sideDeviceKeys } from '../contract/bench.ts'
import { developmentPin } from '../config/profiles.ts'
import type { LaneConfig } from '../config/load.ts'
import { verifyPinSync } from '../config/pin.ts'
import type { LogPort } from '../ports/log.ts'
import type { ProjectPaths } from '../project.ts'
import type { LaneStore } from '../store/lane-store.ts'

/** What whoever starts a development lane can add to its bench. */
export interface BenchSetup {
  /** The operator's side of the bench's own hub, when it runs; null when there is none. */
  readonly operator: Promise<Operator | null>
  readonly hub?: HubSwitch
  /** Names of the recordings, for the panel: id to label, in order. */
  readonly sources?: readonly { readonly id: string; readonly label: string }[]
}

export interface StartedBench {
  readonly bench: Bench
  readonly devices: EmulatedDevices
  readonly camera: BenchCamera | null
  readonly notes: readonly string[]
  close(): Promise<void>
}

export interface StartBenchDeps {
  readonly setup: BenchSetup
  readonly config: LaneConfig
  readonly paths: ProjectPaths
  readonly store: LaneStore
  readonly pageCamera: PushedCamera
  readonly log: LogPort
}

export async function startBench({
  setup,
  config,
  paths,
  store,
  pageCamera,
  log,
}: StartBenchDeps): Promise<StartedBench> {
  const devices = await startEmulatedDevices(config)
  const sources = (setup.sources ?? []).filter(({ id }) => existsSync(recording(paths, id)))
  const camera = config.bench ? benchCamera(config, paths, sources, pageCamera, () => bench.changed()) : null
  const staffPin = config.staff.some(({ pinHash }) => verifyPinSync(pinHash, developmentPin))
    ? developmentPin
    : null
  const bench: Bench = createBench({
    devices,
    camera,
    sources,
    catalogue: store.catalogue,
    hub: setup.hub ?? null,
    staffPin,
    lampColours: config.devices.lights?.colours ?? [],
    log,
  })
  void setup.operator.then((operator) => {
    if (operator) void bench.meetHub(operator)
  })
  return { bench, devices, camera, notes: notesOf(devices), close: () => devices.close() }
}

function benchCamera(
  config: LaneConfig,
  paths: ProjectPaths,
  sources: readonly { readonly id: string }[],
  page: PushedCamera,
  changed: () => void,
): BenchCamera {
  const recordings = Object.fromEntries(sources.map(({ id }) => [id, recording(paths, id)]))
  const configured = config.devices.camera.path
  if (configured !== undefined) recordings[path.basename(configured, '.mjpeg')] = configured
  const [first = ''] =
    configured === undefined ? Object.keys(recordings) : [path.basename(configured, '.mjpeg')]
  const replay = new ReplayCamera({ path: recordings[first] ?? '' })
  return new BenchCamera({ page, replay, recordings, firstSourceId: first, changed })
}

function recording(paths: ProjectPaths, id: string): string {
  return path.join(paths.people, `${id}.mjpeg`)
}

function notesOf(devices: EmulatedDevices): string[] {
  const { printer, scanner, terminal, fiscal } = devices
  const how = {
    socat: 'a virtual serial port',
    python3: 'a virtual serial port',
    tcp: 'TCP, for want of a virtual serial port (install socat or python3)',
  }
  return [
    ...(printer ? [`printer: emulated on ${how[printer.how]} (${printer.address})`] : []),
    ...(scanner ? [`scanner: emulated on ${how[scanner.how]} (${scanner.address})`] : []),
    ...(terminal ? [`card terminal: emulated, ZVT over TCP (${terminal.address})`] : []),
    ...(fiscal ? [`fiscal device: emulated over TCP (${fiscal.address})`] : []),
    ...sideDeviceKeys.flatMap((key) => {
      const device = devices[key]
      return device ? [`${key}: emulated (${device.address})`] : []
    }),
    ...devices.problems,
  ]
}
