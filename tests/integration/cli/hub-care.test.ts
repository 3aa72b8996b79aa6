import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WireEntry } from '../../../src-main/contract/journal.ts'
import { newKey, saleCompleted, temporaryFolder, TestJournal, TestLane } from '../hub/harness.ts'
import { type HubProcess, startHubProcess } from '../hub/hub-process.ts'
import { answerOf, facelane } from './run.ts'

let folder: string
let hubFolder: string
let hub: HubProcess
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facelane-hub-care-'))
  hubFolder = await temporaryFolder()
  hub = await startHubProcess(hubFolder)
}, 120_000)
afterAll(async () => {
  await hub.stop()
  rmSync(folder, { recursive: true, force: true })
  rmSync(hubFolder, { recursive: true, force: true })
})

const nobody = 'http://127.0.0.1:9'
const atHub = (url = hub.url) => ['--hub', url, '--operator-token-file', hub.operatorTokenFile]
const care = (...args: string[]) => facelane(['hub', ...args, ...atHub(), '--json'])

/** A lane with one sale, known to the hub. */
async function lane(laneId: string): Promise<{ lane: TestLane; journal: TestJournal }> {
  const it = new TestLane(hub.url, laneId)
  await it.join(readFileSync(hub.joinTokenFile, 'utf8').trim())
  await it.openSession()
  const journal = new TestJournal(it)
  journal.genesis()
  sell(journal)
  await send(it, journal.entries)
  return { lane: it, journal }
}

function sell(journal: TestJournal): void {
  const saleId = newKey()
  journal.add(saleCompleted(saleId), { kind: 'sale', id: saleId })
}

async function send(to: TestLane, entries: readonly WireEntry[]): Promise<void> {
  expect((await to.call('append', { entries })).status).toBe(200)
}

/** The same with an entry that this hub cannot read, which waits for a person. */
async function parked(laneId: string): Promise<{ place: string }> {
  const { lane: it, journal } = await lane(laneId)
  journal.addRaw('sale.odd', Buffer.from('hello'), { kind: 'sale', id: newKey() })
  await send(it, journal.entries)
  return { place: `${journal.epoch}/2` }
}

/** A lane whose disk was copied, and both of which sold on. */
async function forked(laneId: string): Promise<{ fork: string }> {
  const { lane: it, journal } = await lane(laneId)
  const branch = journal.branch()
  sell(journal)
  await send(it, journal.entries)
  sell(branch)
  await send(it, branch.entries.slice(2))
  return { fork: branch.entries[2]?.hash ?? '' }
}

describe('facelane hub: what waits for a person', () => {
  it('waiting and aside: names a parked entry, and leaves it out with the reason', async () => {
    const { place } = await parked('lane-parked')
    const before = await care('waiting', 'lane-parked')
    expect([before.code, answerOf(before)]).toMatchObject([0, { ok: true, parked: [{ reason: 'notJson' }] }])
    const told = await facelane(['hub', 'waiting', 'lane-parked', ...atHub()])
    expect(told.stdout).toBe(`parked ${place}: notJson\n0 set aside\n`)
    const aside = await care('aside', 'lane-parked', place, '--reason', 'a test entry')
    expect([aside.code, answerOf(aside)]).toMatchObject([0, { ok: true, parked: 0 }])
    expect(answerOf(await care('waiting', 'lane-parked'))).toMatchObject({
      parked: [],
      setAside: [{ decidedReason: 'a test entry' }],
    })
    const again = await care('aside', 'lane-parked', place, '--reason', 'once more')
    expect([again.code, answerOf(again)]).toMatchObject([
      1,
      { ok: false, error: { code: 'hub.operatorRefused', nativeCode: 'parked.unknown' } },
    ])
  })

  it('reapply: tries again what is parked, and says how much is left', async () => {
    await parked('lane-again')
    const ran = await care('reapply', 'lane-again')
    expect([ran.code, answerOf(ran)]).toEqual([0, { ok: true, applied: 0, parked: 1 }])
  })

  it('fork: lists a copied lane’s journal and takes it in, once', async () => {
    const { fork } = await forked('lane-fork')
    expect(answerOf(await care('fork', 'list'))).toMatchObject({
      ok: true,
      forks: [{ laneId: 'lane-fork', forkKey: fork, sales: 1 }],
    })
    const taken = await care('fork', 'import', 'lane-fork', fork)
    expect([taken.code, answerOf(taken)]).toMatchObject([0, { ok: true, entries: 1 }])
    expect(answerOf(await care('fork', 'list'))).toEqual({ ok: true, forks: [] })
    const again = await care('fork', 'import', 'lane-fork', fork)
    expect([again.code, answerOf(again)]).toMatchObject([1, { error: { nativeCode: 'fork.unknown' } }])
  })

  it.each([
    ['waiting', 'lane-nobody'],
    ['reapply', 'lane-nobody'],
  ])('%s: a lane that the hub does not know is refused, not found empty', async (...args) => {
    const ran = await care(...args)
    expect([ran.code, answerOf(ran)]).toMatchObject([
      1,
      { ok: false, error: { code: 'hub.operatorRefused', nativeCode: 'lane.unknown' } },
    ])
  })
})

