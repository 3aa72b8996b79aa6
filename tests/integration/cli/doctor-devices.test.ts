import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { laneDataDir } from '../../../src-main/cli/paths.ts'
import type { DeviceReport, ReportedDevice } from '../../../src-main/contract/deviceReport.ts'
import { answerOf, facelane } from './run.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'facelane-doctor-'))
  mkdirSync(laneDataDir(folder), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, value: unknown): void =>
  writeFileSync(path.join(laneDataDir(folder), name), JSON.stringify(value))

async function deviceFindings(): Promise<Record<string, { ok: boolean; says: string }>> {
  const { findings } = answerOf(await facelane(['doctor', '--data', folder, '--json'])) as {
    findings: { name: string; ok: boolean; says: string }[]
  }
  return Object.fromEntries(findings.map(({ name, ok, says }) => [name, { ok, says }]))
}

describe('facelane doctor', () => {
  it('says how the running lane finds each of its devices', async () => {
    write('config.json', {
      devices: { scale: { address: 'tcp://127.0.0.1:9', model: 'mt-sics' } },
      drivers: [{ use: '@acme/stripes', category: 'Msr' }],
    })
    const device: Omit<ReportedDevice, 'category' | 'name' | 'address' | 'state'> = {
      detailCode: null,
      sinceMs: 1,
      breaker: 'closed',
      lastHealthyAtMs: null,
      history: [],
      statistics: { opened: 1, lost: 12, calls: 0, failures: 0 },
    }
    const report: DeviceReport = {
      version: 1,
      laneId: 'lane-1',
      pid: process.pid,
      writtenAtMs: 1,
      devices: [
        { ...device, category: 'Scanner', name: 'scanner', address: 'serial:/dev/pts/1', state: 'ready' },
        {
          ...{ ...device, category: 'Scale', name: 'scale', address: 'tcp://127.0.0.1:9', state: 'lost' },
          ...{ detailCode: 'device.noExist', breaker: 'open' },
        },
        {
          ...{ ...device, category: 'Msr', name: 'stripeReader', address: '@acme/stripes', state: 'failed' },
          detailCode: 'device.package',
        },
      ],
    }
    write('devices.json', report)
    expect(await deviceFindings()).toMatchObject({
      'device scanner': { ok: true, says: 'serial:/dev/pts/1; ready' },
      'device scale': {
        ok: false,
        says: 'tcp://127.0.0.1:9; lost, device.noExist, lost 12 times: check its cable',
      },
      'device stripeReader': { ok: false, says: '@acme/stripes; failed, device.package' },
      'device camera': { ok: true, says: 'renderer; looked at when it is needed' },
    })
  })

  it('says that nobody has looked while no lane runs, and what is wrong with the configuration', async () => {
    expect(await deviceFindings()).toMatchObject({
      'device printer': { ok: true, says: 'emulated; no lane runs here that would have looked' },
    })
    write('config.json', {
      devices: { scale: { address: 'tcp://127.0.0.1:9', model: 'mt-sics' } },
      drivers: [{ use: '@acme/scale', category: 'Scale' }],
    })
    expect(await deviceFindings()).toMatchObject({
      devices: { ok: false, says: 'the configuration has 1 mistakes: facelane config' },
    })
  })
})
