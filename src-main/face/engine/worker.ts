import type { MessagePort } from 'node:worker_threads'
import { parentPort, workerData } from 'node:worker_threads'
import { failureData } from '../../contract/failure.ts'
import { err, ok } from '../../contract/result.ts'
import { Pipeline } from './pipeline.ts'
import type { AnalyseRequest, WorkerMessage, WorkerSetup } from './protocol.ts'
import { loadPack } from './sessions.ts'

const port = requirePort()
const setup = workerData as WorkerSetup
const begun = performance.now()

function requirePort(): MessagePort {
  if (parentPort === null) throw new Error('The face engine runs in a worker thread')
  return parentPort
}

function post(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}

async function answer(pipeline: Pipeline, request: AnalyseRequest): Promise<void> {
  const { id, frame, ...options } = request
  try {
    const analysis = await pipeline.analyse(frame, { ...options, limits: setup.limits })
    const buffer = analysis.embedding?.buffer
    post({ kind: 'analysed', id, result: ok(analysis) }, buffer instanceof ArrayBuffer ? [buffer] : [])
  } catch (thrown) {
    post({ kind: 'analysed', id, result: err(failureData(thrown)) })
  }
}

try {
  const pipeline = new Pipeline(await loadPack(setup.packDir, setup.pack, setup.threads))
  await pipeline.warmUp(setup.limits)
  port.on('message', (request: AnalyseRequest) => void answer(pipeline, request))
  post({ kind: 'started', result: ok({ startedInMs: performance.now() - begun }) })
} catch (thrown) {
  post({ kind: 'started', result: err(failureData(thrown)) })
}
