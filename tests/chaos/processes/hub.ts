import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { createOperator, type Operator } from '../../../src-main/bench/operator.ts'
import { issueCouponResponseSchema, moneyRoutes } from '../../../src-main/contract/hubMoney.ts'
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
  /** The code of a fresh coupon; null while the hub is away. */
  issueCoupon(coupon: {
    readonly faceMinor: number
    readonly currency: string
    readonly expiresAtMs: number
  }): Promise<string | null>
}

const couponLimitMs = 2_000
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
  const url = `http://127.0.0.1:${port}`
  const token = (): string => readFileSync(operatorTokenFile, 'utf8').trim()
  return {
    ...service,
    operator: () => createOperator({ url, token: token() }),
    async issueCoupon(coupon) {
      const answer = await fetch(`${url}${moneyRoutes.coupons}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(couponLimitMs),
        body: JSON.stringify(coupon),
      })
        .then((response) => response.json())
        .catch(() => null)
      return issueCouponResponseSchema.safeParse(answer).data?.code ?? null
    },
  }
}
