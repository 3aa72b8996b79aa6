import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { loadPlan } from './plan.ts'
import { patchesOf } from './patches.ts'

/**
 * Loaded with `--import` before the product, in a process of its own: shortens timetables, breaks a rule on purpose,
 * puts a scripted face path in the place of the camera, and sets the clock wrong. The product knows nothing of it.
 */
const plan = loadPlan()
const patches = patchesOf(plan)

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const own = patches.filter(({ file }) => url.endsWith(`/${file}`))
    if (own.length === 0) return loaded
    let source = typeof loaded.source === 'string' ? loaded.source : readFileSync(fileURLToPath(url), 'utf8')
    for (const patch of own) source = patch.apply(source)
    return { ...loaded, source }
  },
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    return plan.faces && resolved.url.endsWith('/src-main/runtime/face.ts')
      ? { ...resolved, url: new URL('../lane/faces.ts', import.meta.url).href }
      : resolved
  },
})

if (plan.leash) process.stdin.resume().once('end', () => process.kill(process.pid, 'SIGTERM'))

const machineNow = Date.now.bind(Date)
let aheadMs = readClock()
Date.now = () => machineNow() + aheadMs
// A jump in the middle of the run: the file is read again.
process.on('SIGUSR2', () => {
  aheadMs = readClock()
})

function readClock(): number {
  if (plan.clockFile === null) return 0
  try {
    return Number(readFileSync(plan.clockFile, 'utf8')) || 0
  } catch {
    return 0
  }
}
