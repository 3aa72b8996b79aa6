import { parseArgs } from 'node:util'
import { sabotageSchema, sabotages, type Sabotage } from './hooks/plan.ts'

export interface Options {
  readonly kills: number
  readonly minutes: number
  readonly seed: string
  readonly lanes: number
  readonly json: boolean
  readonly sabotage: Sabotage | null
  /** Leaves the data folder behind also when all went well. */
  readonly keep: boolean
  readonly verbose: boolean
}

export const help = `npm run chaos -- [options]

  Real lanes, hub and provider are killed, cut off and lied to while shoppers buy; then the books are held against what
  the shoppers saw and what the provider charged. Exit 0 when nobody was charged but once for what they took.

  --kills N          SIGKILLs, of lanes, hub and provider                      40
  --minutes M        at most this long                                        10
  --seed S           the same seed replays the same schedule                  today's date
  --lanes N          lanes of the store                                        2
  --sabotage RULE    break one rule on purpose: ${sabotages.join(', ')}
                     (the campaign must then end with exit 1)
  --keep             keep the data folder, which is kept anyway when something is wrong
  --verbose          what the processes say, on stderr
  --json             the verdict as one JSON object on stdout
`

/** What was asked for, or a sentence that says what is wrong with it. */
export function readOptions(argv: readonly string[], today: string): Options | string | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        kills: { type: 'string', default: '40' },
        minutes: { type: 'string', default: '10' },
        seed: { type: 'string', default: today },
        lanes: { type: 'string', default: '2' },
        sabotage: { type: 'string' },
        keep: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return null
    const kills = Number(values.kills)
    const minutes = Number(values.minutes)
    const lanes = Number(values.lanes)
    if (!Number.isInteger(kills) || kills < 1 || kills > 100_000)
      return '--kills is a whole number from 1 to 100000.'
    if (!(minutes > 0 && minutes <= 1440)) return '--minutes is a number above 0, at most 1440.'
    if (!Number.isInteger(lanes) || lanes < 1 || lanes > 8) return '--lanes is a whole number from 1 to 8.'
    const sabotage = values.sabotage === undefined ? null : sabotageSchema.safeParse(values.sabotage)
    if (sabotage !== null && !sabotage.success) return `--sabotage is one of ${sabotages.join(', ')}.`
    const { seed, keep, verbose, json } = values
    return { kills, minutes, seed, lanes, keep, verbose, json, sabotage: sabotage?.data ?? null }
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}
