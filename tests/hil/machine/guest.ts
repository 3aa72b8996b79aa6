import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { which } from './tools.ts'

export interface GuestOptions {
  readonly image: string
  readonly initrd: string
  /** Memory, MiB. */
  readonly memoryMb: number
  /** Its drives and devices, in QEMU's words. */
  readonly hardware: readonly string[]
  /** Unix socket for QEMU's remote control. */
  readonly qmpSocket: string
  /** State of a machine that was put to sleep: it wakes up where it was. */
  readonly wakeFrom?: string
  readonly onLine: (line: string) => void
}

/** A machine of its own, whose power can be cut. */
export interface Guest {
  /** Types a line at its console. */
  type(line: string): void
  /** SIGKILL: what the guest had not flushed to its disk is gone. */
  cutPower(): Promise<void>
  /** It powered off, or was cut. */
  readonly off: Promise<void>
}

/** The host's root, read-only: a guest with it cannot be put to sleep. */
export const hostRoot = [
  '-virtfs',
  'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap',
] as const

/**
 * How a guest's script calls Node. While WebAssembly is made faster on the run, V8 of Node 24.21 walks the stack, and in an
 * emulated machine that ends now and then in "Check failed: it->second.Size() > offset".
 */
export const guestNode = `'${process.execPath}' --disable-warning=ExperimentalWarning --no-wasm-dynamic-tiering`

/** Software emulation: it runs everywhere, some ten times slower, and says nothing about speed. */
export function startGuest(options: GuestOptions): Guest {
  const { image, initrd, memoryMb, hardware, qmpSocket, wakeFrom, onLine } = options
  const child = spawn(
    which('qemu-system-x86_64') ?? 'qemu-system-x86_64',
    [
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', String(memoryMb)],
      ...['-nodefaults', '-display', 'none', '-serial', 'stdio', '-no-reboot'],
      ...['-qmp', `unix:${qmpSocket},server=on,wait=off`],
      ...['-kernel', image, '-initrd', initrd],
      ...[
        '-append',
        'console=ttyS0 quiet loglevel=1 panic=-1 mitigations=off random.trust_cpu=on no_timer_check',
      ],
      ...hardware,
      ...(wakeFrom === undefined ? [] : ['-incoming', `exec:cat '${wakeFrom}'`]),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  // The serial console ends its lines with CR LF.
  createInterface({ input: child.stdout }).on('line', (line) => onLine(line.replace(/\r/g, '')))
  createInterface({ input: child.stderr }).on('line', (line) => onLine(`qemu: ${line}`))
  // A machine without power leaves a broken pipe behind.
  child.stdin.on('error', () => undefined)
  const off = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    off,
    type: (line) => void child.stdin.write(`${line}\n`),
    async cutPower() {
      child.kill('SIGKILL')
      await off
    },
  }
}
