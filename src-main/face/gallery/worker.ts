import type { MessagePort } from 'node:worker_threads'
import { parentPort, workerData } from 'node:worker_threads'
import { BlockDealer } from './dealer.ts'
import type { SearchRequest, WorkerMessage, WorkerSetup } from './protocol.ts'
import { Scanner } from './scanner.ts'

const port = requirePort()
const { module, memory, layout, thread } = workerData as WorkerSetup
const scanner = new Scanner(module, memory, layout, thread)
const dealer = new BlockDealer(memory)

function requirePort(): MessagePort {
  if (parentPort === null) throw new Error('The gallery is searched in worker threads')
  return parentPort
}

function post(message: WorkerMessage): void {
  port.postMessage(message)
}

port.on('message', ({ id, ...request }: SearchRequest) => {
  const { hits, blocks } = scanner.search(request, () => dealer.next(id))
  request.probe.fill(0)
  post({ kind: 'found', id, hits, blocks })
})
post({ kind: 'ready' })
