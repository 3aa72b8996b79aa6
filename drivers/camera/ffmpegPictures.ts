import { spawn } from 'node:child_process'
import { MjpegSplitter } from './mjpegSplitter.ts'

/** How the program ended: `spawn` when it could not even be started, with the system's code. */
export interface PictureEnd {
  readonly spawn: string | null
  /** The last lines it wrote on standard error. */
  readonly says: string
}

export interface PictureSource {
  /** Ends the program, also one that hangs; resolves when it is gone, at the latest after a second. */
  stop(): Promise<void>
}

export interface PictureEvents {
  /** One whole JPEG; the bytes are the listener's. */
  picture(jpeg: Uint8Array): void
  /** Once, not after `stop`. */
  ended(end: PictureEnd): void
}

const saidLength = 2000
/** A program that waits in the kernel for a dead device cannot be killed; it is left to the operating system then. */
const stopLimitMs = 1000

/** Runs a program that writes JPEGs one after the other to its standard output. */
export function startPictures(
  program: string,
  args: readonly string[],
  events: PictureEvents,
): PictureSource {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const splitter = new MjpegSplitter()
  let says = ''
  let spawnError: string | null = null
  let stopped = false
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      splitter.reset()
      resolve()
      if (!stopped) events.ended({ spawn: spawnError, says: says.trim() })
    })
  })
  child.once('error', (error: NodeJS.ErrnoException) => (spawnError = error.code ?? error.message))
  child.stderr.on('data', (text: Buffer) => (says = (says + text.toString()).slice(-saidLength)))
  child.stdout.on('data', (bytes: Buffer) => {
    for (const jpeg of stopped ? [] : splitter.push(bytes)) events.picture(jpeg)
    // Faces: what the pipe held is not left in memory.
    bytes.fill(0)
  })
  return {
    stop() {
      stopped = true
      // Nothing of it is kept, so there is nothing to end cleanly; the kernel stops the camera with the process.
      child.kill('SIGKILL')
      return Promise.race([gone, limit()])
    },
  }
}

function limit(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, stopLimitMs).unref())
}
