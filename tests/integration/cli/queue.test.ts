import { cpSync, readFileSync, rmSync } from 'node:fs'
import { existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHubProcess, type HubProcess } from '../hub/hub-process.ts'
import { temporaryFolder } from '../hub/harness.ts'
import { appendOne, openStore } from '../store/fixtures.ts'
import { paths } from '../../../src-main/cli/paths.ts'
import { answerOf, facelane } from './run.ts'

const main = path.join(paths.root, 'src-main', 'cli', 'main.ts')
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

  it('loses no export of before to one that fails, and leaves nothing half written', async () => {
    const place = mkdtempSync(path.join(folder, 'exports-'))
    const file = path.join(place, 'journal.ndjson')
    writeFileSync(file, 'of before\n')
    const failed = await facelane(['queue', 'export', file, '--data', path.join(folder, 'nobody'), '--json'])
    expect([failed.code, answerOf(failed)]).toMatchObject([1, { error: { code: 'store.notFound' } }])
    expect([readdirSync(place), readFileSync(file, 'utf8')]).toEqual([['journal.ndjson'], 'of before\n'])

    const lane = path.join(folder, 'whole')
    openStore(lane)
    const written = await facelane(['queue', 'export', file, '--data', lane, '--json'])
    expect(answerOf(written)).toMatchObject({ ok: true, entries: 1 })
    expect([readdirSync(place), statSync(file).mode & 0o777]).toEqual([['journal.ndjson'], 0o600])

    const nowhere = path.join(folder, 'nobody', 'journal.ndjson')
    const refused = await facelane(['queue', 'export', nowhere, '--data', lane, '--json'])
    expect([refused.code, answerOf(refused)]).toMatchObject([1, { error: { code: 'queue.notWritten' } }])
  })

  it('gives all of a journal to whoever reads it late, and says with its exit code when it could not', async () => {
    const lane = path.join(folder, 'long')
    const { store } = openStore(lane)
    for (let count = 0; count < 110; count += 1) appendOne(store)
    const file = path.join(folder, 'long.ndjson')
    await facelane(['queue', 'export', file, '--data', lane])
    // More than a pipe takes, by less than a stream waits for.
    expect(Math.floor((statSync(file).size - 65_536) / 16_384)).toBe(0)
    const command = `"$0" "$1" queue export - --data "$2"`
    const through = (pipeline: string) =>
      execFileSync('bash', ['-o', 'pipefail', '-c', pipeline, process.execPath, main, lane])
    expect(through(`${command} | (sleep 1; cat)`).equals(readFileSync(file))).toBe(true)
    expect(() => through(`${command} | head -c 1`)).toThrow(expect.objectContaining({ status: 1 }))
    if (existsSync('/dev/full'))
      expect(() => through(`"$0" "$1" queue status --data "$2" > /dev/full`)).toThrow(/Command failed/)
  })

  it.each([
    ['queue', 'import', 'some-file'],
    ['hub', 'waiting', 'lane-1'],
    ['hub', 'verify'],
    ['hub', 'member', 'list'],
    ['day', 'report'],
  ])('never repeats what it found where the operator token should be: %s %s', async (...command) => {
    const file = path.join(folder, 'not-a-token')
    writeFileSync(file, 'four words\nof secret\n')
    const at = ['--hub', hub.url, '--operator-token-file', file, '--json']
    const ran = await facelane([...command, ...at])
    expect([ran.code, ran.stdout + ran.stderr]).toEqual([2, expect.not.stringContaining('words')])
    const address = await facelane([...command, '--hub', 'localhost:7410', ...at.slice(2)])
    expect([address.code, address.stderr]).toEqual([2, expect.stringContaining('--hub is the address')])
    const right = readFileSync(hub.operatorTokenFile, 'utf8').trim()
    expect(right).toMatch(/^\S{16,}$/)
  })
})
