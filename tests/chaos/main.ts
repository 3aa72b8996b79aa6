import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { runCampaign } from './campaign.ts'
import { help, readOptions, type Options } from './options.ts'
import { createSchedule } from './schedule/schedule.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(options: Options): Promise<number> {
  const { seed, kills, lanes, minutes, sabotage } = options
  const schedule = createSchedule({ seed, kills, lanes })
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'facelane-chaos-'))
  say(`seed ${seed}, schedule ${schedule.hash.slice(0, 16)}, ${kills} kills, data in ${dataDir}`)
  const begunAt = performance.now()
  const result = await runCampaign({
    schedule,
    dataDir,
    minutes,
    sabotage,
    onLine: (line) => {
      if (options.verbose) say(line)
    },
    onProgress: ({ kills: done }) => {
      const sum = done.lane + done.hub + done.provider
      const seconds = (performance.now() - begunAt) / 1000
      const left = sum === 0 ? '?' : String(Math.round((seconds / sum) * (kills - sum)))
      say(`  ${sum} of ${kills} kills, ${Math.round(seconds)} s, about ${left} s left`)
    },
  })
  for (const finding of result.findings.slice(0, 40)) say(`  ${finding}`)
  const answer = answerOf(result, { seed, dataDir, schedule: schedule.hash })
  process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : `${JSON.stringify(answer, null, 2)}\n`)
  const wrong = wrongsOf(result, kills)
  for (const what of wrong) say(`NOT ${what}`)
  if (wrong.length === 0 && !options.keep) rmSync(dataDir, { recursive: true, force: true })
  return wrong.length === 0 ? 0 : 1
}

type Result = Awaited<ReturnType<typeof runCampaign>>

function answerOf(
  result: Result,
  { seed, dataDir, schedule }: Record<'seed' | 'dataDir' | 'schedule', string>,
) {
  return {
    seed,
    dataDir,
    sales: result.sales,
    approved: result.approved,
    charged: result.charged,
    refunded: result.refunded,
    lost: result.lost,
    duplicated: result.duplicated,
    stuck: result.stuck,
    orphanCharges: result.orphanCharges,
    parked: result.parked,
    unbalanced: result.unbalanced,
    journalGaps: result.journalGaps,
    chainBroken: result.chainBroken,
    hubEqualsLane: result.hubEqualsLane,
    providerEqualsHub: result.providerEqualsHub,
    deferredExecuted: result.deferredExecuted,
    unknownResolved: result.unknownResolved,
    chargesBy: result.chargesBy,
    kills: result.kills,
    killsByPhase: result.killsByPhase,
    wallSeconds: result.wallSeconds,
    schedule,
  }
}

/** A shorter campaign may be over before the hub was there for a coupon. */
const everyTenderFromKills = 100

/** Everything the campaign has to show, and did not. */
function wrongsOf(result: Result, kills: number): string[] {
  const none = [
    'lost',
    'duplicated',
    'stuck',
    'orphanCharges',
    'parked',
    'unbalanced',
    'journalGaps',
  ] as const
  const some = ['sales', 'approved', 'charged', 'refunded', 'deferredExecuted', 'unknownResolved'] as const
  const done = result.kills.lane + result.kills.hub + result.kills.provider
  return [
    ...none.filter((name) => result[name] !== 0).map((name) => `${name} 0: ${result[name]}`),
    ...(result.chainBroken ? ['chainBroken false'] : []),
    ...(result.hubEqualsLane ? [] : ['hubEqualsLane true']),
    ...(result.providerEqualsHub ? [] : ['providerEqualsHub true']),
    ...some.filter((name) => result[name] === 0).map((name) => `${name} above 0`),
    ...Object.entries(result.chargesBy).flatMap(([book, times]) =>
      times > 0 || kills < everyTenderFromKills ? [] : [`chargesBy.${book} above 0`],
    ),
    ...Object.entries(result.kills).flatMap(([who, times]) => (times > 0 ? [] : [`kills.${who} above 0`])),
    ...Object.entries(result.killsByPhase).flatMap(([phase, times]) =>
      times > 0 ? [] : [`killsByPhase.${phase} above 0`],
    ),
    ...(done >= kills ? [] : [`${kills} kills within the time: ${done}`]),
  ]
}

const options = readOptions(process.argv.slice(2), new Date().toISOString().slice(0, 10))
if (options === null) process.stdout.write(help)
else if (typeof options === 'string') {
  say(`${options}\n\n${help}`)
  process.exitCode = 2
} else process.exitCode = await main(options)
