import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { guestNode, hostRoot, startGuest } from '../machine/guest.ts'
import { makeInitrd } from '../machine/initrd.ts'
import { rootModules, type Kernel } from '../machine/kernel.ts'
import { connectQmp, type Qmp } from '../machine/qmp.ts'

export const targetNames = ['usb', 'serial', 'camera'] as const
export type TargetName = (typeof targetNames)[number]

const checkSchema = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })
export type Check = z.infer<typeof checkSchema>

export interface TargetResult {
  readonly target: TargetName
  readonly checks: readonly Check[]
  /** Every check held, and the program in the guest came to its end. */
  readonly ok: boolean
  readonly wallSeconds: number
}

/** What one target needs beside the guest's own program, `guest/<target>.ts`. */
export interface Target {
  readonly name: TargetName
  /** Modules that the guest's `modprobe` loads, with their parameters. */
  readonly modprobe: readonly string[]
  /** Devices in QEMU's words. */
  readonly hardware: readonly string[]
  /** What the guest asks of the hands outside: `HOST word argument`. */
  readonly hands: Readonly<Record<string, (argument: string, qmp: Qmp) => Promise<unknown>>>
}

export interface RigOptions {
  readonly kernel: Kernel
  /** Where `modprobe` finds the kernel's modules. */
  readonly kernelRoot: string
  readonly workDir: string
  readonly root: string
  /** Everything the guest says. */
  readonly onLine: (line: string) => void
}

const memoryMb = 1_536
const guestLimitMs = 900_000
/** What a hand has done is said back to the guest by this line. */
const done = 'DONE'

/** Boots a guest over the host's root, lets its program look at its devices, and answers with what it found. */
export async function runTarget(target: Target, options: RigOptions): Promise<TargetResult> {
  const { kernel, workDir, onLine } = options
  const begunAt = performance.now()
  rmSync(workDir, { recursive: true, force: true })
  mkdirSync(workDir, { recursive: true })
  const qmpSocket = path.join(workDir, 'qmp')
  const checks: Check[] = []
  let ended = false
  const words: { readonly word: string; readonly argument: string }[] = []
  let wake = (): void => undefined
  const guest = startGuest({
    image: kernel.image,
    initrd: makeInitrd({
      folder: workDir,
      modules: kernel.modules(rootModules.host),
      root: 'host',
      script: guestScript(target, options),
    }),
    memoryMb,
    qmpSocket,
    hardware: [...hostRoot, ...target.hardware],
    onLine: (line) => {
      onLine(line)
      const [, json] = /CHECK (\{.*\})\s*$/.exec(line) ?? []
      if (json !== undefined) checks.push(checkSchema.parse(JSON.parse(json)))
      const [, word, argument = ''] = /HOST (\w+) ?(\S*)\s*$/.exec(line) ?? []
      if (word !== undefined) words.push({ word, argument })
      if (line.trim().endsWith('ALL CHECKED')) ended = true
      wake()
    },
  })
  let off = false
  void guest.off.then(() => {
    off = true
    wake()
  })
  const limit = setTimeout(() => void guest.cutPower(), guestLimitMs)
  try {
    const qmp = await connectQmp(qmpSocket)
    while (!off) {
      const asked = words.shift()
      if (asked === undefined) {
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      await target.hands[asked.word]?.(asked.argument, qmp)
      guest.type(`${done} ${asked.word}`)
    }
    qmp.close()
  } finally {
    clearTimeout(limit)
    await guest.cutPower()
    rmSync(workDir, { recursive: true, force: true })
  }
  const ok = ended && checks.length > 0 && checks.every((check) => check.ok)
  return { target: target.name, checks, ok, wallSeconds: Math.round((performance.now() - begunAt) / 1000) }
}

function guestScript({ name, modprobe }: Target, { root, kernelRoot }: RigOptions): string {
  const script = path.join(root, 'tests', 'hil', 'guest', `${name}.ts`)
  return [
    'export HOME=/run PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    // Programs of the machine itself, not the memory disk's; this root is a chroot only because of how it came about.
    'export SYSTEMD_IGNORE_CHROOT=1',
    'echo 1 > /proc/sys/kernel/printk',
    '/lib/systemd/systemd-udevd --daemon',
    ...modprobe.map((module) => `/sbin/modprobe -d '${kernelRoot}' ${module} || echo "MODULE ${module}"`),
    'mount -t configfs configfs /sys/kernel/config 2>/dev/null',
    '/bin/udevadm trigger; /bin/udevadm settle --timeout=20',
    `cd '${root}'`,
    `${guestNode} '${script}' 2>&1`,
    '',
  ].join('\n')
}
