import { parentPort, workerData } from 'node:worker_threads'
import { fuzz } from './harness.ts'
import { targets } from './targets.ts'

/** What the test orders; `beat` is where the worker writes how far it is. */
export interface FuzzOrder {
  readonly name: string
  readonly frames: number
  readonly seed: number
  readonly beat: SharedArrayBuffer
}

const { name, frames, seed, beat } = workerData as FuzzOrder
const target = targets.find((candidate) => candidate.name === name)
if (target === undefined) throw new Error(`There is no parser called ${name}`)
const counter = new Int32Array(beat)
parentPort?.postMessage(fuzz(target, frames, seed, (frame) => Atomics.store(counter, 0, frame)))
