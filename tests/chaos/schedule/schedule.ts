import { createHash } from 'node:crypto'
import { drawFault, drawPaymentFault, type Fault } from '../proxy/faults.ts'
import { dice, type Dice } from './dice.ts'
import { drawVisit, type Visit } from './visits.ts'

export const phases = ['intent', 'sent', 'answered', 'committing', 'printing', 'draining'] as const
/** Where a sale stands when a process dies. */
export type Phase = (typeof phases)[number]

export type Victim = 'lane' | 'hub' | 'provider'

/** One SIGKILL: of whom, in which phase of some sale, and how long they stay dead. */
export interface Kill {
  readonly victim: Victim
  /** Of lanes: which one. */
  readonly lane: number
  readonly phase: Phase
  /** Life before this kill is thought of. */
  readonly graceMs: number
  /** From the phase's beginning to the kill: anywhere inside it. */
  readonly afterMs: number
  readonly deadMs: number
  /** How wrong the clock goes from then on; null leaves it as it goes. */
  readonly clockAheadMs: number | null
  /** Of the hub: its database dies with it, as in a power cut. */
  readonly databaseToo: boolean
}

/** A time in which the shop has no line to its hub. */
export interface Outage {
  readonly lane: number
  readonly afterMs: number
  readonly lastsMs: number
}

/** What befalls the next order of money, and the next of all other requests. */
export interface LineFaults {
  payment(): Fault
  other(): Fault
}

export interface ScheduleOptions {
  readonly seed: string
  readonly kills: number
  readonly lanes: number
}

/**
 * All chance of a campaign, drawn from one source an actor: the same options give the same schedule. What it meets (how far
 * a sale has come after so many milliseconds) is the machine's.
 */
export interface Schedule {
  readonly options: ScheduleOptions
  /** SHA-256 over everything that follows; of the endless parts, their beginning. */
  readonly hash: string
  readonly kills: readonly Kill[]
  visits(lane: number): Generator<Visit, never>
  outages(lane: number): Generator<Outage, never>
  /** Of the line between a lane and the hub, or (`provider`) between the hub and its provider. */
  faults(line: number | 'provider'): LineFaults
}

const hashedPart = 300

export function createSchedule(options: ScheduleOptions): Schedule {
  const { seed, lanes } = options
  const kills = Array.from({ length: options.kills }, drawKills(dice(seed, 'kills'), lanes))
  const schedule: Omit<Schedule, 'hash'> = {
    options,
    kills,
    *visits(lane) {
      const own = dice(seed, `shopper ${lane}`)
      for (let number = 0; ; number += 1) yield drawVisit(own, lane, number)
    },
    *outages(lane) {
      const own = dice(seed, `outage ${lane}`)
      for (;;)
        yield {
          lane,
          afterMs: own.between(5_000, 20_000),
          lastsMs: own.between(500, own.chance(0.3) ? 7_000 : 3_000),
        }
    },
    faults(line) {
      const own = dice(seed, `line ${line}`)
      const money = dice(seed, `money on line ${line}`)
      let payments = 0
      return {
        payment: () => {
          const drawn = drawPaymentFault(money, 0.3)
          return forcedFault(payments++, money.between(0, 1_400)) ?? drawn
        },
        other: () => drawFault(own, 0.06),
      }
    },
  }
  return { ...schedule, hash: hashOf(schedule) }
}

/** The worst, often enough for a short campaign: it arrives after it was cancelled, or twice. */
function forcedFault(payment: number, extraMs: number): Fault | null {
  if (payment % 6 === 2) return { kind: 'halfOpen', lateMs: 2_200 + extraMs }
  if (payment % 6 === 4) return { kind: 'duplicate', afterMs: 60 + (extraMs % 200) }
  return null
}

function drawKills(own: Dice, lanes: number): () => Kill {
  let number = 0
  return () => {
    // Even a short campaign kills a lane in every phase, and hub and provider at all.
    const first = firstKills[number++]
    const victim = own.weighted({ lane: 55, hub: 27, provider: 18 })
    const phase = own.weighted(victim === 'lane' ? lanePhases : otherPhases)
    return {
      victim: first?.victim ?? victim,
      lane: own.between(0, lanes - 1),
      phase: first?.phase ?? phase,
      graceMs: own.between(0, 700),
      afterMs: own.chance(0.5) ? 0 : own.between(1, 25),
      deadMs: own.between(0, 400),
      clockAheadMs: own.chance(0.15)
        ? Math.round((own.unit() * 2 - 1) * clockJumpMs[first?.victim ?? victim])
        : null,
      databaseToo: own.chance(0.3),
    }
  }
}

/**
 * A lane's clock may be anywhere. The hub's signs what the wallets take for five minutes, and says when it looks again at
 * what is open: a minute back is a minute's wait.
 */
const clockJumpMs: Readonly<Record<Victim, number>> = { lane: 900_000, hub: 60_000, provider: 0 }

const firstKills: readonly Pick<Kill, 'victim' | 'phase'>[] = [
  ...phases.map((phase) => ({ victim: 'lane', phase }) as const),
  { victim: 'hub', phase: 'sent' },
  { victim: 'provider', phase: 'sent' },
]
const lanePhases: Readonly<Record<Phase, number>> = {
  intent: 2,
  sent: 3,
  answered: 2,
  committing: 4,
  printing: 2,
  draining: 2,
}
/** Paper is no business of hub and provider; but they may die during it, too. */
const otherPhases: Readonly<Record<Phase, number>> = {
  intent: 2,
  sent: 5,
  answered: 3,
  committing: 3,
  printing: 1,
  draining: 4,
}

function hashOf(schedule: Omit<Schedule, 'hash'>): string {
  const lines = Array.from({ length: schedule.options.lanes }, (_, lane) => lane)
  const drawn = {
    options: schedule.options,
    kills: schedule.kills,
    visits: lines.map((lane) => beginningOf(schedule.visits(lane))),
    outages: lines.map((lane) => beginningOf(schedule.outages(lane))),
    faults: [...lines, 'provider' as const].map((line) => {
      const { payment, other } = schedule.faults(line)
      return [Array.from({ length: hashedPart }, payment), Array.from({ length: hashedPart }, other)]
    }),
  }
  return createHash('sha256').update(JSON.stringify(drawn)).digest('hex')
}

function beginningOf<T>(endless: Generator<T, never>): T[] {
  return Array.from({ length: hashedPart }, () => endless.next().value)
}
