import { Problem, systemProblem } from './problems.mjs'
import { withSetupLock } from './setup-lock.mjs'

/** @typedef {import('./paths.mjs').Paths} Paths */
/** @typedef {import('./steps.mjs').Step} Step */
/** @typedef {{ readonly name: string, readonly tookMs: number }} Done */

/** @param {Paths} paths @param {Step} step @param {(line: string) => void} say @returns {Promise<Done>} */
async function perform(paths, step, say) {
  const startedAtMs = Date.now()
  say(step.title)
  await step.perform(paths, say)
  const tookMs = Date.now() - startedAtMs
  say(`  done in ${(tookMs / 1000).toFixed(1)} s`)
  return { name: step.name, tookMs }
}

/**
 * Does what is missing and nothing else. Each step is looked at again under the lock: another process may just have
 * done it. Throws a Problem.
 * @param {Paths} paths @param {readonly Step[]} steps @param {(line: string) => void} say
 * @returns {Promise<readonly Done[]>}
 */
export async function setUp(paths, steps, say) {
  try {
    if (steps.every((step) => step.isDone(paths))) return []
    return await withSetupLock(paths.lock, say, async () => {
      const done = []
      for (const step of steps) {
        if (!step.isDone(paths)) done.push(await perform(paths, step, say))
      }
      return done
    })
  } catch (error) {
    throw error instanceof Problem ? error : systemProblem(error, 'set up this folder')
  }
}
