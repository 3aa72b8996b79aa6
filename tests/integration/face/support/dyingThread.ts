import { parentPort } from 'node:worker_threads'

/** A search thread that comes up and dies of its first search. */
parentPort?.on('message', () => process.exit(3))
parentPort?.postMessage({ kind: 'ready' })
