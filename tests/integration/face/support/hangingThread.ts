import { parentPort } from 'node:worker_threads'

/** A search thread that comes up and never answers. */
parentPort?.on('message', () => undefined)
parentPort?.postMessage({ kind: 'ready' })
