import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { wireEntrySchema } from '../../../src-main/contract/journal.ts'
import { queueExport } from '../../../src-main/journal/exporting.ts'
import { queueStatus, queueVerify } from '../../../src-main/journal/queue.ts'
import { appendOne, openStore, tamper, temporaryFolder } from '../store/fixtures.ts'

async function exportText(dataDir: string, after?: { epoch: string; seq: number }) {
  const to = new PassThrough()
  const read = text(to)
  const result = await queueExport(dataDir, { to, ...(after === undefined ? {} : { after }) })
  to.end()
  return { ...result, lines: (await read).split('\n').slice(0, -1) }
}

describe('the queue of a data folder', () => {
  it('can be looked at beside the running lane', async () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    const first = appendOne(store)
    const last = appendOne(store)
    store.journal.acknowledge(first)
    expect(await queueStatus(dataDir)).toEqual({
      laneId: 'lane-1',
      head: last,
      acked: first,
      pendingCount: 1,
      oldestPendingAtMs: expect.any(Number) as number,
      archived: 0,
      dropped: 0,
    })
  })

  it('is verified with progress, and a change is named', async () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    for (let count = 0; count < 450; count += 1) appendOne(store)
    const progress: number[] = []
    const report = await queueVerify(dataDir, {
      from: 'genesis',
      onProgress: (entries) => progress.push(entries),
    })
    expect(report).toMatchObject({ ok: true, entries: 451, epoch: store.journal.epoch })
    expect(progress).toEqual([200, 400])
    store.close()
    tamper(dataDir, 'UPDATE journal SET at_ms = 0 WHERE seq = 300')
    expect((await queueVerify(dataDir, { from: 'genesis' })).problem).toMatchObject({
      seq: 300,
      kind: 'hashMismatch',
    })
  })

  it('is exported as one wire entry a line, all or after a position', async () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    const first = appendOne(store)
    appendOne(store)
    const all = await exportText(dataDir)
    expect(all.entries).toBe(3)
    const seqs = all.lines.map((line) => wireEntrySchema.parse(JSON.parse(line)).header.seq)
    expect(seqs).toEqual([0, 1, 2])
    expect(await exportText(dataDir, first)).toMatchObject({ entries: 1, lines: [all.lines[2]] })
  })

  it('says by name what cannot be read or found', async () => {
    const dataDir = temporaryFolder()
    await expect(queueStatus(dataDir)).rejects.toMatchObject({ code: 'store.notFound' })
    openStore(dataDir)
    const nowhere = { epoch: '0'.repeat(32), seq: 9 }
    await expect(exportText(dataDir, nowhere)).rejects.toMatchObject({ code: 'queue.noSuchEntry' })
  })

  it('verifies while another process goes on selling', async () => {
    const dataDir = temporaryFolder()
    openStore(dataDir).store.close()
    const committer = path.join(import.meta.dirname, '..', 'store', 'committer.ts')
    const child = spawn(process.execPath, [committer, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'close')
    try {
      await once(child.stdout, 'data')
      child.stdout.resume()
      let checked = 0
      for (let round = 0; round < 10; round += 1) {
        const report = await queueVerify(dataDir, { from: 'genesis' })
        expect(report).toMatchObject({ ok: true })
        expect(report.entries).toBeGreaterThanOrEqual(checked)
        checked = report.entries
      }
    } finally {
      child.kill('SIGKILL')
      await ended
    }
  })
})
