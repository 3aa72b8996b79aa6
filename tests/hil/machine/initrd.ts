import { copyFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Kernel } from './kernel.ts'
import { which } from './tools.ts'

/** Where the guest's own disk is mounted. */
export const guestDisk = '/mnt/facelane'

/**
 * The guest sees the host's root read-only with a memory of its own above it, and one real disk. The last line of the
 * command line after `--` is what it runs; then it powers off.
 */
const init = (modules: readonly string[]) => `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /lower /upper /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
for module in ${modules.join(' ')}; do /bin/busybox insmod /modules/$module || echo "MODULE $module"; done
/bin/busybox mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose host /lower
/bin/busybox mount -t tmpfs -o size=600m tmpfs /upper
/bin/busybox mkdir -p /upper/over /upper/work
/bin/busybox mount -t overlay -o lowerdir=/lower,upperdir=/upper/over,workdir=/upper/work overlay /root
/bin/busybox mkdir -p /root${guestDisk}
/bin/busybox mount -t ext4 /dev/vda /root${guestDisk} || echo "DISK"
/bin/busybox mount --move /proc /root/proc
/bin/busybox mount --move /sys /root/sys
/bin/busybox mount --move /dev /root/dev
/bin/busybox mount -t tmpfs tmpfs /root/run
/bin/busybox ip link set lo up
/bin/busybox chroot /root /bin/sh /facelane-guest.sh
echo "GUEST ENDED $?"
/bin/busybox umount /root${guestDisk}
/bin/busybox poweroff -f
`

/** Makes the initial memory disk that starts `script` (sh) in the guest. */
export function makeInitrd(folder: string, kernel: Kernel, script: string): string {
  const tree = path.join(folder, 'initrd')
  mkdirSync(path.join(tree, 'bin'), { recursive: true })
  mkdirSync(path.join(tree, 'modules'), { recursive: true })
  copyFileSync(which('busybox') ?? '', path.join(tree, 'bin', 'busybox'))
  for (const file of kernel.modules) copyFileSync(file, path.join(tree, 'modules', path.basename(file)))
  const text = init(kernel.modules.map((file) => path.basename(file)))
  // The script lies in the memory above the host's root: the host's own files stay as they are.
  const withScript = text.replace(
    '/bin/busybox chroot',
    `/bin/busybox cp /guest.sh /root/facelane-guest.sh\n/bin/busybox chroot`,
  )
  writeFileSync(path.join(tree, 'init'), withScript)
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
