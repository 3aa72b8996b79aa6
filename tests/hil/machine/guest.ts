import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { which } from './tools.ts'

export interface GuestOptions {
  readonly image: string
  readonly initrd: string
  /** Image file of the one disk that is the guest's own. */
  readonly disk: string
  readonly onLine: (line: string) => void
}

/** A machine of its own, whose power can be cut. */
export interface Guest {
  /** SIGKILL: what the guest had not flushed to its disk is gone. */
  cutPower(): Promise<void>
  /** It powered off, or was cut. */
  readonly off: Promise<void>
}

/** Software emulation: it runs everywhere, some ten times slower, and says nothing about speed. */
export function startGuest({ image, initrd, disk, onLine }: GuestOptions): Guest {
  const child = spawn(
    which('qemu-system-x86_64') ?? 'qemu-system-x86_64',
    [
      ...[
        '-accel',
        'tcg,thread=multi',
        '-cpu',
        'max',
        '-smp',
        '2',
        '-m',
        '1536',
        '-nographic',
        '-no-reboot',
        '-nic',
        'none',
      ],
      ...['-kernel', image, '-initrd', initrd],
      ...['-append', 'console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on no_timer_check'],
      ...['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
      ...['-drive', `file=${disk},if=virtio,format=raw,cache=writeback`],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  // The serial console ends its lines with CR LF.
  createInterface({ input: child.stdout }).on('line', (line) => onLine(line.replace(/\r/g, '')))
  createInterface({ input: child.stderr }).on('line', (line) => onLine(`qemu: ${line}`))
  const off = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    off,
    async cutPower() {
      child.kill('SIGKILL')
      await off
    },
  }
}
