import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { loadConfig, type LaneConfig } from '../../config/load.ts'
import { printerPaperMm } from '../../config/devices.ts'
import { recordDevice } from '../../devices/recording/record.ts'
import { formatRecording, parseRecording, recordableDevices } from '../../devices/recording/recording.ts'
import { replayDevice } from '../../devices/recording/replay.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { configuredDevices, type Configured } from '../devices/configured.ts'
import { laneReport } from '../devices/lane-report.ts'
import { monitor } from '../devices/monitor.ts'
import { listPlugged, type Plugged } from '../devices/plugged.ts'
import { probeAddress, probeKinds, recognised, type Probed } from '../devices/probe.ts'
import { replayTest } from '../devices/replay-test.ts'
import { oneOf, wholeNumber } from '../emulate/device.ts'
import { defaultDataDir, laneDataDir, paths } from '../paths.ts'
import { aborted } from '../waiting.ts'

const help = `facelane devices list    [--data DIR] [--config FILE] [--json]
facelane devices probe   [--address ADDRESS]… [--as KIND]… [--write FILE] [--json]
facelane devices monitor [--data DIR] [--config FILE] [--json]
facelane devices record  --device printer|scanner --address ADDRESS --out FILE [--model NAME] [--origin TEXT] [--seconds N]
facelane devices replay  FILE [--link PATH] [--speed N] [--test FILE.test.ts]

  list     what is plugged in, and what is configured with its state and history while the lane of DIR runs
  probe    asks serial ports, and each ADDRESS (serial:PATH?baud=N, tcp://HOST:PORT), what stands there, by questions on which
           no device prints, opens or moves anything; network addresses and USB printers are asked only when they are named.
           KIND asks just that: ${probeKinds.join(', ')} (mt-sics has a line end, which a printer would print).
           FILE gets what was found as a configuration to start from; an existing file is not overwritten.
  monitor  states of the configured devices as they change, until Ctrl-C: those of the running lane, else opened by itself
  record   runs the driver on the device and keeps what goes both ways, with times, until Ctrl-C or N seconds. Card terminals,
           stripe and chip readers are refused: their traffic holds card data. A scanner's recording holds what was scanned.
  replay   a recording as a device on a virtual serial port; --test writes a test that plays it to the driver instead`

const options = {
  json: { type: 'boolean', default: false },
  data: { type: 'string', default: defaultDataDir },
  config: { type: 'string' },
  address: { type: 'string', multiple: true },
  as: { type: 'string', multiple: true },
  write: { type: 'string' },
  device: { type: 'string' },
  model: { type: 'string' },
  origin: { type: 'string' },
  out: { type: 'string' },
  seconds: { type: 'string' },
  link: { type: 'string' },
  speed: { type: 'string' },
  test: { type: 'string' },
} as const

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options })
}
type Values = ReturnType<typeof parse>['values']

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parse(args)
  switch (positionals[0]) {
    case 'list':
      return list(values, io)
    case 'probe':
      return probe(values, io)
    case 'monitor':
      return watch(values, io)
    case 'record':
      return record(values, io)
    case 'replay':
      return replay(positionals[1], values, io)
    default:
      throw new UsageError('Say what to do: list, probe, monitor, record or replay.')
  }
}

/** Throws nothing for a lane that is not configured yet: what is plugged in can be seen without. */
function configOf(values: Values, io: CliIo): { config: LaneConfig | null; problems: readonly string[] } {
  const loaded = loadConfig({
    env: io.env,
    dataDir: laneDataDir(values.data),
    preset: { mode: 'development' },
    ...(values.config === undefined ? {} : { file: values.config }),
  })
  return loaded.ok
    ? { config: loaded.value, problems: [] }
    : { config: null, problems: loaded.error.map(({ message }) => message) }
}

async function list(values: Values, io: CliIo): Promise<number> {
  const plugged = await listPlugged()
  const { config, problems } = configOf(values, io)
  const report = config === null ? null : laneReport(config.dataDir)
  const configured = config === null ? [] : configuredDevices(config, report)
  if (values.json) {
    const lane =
      report === null ? null : { laneId: report.laneId, pid: report.pid, writtenAtMs: report.writtenAtMs }
    io.answer({ ok: true, plugged, configured, lane, problems })
    return 0
  }
  io.out('Plugged in:')
  for (const device of plugged) io.out(`  ${pluggedLine(device)}`)
  if (plugged.length === 0) io.out('  nothing that a till uses')
  io.out(report === null ? 'Configured (no lane runs):' : `Configured (lane ${report.laneId} runs):`)
  for (const device of configured) io.out(`  ${configuredLine(device)}`)
  for (const problem of problems) io.say(problem)
  return 0
}

function pluggedLine({ kind, name, address, use, usbId }: Plugged): string {
  return `${kind}${use === undefined ? '' : ` (${use})`}: ${name}, ${address ?? usbId ?? ''}`
}

function configuredLine({ key, address, lane }: Configured): string {
  if (lane === null) return `${key}: ${address}`
  const detail = lane.detailCode === null ? '' : ` (${lane.detailCode})`
  return `${key}: ${lane.state}${detail}, ${address}`
}

