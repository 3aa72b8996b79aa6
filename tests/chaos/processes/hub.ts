import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { createOperator, type Operator } from '../../../src-main/bench/operator.ts'
import type { Sabotage } from '../hooks/plan.ts'
import { createService, type Service } from './service.ts'

const readySchema = z.object({ url: z.string(), joinTokenFile: z.string(), operatorTokenFile: z.string() })

export interface HubOptions {
  readonly dataDir: string
  readonly port: number
  readonly sabotage: Sabotage | null
  readonly clockFile: string
  readonly extraArgs: readonly string[]
  readonly onErrorLine: (line: string) => void
}

export interface Hub extends Service {
  operator(): Operator
}

const script = new URL('../../../src-hub/main.ts', import.meta.url).pathname

/** The real hub with its own PostgreSQL. */
export function createHub(options: HubOptions): Hub {
  const { dataDir, port, sabotage, clockFile, extraArgs, onErrorLine } = options
  writeFileSync(clockFile, '0')
  let operatorTokenFile = ''
  const service = createService({
    name: 'hub',
    child: () => ({
      name: 'hub',
      script,
      args: [
        ...['--data', dataDir, '--port', String(port), '--json-ready', '--stop-with-stdin'],
        ...['--log-level', 'warn', ...extraArgs],
      ],
      hooks: { quick: true, faces: false, sabotage, clockFile, leash: false },
      onErrorLine,
    }),
    onReady: (line) => {
      operatorTokenFile = readySchema.parse(line).operatorTokenFile
    },
  })
  return {
    ...service,
    operator: () =>
      createOperator({
        url: `http://127.0.0.1:${port}`,
        token: readFileSync(operatorTokenFile, 'utf8').trim(),
      }),
  }
}