describe('facelane hub: backups', () => {
  it('backup and restore: a running hub’s copy starts in a new folder and knows the lane’s sale', async () => {
    await lane('lane-saved')
    const to = path.join(folder, 'backup')
    const made = await facelane(['hub', 'backup', to, '--data', hubFolder, '--json'])
    expect([made.code, answerOf(made)]).toMatchObject([0, { ok: true, files: expect.any(Number) }])
    const over = await facelane(['hub', 'backup', to, '--data', hubFolder, '--json'])
    expect([over.code, answerOf(over)]).toMatchObject([1, { error: { code: 'hub.backupExists' } }])

    const newFolder = await temporaryFolder()
    const target = path.join(newFolder, 'hub')
    const put = await facelane(['hub', 'restore', to, '--data', target, '--json'])
    expect([put.code, answerOf(put)]).toMatchObject([0, { ok: true, dataDir: target }])
    const twice = await facelane(['hub', 'restore', to, '--data', target, '--json'])
    expect([twice.code, answerOf(twice)]).toMatchObject([1, { error: { code: 'hub.restoreOver' } }])
    const restored = await startHubProcess(target)
    const args = ['--hub', restored.url, '--operator-token-file', restored.operatorTokenFile, '--json']
    const verified = await facelane(['hub', 'verify', ...args])
    expect([verified.code, answerOf(verified)]).toMatchObject([0, { ok: true, balanced: true }])
    expect((await facelane(['hub', 'waiting', 'lane-saved', ...args])).code).toBe(0)
    expect(await restored.stop()).toBe(0)
    rmSync(newFolder, { recursive: true, force: true })
  }, 120_000)

  it('backed-up: tells the lanes what an own backup holds, and refuses one from the future', async () => {
    await lane('lane-told')
    const done = await care('backed-up', '--up-to', new Date().toISOString())
    expect([done.code, answerOf(done)]).toMatchObject([0, { ok: true, backedUp: [] }])
    const future = await care('backed-up', '--up-to', '2999-01-01T00:00:00Z')
    expect([future.code, answerOf(future)]).toMatchObject([
      1,
      { error: { nativeCode: 'backup.inTheFuture' } },
    ])
  })

  it('restored: leaves word for the next start, and refuses a folder that is not there', async () => {
    const dataDir = mkdtempSync(path.join(folder, 'by-url-'))
    const noted = await facelane(['hub', 'restored', '--data', dataDir, '--json'])
    expect([noted.code, answerOf(noted)]).toEqual([0, { ok: true, dataDir }])
    expect(existsSync(path.join(dataDir, 'restored'))).toBe(true)
    const gone = await facelane(['hub', 'restored', '--data', path.join(folder, 'gone'), '--json'])
    expect([gone.code, answerOf(gone)]).toMatchObject([1, { error: { code: 'hub.noDataFolder' } }])
  })

  it.each([
    ['backup', ['backup', 'to-nowhere'], 'hub.notEmbedded'],
    ['restore', ['restore', 'from-nowhere'], 'hub.notABackup'],
  ])('%s: refuses a folder without a hub, and leaves nothing behind', async (_action, args, code) => {
    const empty = mkdtempSync(path.join(folder, 'empty-'))
    const [action = '', name = ''] = args
    const other = path.join(folder, name)
    const ran = await facelane(['hub', action, other, '--data', empty, '--json'])
    expect([ran.code, answerOf(ran)]).toMatchObject([1, { ok: false, error: { code } }])
    expect(existsSync(other)).toBe(false)
  })
})

