import { copyFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { which } from './tools.ts'

/** Where the guest's own disk is mounted. */
export const guestDisk = '/mnt/facelane'

export interface InitrdOptions {
  readonly folder: string
  /** Files of the modules to load first, each after those it builds on. */
  readonly modules: readonly string[]
  /** `host`: the host's root over 9p. `disks`: the root is the first virtio disk, the guest's own disk the second. */
  readonly root: 'host' | 'disks'
  /** What the guest runs (sh); then it powers off. */
  readonly script: string
}

const mounts = {
  host: ['mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose host /lower'],
  disks: ['mount -t ext4 -o ro,noload /dev/vda /lower'],
} as const
const ownDisk = {
  host: [],
  disks: [`mkdir -p /root${guestDisk}`, `mount -t ext4 /dev/vdb /root${guestDisk}`],
} as const

/** The guest's root is read-only, with a memory of its own above it. */
const init = ({ modules, root }: InitrdOptions) => `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /lower /upper /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
for module in ${modules.map((file) => path.basename(file)).join(' ')}; do /bin/busybox insmod /modules/$module || echo "MODULE $module"; done
${mounts[root].map((line) => `/bin/busybox ${line}`).join('\n')}
/bin/busybox mount -t tmpfs -o size=600m tmpfs /upper
/bin/busybox mkdir -p /upper/over /upper/work
/bin/busybox mount -t overlay -o lowerdir=/lower,upperdir=/upper/over,workdir=/upper/work overlay /root
${ownDisk[root].map((line) => `/bin/busybox ${line}`).join('\n')}
/bin/busybox mkdir -p /root/proc /root/sys /root/dev /root/run /root/tmp /root/bin
/bin/busybox chmod 1777 /root/tmp
/bin/busybox mount --move /proc /root/proc
/bin/busybox mount --move /sys /root/sys
/bin/busybox mount --move /dev /root/dev
/bin/busybox mkdir -p /root/dev/pts /root/dev/shm
/bin/busybox mount -t devpts devpts /root/dev/pts
/bin/busybox mount -t tmpfs tmpfs /root/dev/shm
/bin/busybox mount -t tmpfs tmpfs /root/run
/bin/busybox ip link set lo up
/bin/busybox cp /guest.sh /root/facelane-guest.sh
/bin/busybox cp /bin/busybox /root/run/busybox
/bin/busybox test -e /root/bin/sh || /bin/busybox ln -s /run/busybox /root/bin/sh
/bin/busybox chroot /root /run/busybox sh /facelane-guest.sh
echo "GUEST ENDED $?"
/bin/busybox poweroff -f
`

/** Makes the initial memory disk; the host's own files stay as they are. */
export function makeInitrd(options: InitrdOptions): string {
  const { folder, modules, script } = options
  const tree = path.join(folder, 'initrd')
  rmSync(tree, { recursive: true, force: true })
  mkdirSync(path.join(tree, 'bin'), { recursive: true })
  mkdirSync(path.join(tree, 'modules'), { recursive: true })
  copyFileSync(which('busybox') ?? '', path.join(tree, 'bin', 'busybox'))
  for (const file of modules) copyFileSync(file, path.join(tree, 'modules', path.basename(file)))
  writeFileSync(path.join(tree, 'init'), init(options))
  chmodSync(path.join(tree, 'init'), 0o755)
  writeFileSync(path.join(tree, 'guest.sh'), script)
  const { stdout, status, stderr } = spawnSync('/bin/sh', ['-c', 'find . | cpio --quiet -o -H newc'], {
    cwd: tree,
    maxBuffer: 256 * 1024 * 1024,
  })
  if (status !== 0) throw new Error(`cpio failed: ${stderr.toString()}`)
  const file = path.join(folder, 'initrd.gz')
  writeFileSync(file, gzipSync(stdout, { level: 1 }))
  return file
}
