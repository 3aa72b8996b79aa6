import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

interface Tool {
  readonly program: string
  /** The Debian package it comes with. */
  readonly from: string
}

/** What every guest needs beside Node. */
const machine: readonly Tool[] = [
  { program: 'qemu-system-x86_64', from: 'qemu-system-x86' },
  { program: 'busybox', from: 'busybox-static' },
  { program: 'cpio', from: 'cpio' },
  { program: 'depmod', from: 'kmod' },
  { program: 'dpkg-deb', from: 'dpkg' },
  { program: 'apt-get', from: 'apt' },
]
const disks: readonly Tool[] = [
  { program: 'mke2fs', from: 'e2fsprogs' },
  { program: 'e2fsck', from: 'e2fsprogs' },
  { program: 'debugfs', from: 'e2fsprogs' },
  { program: 'ldd', from: 'libc-bin' },
]
const devices: readonly Tool[] = [
  { program: 'modprobe', from: 'kmod' },
  { program: 'udevadm', from: 'udev' },
]
const needed = {
  'power-cut': [...machine, ...disks],
  usb: [...machine, ...devices],
  serial: [...machine, ...devices],
  camera: [...machine, ...devices, { program: 'ffmpeg', from: 'ffmpeg' }],
} as const satisfies Readonly<Record<string, readonly Tool[]>>

/** Null when all is there, else a sentence that says what to install. */
export function missingTools(what: keyof typeof needed): string | null {
  const missing = needed[what].filter(({ program }) => which(program) === null)
  if (missing.length === 0) return null
  const packages = [...new Set(missing.map(({ from }) => from))].join(' ')
  const programs = missing.map(({ program }) => program).join(', ')
  return `This machine has no ${programs}. Install them first: apt-get install -y --no-install-recommends ${packages}`
}

export function which(program: string): string | null {
  const places = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/local/sbin']
  return places.map((place) => `${place}/${program}`).find((file) => existsSync(file)) ?? null
}

/** Runs a tool to its end; throws with what it said when it ends with a code that is not `fine`. */
export function runTool(
  program: string,
  args: readonly string[],
  { cwd, fine = [0] }: { readonly cwd?: string; readonly fine?: readonly number[] } = {},
): string {
  const file = which(program)
  if (file === null) throw new Error(`There is no ${program} on this machine`)
  const { status, stdout, stderr } = spawnSync(file, [...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...(cwd === undefined ? {} : { cwd }),
  })
  if (status !== null && fine.includes(status)) return stdout
  throw new Error(`${program} ${args.join(' ')} failed: ${stderr.trim()}`)
}
