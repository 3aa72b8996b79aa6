import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure, failureData } from '../../src-main/contract/failure.ts'
import { systemCause } from '../port/failures.ts'
import { createSubscriptions, type Unsubscribe } from '../port/subscriptions.ts'
import { openLoopbackEnd } from './loopback-end.ts'
import { openPseudoTerminalEnd, type PseudoTerminalMaker } from './pseudo-terminal-end.ts'

/** How the port came to be. `tcp` is no serial port at all: the same bytes over the loopback. */
export type VirtualSerialKind = PseudoTerminalMaker | 'tcp'

/** One plugged-in life of the far end. */
export interface VirtualEnd {
  write(bytes: Uint8Array): void
  /** Pulls the plug; settles when the near end has vanished. */
  unplug(): Promise<void>
}

export interface VirtualSerial {
  /** What a driver opens: `serial:PATH?baud=N` or `tcp://127.0.0.1:PORT`; the same after a replug. */
  readonly address: string
  readonly how: VirtualSerialKind
  /** Sends to the driver. What is sent while unplugged is lost. */
  write(bytes: Uint8Array): void
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe
  plugged(): boolean
  unplug(): Promise<void>
  replug(): Promise<void>
  close(): Promise<void>
}

export interface VirtualSerialOptions {
  readonly baud: number
  /** Where the port appears; a fresh temporary folder when left out. */
  readonly link?: string | undefined
  /** Tried in this order; the first that works on this machine is used. */
  readonly kinds?: readonly VirtualSerialKind[] | undefined
}

/**
 * A serial port with one end in the file system and the other in this process. Nothing outlives this process: the
 * helpers end when their standard input does, which the operating system sees to even after a SIGKILL.
 */
export async function openVirtualSerial(options: VirtualSerialOptions): Promise<VirtualSerial> {
  const kinds = options.kinds ?? ['socat', 'python3', 'tcp']
  const causes: string[] = []
  for (const how of kinds) {
    try {
      return await openKind(how, options)
    } catch (thrown) {
      causes.push(`${how}: ${failureData(thrown).message}`)
    }
  }
  throw new Failure({
    code: 'device.noVirtualSerial',
    attempted: `make a virtual serial port by ${kinds.join(', ')}`,
    remedy: 'staff',
    message: `No virtual serial port could be made (${causes.join('; ')}). Install socat.`,
  })
}

async function openKind(how: VirtualSerialKind, options: VirtualSerialOptions): Promise<VirtualSerial> {
  const received = createSubscriptions<Uint8Array>()
  const deliver = (bytes: Uint8Array): void => received.emit(bytes)
  let folder: string | null = null
  let port = 0
  const path = async (): Promise<string> => {
    if (options.link !== undefined) return options.link
    folder ??= await mkdtemp(join(tmpdir(), 'facelane-port-'))
    return join(folder, 'port')
  }
  const link = how === 'tcp' ? '' : await path()
  const plugIn = async (): Promise<VirtualEnd> => {
    if (how !== 'tcp') return openPseudoTerminalEnd(how, link, deliver)
    const end = await openLoopbackEnd(port, deliver)
    port = end.port
    return end
  }
  const removeFolder = async (): Promise<void> => {
    if (folder !== null) await rm(folder, { recursive: true, force: true })
  }

  let end: VirtualEnd | null
  try {
    end = await plugIn()
  } catch (thrown) {
    await removeFolder()
    throw new Failure({
      code: 'device.noVirtualSerial',
      attempted: `make a virtual serial port by ${how}`,
      remedy: 'staff',
      message: failureData(thrown).message,
      cause: systemCause(thrown, `start ${how}`),
    })
  }

  /** Plugging and unplugging take turns: the old end must be gone before a new one takes its path. */
  let turn: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
  const unplug = (): Promise<void> => {
    const pulled = end
    end = null
    return inTurn(async () => {
      await pulled?.unplug()
      // One that a replug before us in the queue has made meanwhile.
      const later = end
      end = null
      await later?.unplug()
    })
  }
  return {
    address: how === 'tcp' ? `tcp://127.0.0.1:${port}` : `serial:${link}?baud=${options.baud}`,
    how,
    write: (bytes) => end?.write(bytes),
    onData: (listener) => received.add(listener),
    plugged: () => end !== null,
    unplug,
    replug: () =>
      inTurn(async () => {
        end ??= await plugIn()
      }),
    async close() {
      await unplug()
      await removeFolder()
    },
  }
}
