import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { closeSync, constants, lstatSync, openSync, rmSync, statSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VirtualEnd } from './virtual-serial.ts'

export type PseudoTerminalMaker = 'socat' | 'python3'

/** A helper that has not made the port after this long never will. */
const startLimitMs = 5000

/** Ends by itself when standard input does, as socat does. */
const pythonHelper = `
import os, pty, select, sys, tty
link = sys.argv[1]
master, slave = pty.openpty()
tty.setraw(slave)
os.symlink(os.ttyname(slave), link)
try:
    while True:
        for ready in select.select([0, master], [], [])[0]:
            data = os.read(ready, 65536)
            if not data:
                sys.exit(0)
            target = master if ready == 0 else 1
            while data:
                data = data[os.write(target, data):]
finally:
    os.unlink(link)
`

type Helper = ChildProcessByStdio<Writable, Readable, Readable>

/** Makes a pseudo-terminal with its near end at `link`, whose far end is the helper's standard input and output. */
export async function openPseudoTerminalEnd(
  maker: PseudoTerminalMaker,
  link: string,
  deliver: (bytes: Uint8Array) => void,
): Promise<VirtualEnd> {
  removeStaleLink(link)
  const helper = start(maker, link)
  const ended = new Promise<void>((resolve) => helper.once('close', () => resolve()))
  helper.stdin.on('error', () => undefined)
  helper.stdout.on('data', (bytes: Buffer) => deliver(bytes))
  const hold = await waitForPort(helper, link)
  return {
    write: (bytes) => void helper.stdin.write(bytes),
    async unplug() {
      helper.kill('SIGKILL')
      await ended
      closeSync(hold)
      removeStaleLink(link)
    },
  }
}

function start(maker: PseudoTerminalMaker, link: string): Helper {
  const [command, args] =
    maker === 'socat'
      ? ['socat', [`pty,raw,echo=0,link=${link}`, 'STDIO']]
      : ['python3', ['-c', pythonHelper, link]]
  // Out of the terminal's reach: Ctrl-C is for the lane, which closes its ports in order.
  return spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
}

/**
 * Waits for the near end and keeps it open: a pseudo-terminal that nobody holds reports an error to its far end, and
 * the helper would end each time a driver closes the port.
 */
async function waitForPort(helper: Helper, link: string): Promise<number> {
  let problem: string | null = null
  let stderr = ''
  helper.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
  helper.once('error', (error) => (problem = error.message))
  helper.once('exit', (code) => (problem ??= `ended with code ${code}: ${stderr.trim()}`))
  const until = performance.now() + startLimitMs
  while (performance.now() < until) {
    if (problem !== null) throw new Error(problem)
    if (isCharacterDevice(link)) {
      return openSync(link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
    }
    await sleep(5)
  }
  helper.kill('SIGKILL')
  throw new Error(`no port after ${startLimitMs} ms`)
}

function isCharacterDevice(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isCharacterDevice() === true
}

/** A helper that was killed leaves its link behind. Anything but a link is somebody's: socat would replace it. */
function removeStaleLink(link: string): void {
  const found = lstatSync(link, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSymbolicLink()) throw new Error(`${link} exists and is no link`)
  rmSync(link)
}
