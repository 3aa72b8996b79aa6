import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { createService, type Service } from './service.ts'

const readySchema = z.object({ providersFile: z.string() })
const script = new URL('../../../src-main/cli/main.ts', import.meta.url).pathname

/** Rates of the simulator's own faults; it draws them from the seed, the request and how often that came. */
const faults = {
  loseReply: 0.04,
  delay: { rate: 0.1, ms: [20, 600], where: 'reply' },
  answerTwice: 0.03,
  garbage: 0.03,
  waitBuyer: { rate: 0.1, ms: [100, 2_500], refuse: 0.2 },
  systemError: 0.03,
  down: { rate: 0.004, ms: [200, 1_500] },
}
/** Of the codes on phones; what a face signed for is always there to be charged. */
const noMoney = {
  match: { operation: 'pay', wallet: 'wechat', nth: 9 },
  do: { kind: 'decline', code: 'NOTENOUGH' },
}

export interface SimulatorOptions {
  readonly folder: string
  readonly port: number
  readonly seed: number
  readonly onErrorLine: (line: string) => void
}

export interface SimulatorProcess extends Service {
  readonly port: number
  readonly logFile: string
  /** What the hub takes as `--providers`, with the simulator behind `url` and on a short timetable. */
  providersFor(url: string): string
  /** A debit agreement; the simulator's own name for who signed it. */
  sign(agreementNo: string): Promise<{ readonly payer: string }>
}

/** `facelane simulator`: who holds the shoppers' money, in a process of its own. */
export function createSimulator({ folder, port, seed, onErrorLine }: SimulatorOptions): SimulatorProcess {
  mkdirSync(folder, { recursive: true })
  const at = (name: string): string => path.join(folder, name)
  writeFileSync(at('faults.json'), JSON.stringify(faults))
  writeFileSync(at('script.json'), JSON.stringify({ rules: [noMoney] }))
  let providersFile = ''
  const service = createService({
    name: 'simulator',
    child: () => ({
      name: 'simulator',
      script,
      args: [
        ...['simulator', '--json', '--port', String(port), '--log', at('log.ndjson'), '--keys', at('keys')],
        ...['--faults', at('faults.json'), '--seed', String(seed), '--script', at('script.json')],
      ],
      hooks: { quick: true, faces: false, sabotage: null, clockFile: null, leash: true },
      onErrorLine,
    }),
    onReady: (line) => {
      providersFile = readySchema.parse(line).providersFile
    },
  })
  const own = `http://127.0.0.1:${port}`
  return {
    ...service,
    port,
    logFile: at('log.ndjson'),
    providersFor(url) {
      const { providers } = z
        .object({
          providers: z.array(z.object({ use: z.string(), config: z.record(z.string(), z.unknown()) })),
        })
        .parse(JSON.parse(readFileSync(providersFile, 'utf8').replaceAll(own, url)))
      const quick = providers.map(({ use, config }) => ({
        use,
        config: {
          ...config,
          timeoutMs: 900,
          timetable: use === 'wechat' ? wechatTimetable : alipayTimetable,
        },
      }))
      // Beside the keys it names.
      const file = path.join(path.dirname(providersFile), 'providers-of-the-campaign.json')
      writeFileSync(file, JSON.stringify({ providers: quick }))
      return file
    },
    async sign(agreementNo) {
      const answer = await fetch(`${own}/control/agreements`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ agreementNo }),
      })
      return z.object({ payer: z.string() }).parse(await answer.json())
    },
  }
}

const alipayTimetable = { firstQueryMs: 250, everyMs: 250, patienceMs: 3_000, cancelNotBeforeMs: 0 }
/** WeChat takes nothing back in the first moments: `hooks/patches.ts` shortens the simulator's own rule alike. */
const wechatTimetable = { firstQueryMs: 250, everyMs: 250, patienceMs: 3_000, cancelNotBeforeMs: 1_500 }
