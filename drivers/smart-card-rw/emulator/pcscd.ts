import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../../../src-main/contract/failure.ts'
import { lockDevice } from '../../byte-stream/device-lock.ts'

/** Where Debian and Fedora put vpcd's driver. */
const driverPaths = [
  '/usr/lib/pcsc/drivers/serial/libifdvpcd.so',
  '/usr/lib64/pcsc/drivers/serial/libifdvpcd.so',
]
const daemonPaths = ['/usr/sbin/pcscd', '/usr/bin/pcscd', '/sbin/pcscd']
const daemonSocket = '/run/pcscd/pcscd.comm'

/**
 * Why no virtual reader can be had here; null when one can. A service that runs already is the machine's own and left
 * alone; one that another emulator started is waited for.
 */
export async function virtualReaderProblem(): Promise<string | null> {
  if (daemonPath() === undefined) return 'pcscd is not installed'
  if (driverPath() === undefined) return 'vsmartcard-vpcd is not installed'
  if (process.getuid?.() !== 0) return 'pcscd needs root'
  if (!existsSync(daemonSocket) || !(await answers({ path: daemonSocket }))) return null
  return (await isEmulators()) ? null : 'another pcscd runs'
}

export interface VirtualReaders {
  /** Of vpcd's two readers, whose names end in `00 00` and `00 01`. */
  readonly ports: readonly [number, number]
  readonly name: string
  running(): boolean
  /** Starts the smart card service (again). */
  start(): Promise<void>
  /** As a crash ends it, with everything it has open. */
  kill(): Promise<void>
  close(): Promise<void>
}

const startLimitMs = 5000
/** The service has one socket on a machine, so emulators take turns. */
const turnLimitMs = 20_000
const turnName = 'pcscd-emulator'
export const virtualReaderName = 'Facelane Virtual'

/** The operating system's smart card service with two virtual readers, not started yet. */
export async function createVirtualReaders(port: number): Promise<VirtualReaders> {
  const problem = await virtualReaderProblem()
  if (problem !== null) throw noReaders(problem)
  const endTurn = await takeTurn()
  const folder = await mkdtemp(join(tmpdir(), 'facelane-pcscd-'))
  const channel = `0x${port.toString(16).toUpperCase()}`
  await writeFile(
    join(folder, 'vpcd.conf'),
    `FRIENDLYNAME "${virtualReaderName}"\nDEVICENAME /dev/null:${channel}\nLIBPATH ${driverPath() ?? ''}\nCHANNELID ${channel}\n`,
  )
  let daemon: ChildProcess | null = null

  const kill = async (): Promise<void> => {
    const ended = daemon
    daemon = null
    if (ended === null || ended.exitCode !== null || ended.signalCode !== null) return
    const exited = new Promise<void>((resolve) => ended.once('exit', () => resolve()))
    ended.kill('SIGKILL')
    await exited
  }

  return {
    ports: [port, port + 1],
    name: virtualReaderName,
    running: () => daemon !== null,
    async start() {
      if (daemon !== null) return
      // The socket of a daemon that was killed is still there, and would seem to be ready.
      await rm(daemonSocket, { force: true })
      // Should this process be killed, the service ends by itself a minute after its last client.
      const started = spawn(daemonPath() ?? 'pcscd', ['--foreground', '--auto-exit', '--config', folder], {
        stdio: 'ignore',
      })
      started.once('error', () => undefined)
      daemon = started
      const until = performance.now() + startLimitMs
      while (!(await isReady(port))) {
        if (performance.now() > until || started.exitCode !== null) {
          await kill()
          throw noReaders('pcscd did not start')
        }
        await sleep(20)
      }
    },
    kill,
    async close() {
      await kill()
      await rm(folder, { recursive: true, force: true })
      await endTurn()
    },
  }
}

async function takeTurn(): Promise<() => Promise<void>> {
  const until = performance.now() + turnLimitMs
  for (;;) {
    try {
      return await lockDevice('the smart card service', turnName)
    } catch (thrown) {
      if (performance.now() > until) throw thrown
      await sleep(100)
    }
  }
}

/** Whether the service that runs was started by an emulator, which keeps its turn as long. */
async function isEmulators(): Promise<boolean> {
  try {
    const release = await lockDevice('the smart card service', turnName)
    await release()
    return false
  } catch {
    return true
  }
}

async function isReady(port: number): Promise<boolean> {
  // A connection to the readers' ports would be a card: the kernel's table says whether they listen.
  return (await answers({ path: daemonSocket })) && (await listens(port)) && (await listens(port + 1))
}

async function listens(port: number): Promise<boolean> {
  const table = await readFile('/proc/net/tcp', 'utf8')
  return table.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`)
}

function answers(target: { readonly path: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(target)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function daemonPath(): string | undefined {
  return daemonPaths.find((path) => existsSync(path))
}

function driverPath(): string | undefined {
  return driverPaths.find((path) => existsSync(path))
}

function noReaders(problem: string): Failure {
  return new Failure({
    code: 'device.noVirtualReader',
    attempted: 'make a virtual smart card reader',
    remedy: 'staff',
    message: `No virtual smart card reader can be made: ${problem}. On Debian: apt-get install pcscd vsmartcard-vpcd, as root.`,
  })
}
