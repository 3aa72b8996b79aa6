import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Names a process so that a later one with the same number is told apart. @param {number} pid */
function identityOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    return `${pid} ${stat.slice(stat.lastIndexOf(')')).split(' ')[20]}`
  } catch {
    return `${pid}`
  }
}

/** @param {string} identity */
function isAlive(identity) {
  const pid = Number(identity.split(' ')[0])
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
  return identityOf(pid) === identity
}

/** @param {string} lock @returns {string | undefined} */
function holderOf(lock) {
  try {
    return fs.readFileSync(lock, 'utf8')
  } catch {
    return undefined
  }
}

/** Creates the lock with its content in one step. @param {string} lock @returns {boolean} false when it is held */
function tryTake(lock) {
  const draft = `${lock}.${process.pid}`
  fs.writeFileSync(draft, identityOf(process.pid))
  try {
    fs.linkSync(draft, lock)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  } finally {
    fs.rmSync(draft, { force: true })
  }
}

/** Removes the lock of a dead process, unless someone else just replaced it. @param {string} lock @param {string} holder */
function breakLock(lock, holder) {
  const aside = `${lock}.dead.${process.pid}`
  try {
    fs.renameSync(lock, aside)
    if (holderOf(aside) !== holder) fs.linkSync(aside, lock)
  } catch {
    // Another waiter was quicker; the next round sees what it made.
  }
  fs.rmSync(aside, { force: true })
}

/**
 * Runs `work` alone on this clone. A second set-up waits and says for whom.
 * @template T @param {string} lock @param {(line: string) => void} say @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function withSetupLock(lock, say, work) {
  fs.mkdirSync(path.dirname(lock), { recursive: true })
  let told = false
  while (!tryTake(lock)) {
    const holder = holderOf(lock)
    if (holder !== undefined && !isAlive(holder)) {
      breakLock(lock, holder)
      continue
    }
    if (!told)
      say(`Another set-up is running here (process ${holder?.split(' ')[0] ?? '?'}); waiting for it.`)
    told = true
    await sleep(200)
  }
  try {
    return await work()
  } finally {
    fs.rmSync(lock, { force: true })
  }
}
