import { chmodSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CliIo } from '../../../src-main/cli/command.ts'
import { command } from '../../../src-main/cli/commands/keys.ts'
import { laneDataDir } from '../../../src-main/cli/paths.ts'
import { openStore, random, tamper, temporaryFolder } from '../store/fixtures.ts'
import { enrolPeople, loadAll } from '../store/people.ts'
import { answerOf, facelane } from './run.ts'

/** A store in a box whose lane is stopped, with somebody enrolled. */
function stoppedLane(people: number): string {
  const folder = temporaryFolder()
  const { store } = openStore(laneDataDir(folder))
  enrolPeople(store, people)
  store.close()
  return folder
}

const unexpected = (said: unknown) => {
  throw new Error(`Said although it was stopped: ${JSON.stringify(said)}`)
}

const keys = async (folder: string, action: string) =>
  answerOf(await facelane(['keys', action, '--data', folder, '--json']))

describe('facelane keys', () => {
  it('rotates the keys of a stopped lane without anybody enrolling again', async () => {
    const folder = stoppedLane(60)
    const settled = { ok: true, custody: 'files', readableByOthers: [], rotation: 'none' }
    const counts = { current: 60, toReissue: 0, lost: 0 }
    expect(await keys(folder, 'status')).toEqual({ ...settled, references: counts })
    expect(await keys(folder, 'rotate')).toEqual({
      ok: true,
      rotation: 'begun',
      reissued: 60,
      unreadable: 0,
      destroyedKeys: 2,
    })
    expect(await keys(folder, 'status')).toEqual({ ...settled, references: counts })
    const { store, epochBeginning } = openStore(laneDataDir(folder))
    expect([(await loadAll(store)).rows.size, epochBeginning]).toEqual([60, null])
  })

  it('says in words what it did, with its progress beside', async () => {
    const folder = stoppedLane(120)
    const rotated = await facelane(['keys', 'rotate', '--data', folder])
    expect(rotated).toMatchObject({
      code: 0,
      stdout: '120 references issued under the new keys; 2 old keys destroyed.\n',
    })
    expect(rotated.stderr).toContain('of 120 references')
    const { stdout } = await facelane(['keys', 'status', '--data', folder])
    expect(stdout).toContain('references: 120 current, 0 to be re-issued, 0 under lost keys')
  })

  it('can be stopped: what is left is done the next time', async () => {
    const folder = stoppedLane(300)
    const stopping = new AbortController()
    // Stopped from within, as Ctrl-C would: a signal to a process may come after its work is done.
    const io: CliIo = {
      out: unexpected,
      answer: unexpected,
      say: () => {
        stopping.abort()
      },
      env: {},
      stop: stopping.signal,
    }
    await expect(command.run(['rotate', '--data', folder], io)).rejects.toMatchObject({
      code: 'keys.rotationStopped',
    })
    const cut = (await keys(folder, 'status')) as { references: { toReissue: number } }
    expect(cut).toMatchObject({ rotation: 'underWay', references: { lost: 0 } })
    expect(await keys(folder, 'rotate')).toMatchObject({
      rotation: 'resumed',
      reissued: cut.references.toReissue,
      destroyedKeys: 2,
    })
  })

  it('may look while the lane runs, and rotates nothing then', async () => {
    const folder = stoppedLane(3)
    openStore(laneDataDir(folder))
    expect(await keys(folder, 'status')).toMatchObject({ ok: true, rotation: 'none' })
    expect(await keys(folder, 'rotate')).toMatchObject({ ok: false, error: { code: 'store.inUse' } })
  })

  it('leaves a note where the operating system holds the keys', async () => {
    const folder = temporaryFolder()
    const keyCustody = { kind: 'osKeyStore', wrappingKey: random.bytes(32) } as const
    openStore(laneDataDir(folder), { keyCustody }).store.close()
    expect(await keys(folder, 'rotate')).toEqual({ ok: true, rotation: 'waiting' })
    expect(await keys(folder, 'status')).toMatchObject({ custody: 'osKeyStore', rotation: 'waiting' })
    expect(openStore(laneDataDir(folder), { keyCustody }).rotation).toBe('begun')
  })

  it('counts the references of a database of the release before as waiting', async () => {
    const folder = stoppedLane(4)
    tamper(
      laneDataDir(folder),
      `DROP INDEX reference_by_keys; ALTER TABLE reference DROP COLUMN transform_key_id;
       DELETE FROM meta WHERE name = 'transformKeyId'; PRAGMA user_version = 40; ALTER TABLE subject DROP COLUMN last_used_at_ms`,
    )
    rmSync(path.join(laneDataDir(folder), 'keys', 'transform.key'))
    expect(await keys(folder, 'status')).toMatchObject({
      custody: null,
      references: { current: 0, toReissue: 4, lost: 0 },
    })
  })

  it('says where there is no lane yet, and when a word makes no sense', async () => {
    expect(await keys(temporaryFolder(), 'rotate')).toMatchObject({ error: { code: 'store.notFound' } })
    expect((await facelane(['keys', 'turn'])).code).toBe(2)
  })
})

describe('facelane doctor', () => {
  const faceKeys = async (folder: string): Promise<unknown> => {
    const { findings } = answerOf(await facelane(['doctor', '--data', folder, '--json'])) as {
      findings: { name: string }[]
    }
    return findings.find(({ name }) => name === 'face keys')
  }

  it('says where the face keys lie, and that others could read them', async () => {
    const folder = stoppedLane(1)
    expect(await faceKeys(folder)).toMatchObject({
      ok: true,
      says: expect.stringContaining('0600') as string,
    })
    chmodSync(path.join(laneDataDir(folder), 'keys', 'face.key'), 0o644)
    expect(await faceKeys(folder)).toMatchObject({
      ok: false,
      says: expect.stringContaining('face.key can be read by other users') as string,
    })
    expect(await faceKeys(temporaryFolder())).toMatchObject({
      ok: true,
      says: expect.stringContaining('none yet') as string,
    })
  })
})
