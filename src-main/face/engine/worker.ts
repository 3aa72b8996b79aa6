import type { MessagePort } from 'node:worker_threads'
import { parentPort, workerData } from 'node:worker_threads'
import { failureData } from '../../contract/failure.ts'
import { err, ok } from '../../contract/result.ts'
import { Pipeline } from './pipeline.ts'
import type { AnalyseRequest, WorkerMessage, WorkerRequest, WorkerSetup } from './protocol.ts'
import { loadPack } from './sessions.ts'

const port = requirePort()
const setup = workerData as WorkerSetup
const begun = performance.now()
let busy = true
let ending = false

function requirePort(): MessagePort {
  if (parentPort === null) throw new Error('The face engine runs in a worker thread')
  return parentPort
}

function post(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}

async function start(): Promise<Pipeline> {
  const pipeline = new Pipeline(await loadPack(setup.packDir, setup.pack, setup.threads))
  await pipeline.warmUp(setup.limits)
  return pipeline
}

async function answer(pipeline: Pipeline, request: AnalyseRequest): Promise<void> {
  const { kind: _, id, frame, ...options } = request
  try {
    const analysis = await pipeline.analyse(frame, { ...options, limits: setup.limits })
    const buffer = analysis.embedding?.buffer
    post({ kind: 'analysed', id, result: ok(analysis) }, buffer instanceof ArrayBuffer ? [buffer] : [])
  } catch (thrown) {
    post({ kind: 'analysed', id, result: err(failureData(thrown)) })
  } finally {
    pipeline.erase()
  }
}

async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  busy = true
  Atomics.store(setup.inNativeCode, 0, 1)
  try {
    return await work()
  } finally {
    Atomics.store(setup.inNativeCode, 0, 0)
    Atomics.notify(setup.inNativeCode, 0)
    busy = false
    if (ending) port.close()
  }
}

function end(): void {
  ending = true
  if (!busy) port.close()
}

// Listening from the beginning, so that it can be ended while it loads.
let analyse: ((request: AnalyseRequest) => void) | undefined
port.on('message', (request: WorkerRequest) => {
  if (request.kind === 'end') end()
  else analyse?.(request)
})

try {
  const pipeline = await whileBusy(start)
  analyse = (request) => void whileBusy(() => answer(pipeline, request))
  post({ kind: 'started', result: ok({ startedInMs: performance.now() - begun }) })
} catch (thrown) {
  post({ kind: 'started', result: err(failureData(thrown)) })
  port.close()
}
