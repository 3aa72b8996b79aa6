import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { runTool } from './tools.ts'

export interface Kernel {
  readonly image: string
  /** Files of the named modules, each after those it builds on. */
  modules(names: readonly string[]): string[]
}

/** What every guest loads: its disks or the host's root, and the memory above. */
export const rootModules = {
  host: ['virtio_pci', '9pnet_virtio', '9p', 'overlay'],
  disks: ['virtio_pci', 'virtio_blk', 'overlay', 'crc32c_generic', 'ext4'],
} as const

/** Debian's own kernel, unpacked under `cacheDir`; fetched with apt the first time (70 MB). */
export function prepareKernel(cacheDir: string, say: (line: string) => void): Kernel {
  const root = path.join(cacheDir, 'kernel')
  if (!existsSync(root)) fetchKernel(cacheDir, root, say)
  const modulesDir = path.join(root, 'lib', 'modules')
  const [version] = readdirSync(modulesDir)
  if (version === undefined)
    throw new Error(`There are no modules in ${modulesDir}: remove ${root} and try again`)
  const own = path.join(modulesDir, version)
  if (!existsSync(path.join(own, 'modules.dep.bin'))) runTool('depmod', ['-b', root, version])
  return {
    image: path.join(root, 'boot', `vmlinuz-${version}`),
    modules: (names) =>
      inOrder(readFileSync(path.join(own, 'modules.dep'), 'utf8'), names).map((file) => path.join(own, file)),
  }
}

function fetchKernel(cacheDir: string, root: string, say: (line: string) => void): void {
  say('Fetching a Debian kernel for the guest (70 MB, once)…')
  mkdirSync(cacheDir, { recursive: true })
  const depends = runTool('apt-cache', ['depends', 'linux-image-amd64'])
  const [, name] = /Depends: (linux-image-\S+)/.exec(depends) ?? []
  if (name === undefined) throw new Error('apt knows no linux-image-amd64: run apt-get update')
  runTool('apt-get', ['download', name], { cwd: cacheDir })
  const file = readdirSync(cacheDir).find(
    (entry) => entry.startsWith('linux-image-') && entry.endsWith('.deb'),
  )
  if (file === undefined) throw new Error('apt-get download brought no kernel')
  const unfinished = `${root}.new`
  rmSync(unfinished, { recursive: true, force: true })
  runTool('dpkg-deb', ['-x', path.join(cacheDir, file), unfinished])
  renameSync(unfinished, root)
}

/** `modules.dep` names for each module what it needs, the deepest last. */
function inOrder(dependencies: string, wanted: readonly string[]): string[] {
  const lines = dependencies.split('\n').map((line) => line.split(/:\s*/))
  const order: string[] = []
  for (const name of wanted) {
    const line = lines.find(([file]) => path.basename(file ?? '') === `${name}.ko`)
    const [file, needs = ''] = line ?? []
    if (file === undefined) throw new Error(`The kernel has no module ${name}`)
    for (const module of [...needs.split(' ').reverse(), file])
      if (module !== '' && !order.includes(module)) order.push(module)
  }
  return order
}
