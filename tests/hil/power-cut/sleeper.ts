import { rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { planEnvironment } from '../../chaos/hooks/plan.ts'
import { guestNode, startGuest, type Guest } from '../machine/guest.ts'
import { guestDisk, makeInitrd } from '../machine/initrd.ts'
import { rootModules, type Kernel } from '../machine/kernel.ts'
import { connectQmp, type Qmp } from '../machine/qmp.ts'

export interface SleeperOptions {
  readonly what: 'lane' | 'hub'
  readonly kernel: Kernel
  readonly rootImage: string
  /** The guest's own disk: when the machine sleeps, this file is the disk it will wake up with. */
  readonly disk: string
  /** What the program in the guest is told. */
  readonly args: readonly string[]
  readonly workDir: string
  readonly root: string
  readonly onLine: (line: string) => void
}

/** A machine that sleeps, ready to sell, and can be woken up again and again from where it was. */
export interface Sleeper {
  /** Wakes it with `disk`, a copy of its own, and writes all it does to that to `log`. */
  wake(disk: string, log: string, onLine: (line: string) => void): Promise<Guest>
}

const memoryMb = 1_280
const loadLimitMs = 1_200_000
const wakeLimitMs = 60_000
const pollMs = 50

/** Boots the machine once, waits until its lane or hub is open and has sold a little, and puts it to sleep. */
export async function putToSleep(options: SleeperOptions): Promise<Sleeper> {
  const { what, kernel, rootImage, disk, workDir, onLine } = options
  const state = path.join(workDir, `${what}.state`)
  const qmpSocket = path.join(workDir, 'qmp')
  const initrd = makeInitrd({
    folder: workDir,
    modules: kernel.modules(rootModules.disks),
    root: 'disks',
    script: guestScript(options),
  })
  const machine = { image: kernel.image, initrd, memoryMb, qmpSocket }
  const loaded = Promise.withResolvers<null>()
  const guest = startGuest({
    ...machine,
    hardware: drives(rootImage, `driver=file,filename=${disk},node-name=own`),
    onLine: (line) => {
      onLine(line)
      if (line.trim().endsWith('LOADED')) loaded.resolve(null)
    },
  })
  try {
    await within(loadLimitMs, 'to be loaded', guest, loaded.promise)
    const qmp = await connectQmp(qmpSocket)
    await qmp.execute('stop')
    await qmp.execute('migrate', { uri: `exec:cat > '${state}'` })
    await until(() => hasMigrated(qmp), wakeLimitMs)
    await qmp.execute('quit').catch(() => undefined)
    await guest.off
  } finally {
    await guest.cutPower()
  }
  return {
    async wake(own, log, onGuestLine) {
      rmSync(qmpSocket, { force: true })
      const woken = startGuest({
        ...machine,
        wakeFrom: state,
        hardware: drives(
          rootImage,
          `driver=blklogwrites,node-name=own,file.driver=file,file.filename=${own},` +
            `log.driver=file,log.filename=${log}`,
        ),
        onLine: onGuestLine,
      })
      try {
        const qmp = await connectQmp(qmpSocket)
        await until(() => isAwake(qmp), wakeLimitMs)
        await qmp.execute('cont')
        qmp.close()
      } catch (thrown) {
        await woken.cutPower()
        throw thrown
      }
      return woken
    },
  }
}

/** The root read-only, and the disk that is the guest's own. Both are told to QEMU alike before sleep and after. */
function drives(rootImage: string, own: string): string[] {
  return [
    ...['-blockdev', `driver=file,filename=${rootImage},node-name=root,read-only=on`],
    ...['-device', 'virtio-blk-pci,drive=root,id=disk-root'],
    ...['-blockdev', own],
    ...['-device', 'virtio-blk-pci,drive=own,id=disk-own'],
  ]
}

const statusSchema = z.object({ status: z.string() })

async function hasMigrated(qmp: Qmp): Promise<boolean> {
  const { status } = statusSchema.parse(await qmp.execute('query-migrate'))
  if (status === 'failed') throw new Error('The machine cannot be put to sleep')
  return status === 'completed'
}

async function isAwake(qmp: Qmp): Promise<boolean> {
  return statusSchema.parse(await qmp.execute('query-status')).status !== 'inmigrate'
}

async function until(isSo: () => Promise<boolean>, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`QEMU took longer than ${limitMs / 1000} s`)
    await sleep(pollMs)
  }
}

/** What the guest does in time; rejects when it ends, or comes to nothing. */
export async function within<T>(
  limitMs: number,
  what: string,
  guest: Guest,
  promise: Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const tooLate = sleep(limitMs, undefined, { signal: limit.signal, ref: false }).then(() => {
    throw new Error(`Waited ${limitMs / 1000} s in vain for the guest ${what}`)
  })
  const ended = guest.off.then(() => {
    throw new Error(`The guest ended and was expected ${what}`)
  })
  tooLate.catch(() => undefined)
  ended.catch(() => undefined)
  try {
    return await Promise.race([promise, tooLate, ended])
  } finally {
    limit.abort()
  }
}

function guestScript({ what, args, root }: SleeperOptions): string {
  const script = path.join(root, 'tests', 'hil', 'guest', `${what}.ts`)
  const hooks = path.join(root, 'tests', 'chaos', 'hooks', 'register.ts')
  // A hub takes seconds there for what its lane would wait a second and a half for.
  const quick = what === 'lane'
  const plan = planEnvironment({ quick, faces: true, sabotage: null, clockFile: null, leash: false })
  return [
    'export HOME=/run PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    ...Object.entries(plan).map(([name, value]) => `export ${name}='${value}'`),
    `cd '${root}'`,
    `${guestNode} --import '${hooks}' '${script}' ` +
      `${guestDisk}/${what} ${guestDisk}/goods.csv ${args.join(' ')} 2>&1`,
    '',
  ].join('\n')
}
