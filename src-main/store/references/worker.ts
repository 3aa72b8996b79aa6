import { parentPort, workerData } from 'node:worker_threads'
import { failureData } from '../../contract/failure.ts'
import { openForReading } from '../database.ts'
import { storeFailure } from '../errors.ts'
import { loadPages } from './load-pages.ts'
import type { Page, WorkerAnswer, WorkerRequest, WorkerSetup } from './protocol.ts'
import { createReferenceOpener } from './reference-opener.ts'
import { reissuePages } from './reissue-pages.ts'

if (parentPort === null) throw new Error('This file runs as a worker thread')
const port = parentPort
const { dataDir, keys, rowsAPage, task } = workerData as WorkerSetup

const attempted = 'read the references'
const answering = pages()

port.on('message', (request: WorkerRequest) => {
  if (request === 'stop') return stop()
  try {
    const { done, value } = answering.next()
    if (done === true) answer({ kind: 'end' })
    else answer({ kind: 'page', page: value }, 'owners' in value ? [value.rows.buffer as ArrayBuffer] : [])
  } catch (thrown) {
    answer({ kind: 'failed', failure: failureData(storeFailure(thrown, attempted)) })
  }
})

function* pages(): Generator<Page, undefined> {
  const db = openForReading(dataDir)
  try {
    const opener = createReferenceOpener(keys)
    if (task.kind === 'load') yield* loadPages(db, opener, { ...task, rowsAPage })
    else yield* reissuePages(db, keys, opener, rowsAPage)
  } finally {
    db.close()
  }
}

function answer(message: WorkerAnswer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}

function stop(): void {
  answering.return(undefined)
  for (const key of [keys.sealing, keys.transform, ...keys.retiring.map((entry) => entry.key)])
    key.bytes.fill(0)
  port.close()
}
