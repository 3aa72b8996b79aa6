import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '../processes/service.ts'
import type { Evidence } from '../robot/evidence.ts'
import type { Kill, Phase, Victim } from '../schedule/schedule.ts'
import type { PhaseBoard } from './board.ts'

export interface KillerDeps {
  readonly board: PhaseBoard
  readonly evidence: Evidence
  readonly service: (kill: Kill) => Service
  /** Where the victim reads how wrong its clock goes. */
  readonly clockFile: (kill: Kill) => string | null
  /** SIGKILL of the hub's database. */
  readonly killDatabase: () => void
  readonly signal: AbortSignal
}

export interface KillCounts {
  readonly kills: Record<Victim, number>
  readonly killsByPhase: Record<Phase, number>
}

const phaseLimitMs = 4_000
const phaseTries = 8

export function noKills(): KillCounts {
  return {
    kills: { lane: 0, hub: 0, provider: 0 },
    killsByPhase: { intent: 0, sent: 0, answered: 0, committing: 0, printing: 0, draining: 0 },
  }
}

/** Carries out the kills of one victim, one after the other; returns when all are done, or the time is over. */
export async function carryOut(kills: readonly Kill[], counts: KillCounts, deps: KillerDeps): Promise<void> {
  for (const kill of kills) {
    const service = deps.service(kill)
    await service.up()
    await sleep(kill.graceMs)
    if (deps.signal.aborted) return
    const hit = await phaseBegins(kill, deps)
    if (deps.signal.aborted) return
    if (kill.afterMs > 0) await sleep(kill.afterMs)
    const gone = service.kill()
    if (kill.databaseToo && kill.victim === 'hub') deps.killDatabase()
    await gone
    counts.kills[kill.victim] += 1
    if (hit) counts.killsByPhase[kill.phase] += 1
    await deps.evidence.note({
      fact: 'kill',
      who: service.name,
      phase: hit ? kill.phase : null,
      afterMs: kill.afterMs,
    })
    await sleep(kill.deadMs)
    setClock(kill, deps)
    await service.start()
  }
}

/** False when the phase does not come about in all that time: then the kill comes whenever. */
async function phaseBegins({ phase, victim, lane }: Kill, { board, signal }: KillerDeps): Promise<boolean> {
  for (let tries = 0; tries < phaseTries && !signal.aborted; tries += 1) {
    if (await board.next(phase, victim === 'lane' ? lane : null, phaseLimitMs)) return true
  }
  return false
}

function setClock(kill: Kill, deps: KillerDeps): void {
  const file = deps.clockFile(kill)
  if (kill.clockAheadMs === null || file === null) return
  writeFileSync(file, String(kill.clockAheadMs))
}
