import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { runTool } from './tools.ts'

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })),
})

/** The parts of the project that run in a guest. */
const projectParts = [
  'package.json',
  'src-main',
  'src-hub',
  'drivers',
  'fixtures',
  'models',
  'tests/chaos',
  'tests/hil',
]
/** No guest looks at faces, and of Node it needs the program only. */
const leftOut = ['node_modules/onnxruntime-node', 'node_modules/node-linux-']
const people = ['/etc/passwd', '/etc/group']

/**
 * An ext4 image with what runs in the guest, under the paths it has on this machine: Node, the project, the npm packages
 * of production and the shared libraries all of these name. Unlike the host's root over 9p it can be put to sleep.
 */
export function makeRootImage(file: string, { root, workDir }: { root: string; workDir: string }): void {
  const tree = path.join(workDir, 'root')
  rmSync(tree, { recursive: true, force: true })
  mkdirSync(tree, { recursive: true })
  const packages = productionPackages(root)
  const parts = [...projectParts, ...packages].map((part) => path.join(root, part))
  for (const part of [...parts, process.execPath])
    cpSync(part, path.join(tree, part), { recursive: true, verbatimSymlinks: true })
  const programs = [process.execPath, ...packages.flatMap((part) => nativeFiles(path.join(root, part)))]
  for (const one of [...librariesOf(programs), ...people.filter((file) => existsSync(file))]) {
    mkdirSync(path.dirname(path.join(tree, one)), { recursive: true })
    copyFileSync(one, path.join(tree, one))
  }
  const [kilobytes = '0'] = runTool('du', ['-sk', tree]).split('\t')
  rmSync(file, { force: true })
  runTool('mke2fs', [
    '-q',
    '-t',
    'ext4',
    '-d',
    tree,
    file,
    `${Math.ceil((Number(kilobytes) * 1.15) / 1024) + 32}M`,
  ])
  rmSync(tree, { recursive: true, force: true })
}

function productionPackages(root: string): string[] {
  const { packages } = lockSchema.parse(
    JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')),
  )
  return Object.entries(packages)
    .filter(
      ([where, { dev }]) => where !== '' && dev !== true && !leftOut.some((part) => where.startsWith(part)),
    )
    .map(([where]) => where)
    .filter((where) => existsSync(path.join(root, where)))
}

function nativeFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((one) => one.endsWith('.node') || /\/native\/bin\/\w+$/.test(one))
}

/** What the loader would load for them on this machine, the loader included. */
function librariesOf(programs: readonly string[]): string[] {
  const found = new Set<string>()
  for (const program of programs) {
    for (const [, library] of listed(program).matchAll(/(?<=\s)(\/(?:lib|usr\/lib)\S+) \(0x/g))
      if (library !== undefined) found.add(library)
  }
  return [...found]
}

function listed(program: string): string {
  try {
    return runTool('ldd', [program])
  } catch {
    // Made for another libc or processor: never loaded here.
    return ''
  }
}
