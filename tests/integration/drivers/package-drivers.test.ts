import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../../drivers/kit/rig.ts'
import { systemDriverClock } from '../../../drivers/port/clock.ts'
import { emulateAcmeScale } from '../../../fixtures/drivers/acme-scale/emulator.js'
import { packageDrivers } from '../../../src-main/devices/registry/package-drivers.ts'
import { createDeviceSupervisor, type DeviceSupervisor } from '../../../src-main/devices/supervisor.ts'
import type { LogPort } from '../../../src-main/ports/log.ts'

const name = '@acme/facelane-scale'
const source = path.resolve(import.meta.dirname, '../../../fixtures/drivers/acme-scale')
const quiet = (): void => undefined
const log: LogPort = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const clock = { ...systemDriverClock, nowMs: () => Date.now() }

let dataDir: string
let supervisor: DeviceSupervisor | null = null
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'facelane-packages-'))
})
afterEach(async () => {
  await supervisor?.close()
  await rm(dataDir, { recursive: true })
})

/** A package as `npm install --prefix DATA` leaves it. */
async function install(as: string, source: string): Promise<void> {
  const folder = path.join(dataDir, 'node_modules', as)
  await mkdir(folder, { recursive: true })
  await writeFile(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: as, type: 'module', exports: './i.js' }),
  )
  await writeFile(path.join(folder, 'i.js'), source)
}

async function supervised(use: string, config = {}): Promise<DeviceSupervisor> {
  const drivers = await packageDrivers([{ use, category: 'Scale', config }], dataDir, clock)
  supervisor = createDeviceSupervisor({ clock, random: { unit: () => 0 }, log, drivers })
  return supervisor
}

describe('a driver package', () => {
  test('named in the configuration is the scale of the lane, also after an unplug', async () => {
    await cp(source, path.join(dataDir, 'node_modules', name), { recursive: true })
    const scale = await emulateAcmeScale()
    scale.put(735)
    const lane = await supervised(name, { address: scale.address })
    const weigh = () =>
      lane.scale()?.use((port) => port?.readWeight({ timeoutMs: 4000 }) ?? Promise.resolve(null))
    await until(() => lane.statuses()[0]?.state === 'ready')
    expect(await weigh()).toEqual({ grams: 735, net: false })
    await scale.unplug()
    await until(() => lane.statuses()[0]?.state === 'lost')
    expect([lane.scale()?.answers(), await weigh()]).toEqual([false, null])
    await scale.replug()
    await until(() => lane.scale()?.answers() === true)
    expect(await weigh()).toEqual({ grams: 735, net: false })
    await scale.close()
  })

  const manifest = 'export const manifest = { facelaneDriver: 1, category: "Scale", title: "S" };'
  test.each([
    ['is not installed', null],
    ['cannot be loaded', 'import "nowhere-at-all"'],
    ['exports no manifest that fits', 'export const createDriver = () => ({})'],
    [
      'drives a Lights',
      'export const manifest = { facelaneDriver: 1, category: "Lights", title: "L" }; export const createDriver = () => ({})',
    ],
    ['exports no createDriver', manifest],
    ['makes no driver', `${manifest} export const createDriver = () => 5`],
    [
      'makes a driver without state, claimed',
      `${manifest} export const createDriver = () => ({ open() {} })`,
    ],
    [
      'does not start: no such model',
      `${manifest} export const createDriver = () => { throw new Error("no such model") }`,
    ],
  ])('that %s is a device that failed, and the lane goes on', async (words, source) => {
    if (source !== null) await install('bad-scale', source)
    const lane = await supervised('bad-scale')
    await until(() => lane.statuses()[0]?.state === 'failed')
    expect(lane.statuses()).toMatchObject([{ name: 'scale', detailCode: 'device.package' }])
    const drivers = await packageDrivers(
      [{ use: 'bad-scale', category: 'Scale', config: {} }],
      dataDir,
      clock,
    )
    expect(() => drivers.scale?.create()).toThrow(words)
  })

  test('that says what is missing in its configuration is heard', async () => {
    await cp(source, path.join(dataDir, 'node_modules', name), { recursive: true })
    const lane = await supervised(name)
    await until(() => lane.statuses()[0]?.state === 'failed')
    expect(lane.statuses()).toMatchObject([{ detailCode: 'device.illegal' }])
  })
})