/** Every command that asks a running hub, with what it needs. */
const asking: readonly (readonly [string, readonly string[]])[] = [
  ['backed-up', ['backed-up', '--up-to', '2026-01-01T00:00:00Z']],
  ['waiting', ['waiting', 'lane-1']],
  ['reapply', ['reapply', 'lane-1']],
  ['fork list', ['fork', 'list']],
  ['fork import', ['fork', 'import', 'lane-1', 'a'.repeat(64)]],
  ['aside', ['aside', 'lane-1', 'a'.repeat(64), '--reason', 'why']],
  ['verify', ['verify']],
]

describe('facelane hub, told wrongly', () => {
  it.each(['backup', 'restore', 'restored', 'backed-up', 'waiting', 'reapply', 'fork', 'aside', 'verify'])(
    '%s --help explains itself and does nothing',
    async (action) => {
      const ran = await facelane(['hub', action, '--help'])
      expect([ran.code, ran.stderr]).toEqual([0, ''])
      expect(ran.stdout).toContain(`facelane hub ${action}`)
    },
  )

  it.each(asking)('%s: a hub that is not there is said in one object, exit code 1', async (_name, args) => {
    const ran = await facelane(['hub', ...args, ...atHub(nobody), '--json'])
    expect([ran.code, answerOf(ran)]).toMatchObject([1, { ok: false, error: { code: 'hub.unreachable' } }])
    expect(ran.stderr).toContain(nobody)
  })

  it.each(asking)('%s: without a token it does not call at all, exit code 2', async (_name, args) => {
    const ran = await facelane(['hub', ...args, '--hub', hub.url, '--json'])
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('--operator-token-file')
  })

  it.each([
    ['backup without a folder', ['backup'], 'Say where to'],
    ['restore without a folder', ['restore'], 'Say from where'],
    ['restore without a new folder', ['restore', 'somewhere'], '--data is the new, empty data folder'],
    ['backed-up without a time', ['backed-up'], '--up-to'],
    ['backed-up with no time at all', ['backed-up', '--up-to', 'yesterday'], '--up-to is a time'],
    ['waiting without a lane', ['waiting'], 'Say which lane'],
    ['reapply without a lane', ['reapply'], 'Say which lane'],
    ['fork with a verb nobody knows', ['fork', 'eat'], 'fork list'],
    ['fork import without a fork', ['fork', 'import', 'lane-1'], 'Say which'],
    ['aside without a reason', ['aside', 'lane-1', 'x'], '--reason says why'],
    ['aside without an entry', ['aside', 'lane-1', '--reason', 'why'], 'Say which entry'],
    ['an option nobody knows', ['waiting', 'lane-1', '--bogus'], '--bogus'],
  ])('%s is refused with exit code 2 and a reason', async (_title, args, reason) => {
    const needsHub = !['backup', 'restore'].includes(args[0] ?? '')
    const ran = await facelane(['hub', ...args, ...(needsHub ? atHub() : []), '--json'])
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain(reason)
  })
})