async function probe(values: Values, io: CliIo): Promise<number> {
  const kinds = values.as?.map((word) => oneOf('--as', word, probeKinds))
  const found: Probed[] = []
  const tell = (probed: Probed): void => {
    found.push(probed)
    if (!values.json) io.out(probedLine(probed))
  }
  const ask = async (address: string): Promise<void> => tell(await probeAddress(address, kinds))
  if (values.address === undefined) {
    for (const device of await listPlugged()) {
      if (io.stop.aborted) break
      const known = recognised(device)
      if (known !== null) tell(known)
      else if (device.kind === 'serialPort' && device.address !== null) await ask(device.address)
    }
  }
  for (const address of values.address ?? []) await ask(address)
  const config = fragment(found)
  if (values.write !== undefined) writeNew(values.write, `${JSON.stringify(config, null, 2)}\n`)
  if (values.json) io.answer({ ok: true, found, config })
  return 0
}

function probedLine({ address, result, device, model, detail }: Probed): string {
  const what = result === 'found' ? `${device}${model === null ? '' : ` ${model}`}` : result
  return `${address}: ${what}${detail === null ? '' : ` (${detail})`}`
}

/** The first of each kind, in the shape of the lane's configuration file. */
function fragment(found: readonly Probed[]): Readonly<Record<string, unknown>> {
  const devices: Record<string, unknown> = {}
  const beside: Record<string, unknown> = {}
  for (const { config } of found) {
    for (const [key, value] of Object.entries(config ?? {})) {
      const into = key === 'cardTerminal' ? beside : devices
      into[key] ??= value
    }
  }
  return { ...beside, devices }
}

async function watch(values: Values, io: CliIo): Promise<number> {
  const { config, problems } = configOf(values, io)
  if (config === null) throw new UsageError(problems.join('\n'))
  await monitor(config, io.stop, (seen) => {
    const detail = seen.detailCode === null ? '' : ` (${seen.detailCode})`
    if (values.json) io.answer(seen)
    else io.out(`${new Date(seen.atMs).toISOString()} ${seen.name}: ${seen.state}${detail}, ${seen.address}`)
  })
  return 0
}

async function record(values: Values, io: CliIo): Promise<number> {
  const { device, address, out, model = null } = values
  const [only] = address ?? []
  if (only === undefined || out === undefined) throw new UsageError('--address and --out are needed.')
  if (device !== undefined && /terminal|stripe|msr|card/i.test(device)) {
    throw new UsageError(`A ${device} is not recorded: its traffic holds card data.`)
  }
  const kind = oneOf('--device', device, recordableDevices)
  if (kind === 'printer' && model !== null && !Object.hasOwn(printerPaperMm, model)) {
    throw new UsageError(`--model is one of: ${Object.keys(printerPaperMm).join(', ')}.`)
  }
  const seconds =
    values.seconds === undefined ? null : wholeNumber('--seconds', values.seconds, { min: 1, max: 86_400 })
  const until =
    seconds === null
      ? aborted(io.stop)
      : sleep(seconds * 1000, undefined, { signal: io.stop }).catch(() => undefined)
  const stream = createByteStream(only)
  io.say('Recording. Use the device now; Ctrl-C ends it.')
  const lines = await recordDevice(kind, model, stream, until, (line) => {
    if (!values.json) io.out(JSON.stringify(line))
  })
  const origin = values.origin ?? `a ${kind} at ${only}, recorded by "facelane devices record"`
  const recordedOn = new Date().toISOString().slice(0, 10)
  writeNew(out, formatRecording({ facelaneRecording: 1, device: kind, model, origin, recordedOn, lines }))
  const events = lines.filter(({ from }) => from === 'driver').length
  if (values.json) io.answer({ ok: true, file: out, lines: lines.length, events })
  else io.say(`${lines.length} lines, ${events} of them events of the driver, in ${out}.`)
  return 0
}

async function replay(file: string | undefined, values: Values, io: CliIo): Promise<number> {
  if (file === undefined) throw new UsageError('Say which recording: facelane devices replay FILE.')
  const recording = parseRecording(readFileSync(file, 'utf8'))
  if (values.test !== undefined) {
    writeNew(values.test, replayTest(recording, file, values.test, paths.root))
    if (values.json) io.answer({ ok: true, test: values.test })
    else io.out(`Run it with: npx vitest run ${values.test}`)
    return 0
  }
  const speed = wholeNumber('--speed', values.speed, { min: 1, max: 1000, otherwise: 1 })
  const replayed = await replayDevice(recording, { link: values.link, speed })
  if (values.json) io.answer({ event: 'ready', device: recording.device, address: replayed.address })
  else io.out(`A ${recording.device} (${recording.origin}) at ${replayed.address}`)
  await Promise.race([replayed.finished, aborted(io.stop)])
  const differences = replayed.differences()
  if (values.json) io.answer({ event: 'finished', differences })
  else if (!io.stop.aborted)
    io.out(`Played to its end; ${differences} bytes of the host differed. Ctrl-C closes the port.`)
  await aborted(io.stop)
  await replayed.close()
  return 0
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
    throw new UsageError(`${file} exists already; take it away or choose another name.`)
  }
}

export const command: Command = { help, run }
