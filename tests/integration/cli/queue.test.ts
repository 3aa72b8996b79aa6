import { cpSync, readFileSync, rmSync } from 'node:fs'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { generateKeyPairSync } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHubProcess, type HubProcess } from '../hub/hub-process.ts'
import { temporaryFolder } from '../hub/harness.ts'
import { appendOne, openStore } from '../store/fixtures.ts'
import { answerOf, facelane } from './run.ts'

let folder: string
let hubFolder: string
let hub: HubProcess
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facelane-queue-'))
  hubFolder = await temporaryFolder()
  hub = await startHubProcess(hubFolder)
}, 120_000)
afterAll(async () => {
  await hub.stop()
  rmSync(folder, { recursive: true, force: true })
  rmSync(hubFolder, { recursive: true, force: true })
})

describe('facelane queue', () => {
  it('moves a dead lane’s disk into the hub with the merchant’s key alone, and a second time changes nothing', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('x25519')
    const key = path.join(folder, 'merchant.pem')
    writeFileSync(key, privateKey.export({ format: 'pem', type: 'pkcs8' }))
    const lane = path.join(folder, 'data', 'lane')
    const recoveryPublicKey = publicKey.export({ format: 'pem', type: 'spki' }).toString()
    const { store } = openStore(lane, { recoveryPublicKey })
    for (let count = 0; count < 9; count += 1) appendOne(store)
    const disk = path.join(folder, 'disk')
    cpSync(lane, disk, { recursive: true })
    rmSync(path.join(disk, 'keys'), { recursive: true })

    const status = await facelane(['queue', 'status', '--data', disk, '--json'])
    expect(answerOf(status)).toMatchObject({ ok: true, laneId: 'lane-1', pendingCount: 10, archived: 0 })
    const verified = await facelane(['queue', 'verify', '--data', disk, '--json'])
    expect(answerOf(verified)).toMatchObject({ ok: true, entries: 10 })
    const file = path.join(folder, 'journal.ndjson')
    const exported = await facelane([
      'queue',
      'export',
      file,
      '--data',
      disk,
      '--recovery-key',
      key,
      '--json',
    ])
    expect(answerOf(exported)).toEqual({
      ok: true,
      file,
      entries: 10,
      salvaged: false,
      gaps: [],
      proven: true,
    })
    const importing = [
      'queue',
      'import',
      file,
      '--hub',
      hub.url,
      '--operator-token-file',
      hub.operatorTokenFile,
    ]
    const first = await facelane([...importing, '--json'])
    expect([first.code, answerOf(first)]).toMatchObject([
      0,
      { ok: true, taken: 10, known: 0, lanes: ['lane-1'] },
    ])
    expect(answerOf(await facelane([...importing, '--json']))).toMatchObject({
      ok: true,
      taken: 0,
      known: 10,
    })
  })

  it('never repeats what it found where the operator token should be', async () => {
    const file = path.join(folder, 'not-a-token')
    writeFileSync(file, 'four words of secret\n')
    const ran = await facelane(['queue', 'import', file, '--hub', hub.url, '--operator-token-file', file])
    expect(ran.code).toBe(2)
    expect(ran.stdout + ran.stderr).not.toContain('words')
    const right = readFileSync(hub.operatorTokenFile, 'utf8').trim()
    expect(right).toMatch(/^\S{16,}$/)
  })
})
