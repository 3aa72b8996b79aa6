import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Sabotage } from '../hooks/plan.ts'
import type { LaneOrder } from '../lane/order.ts'
import { createService, type Service } from './service.ts'

const readySchema = z.object({ url: z.string() })
const script = new URL('../lane/main.ts', import.meta.url).pathname

export interface LaneOptions {
  readonly order: LaneOrder
  readonly sabotage: Sabotage | null
  readonly clockFile: string
  /** Where the page of this start is. */
  readonly onUrl: (url: string) => void
  readonly onErrorLine: (line: string) => void
}

export function createLaneProcess({ order, sabotage, clockFile, onUrl, onErrorLine }: LaneOptions): Service {
  writeFileSync(clockFile, '0')
  return createService({
    name: order.laneId,
    child: () => ({
      name: order.laneId,
      script,
      args: [JSON.stringify(order)],
      hooks: { quick: true, faces: true, sabotage, clockFile, leash: false },
      onErrorLine,
    }),
    onReady: (line) => onUrl(readySchema.parse(line).url),
  })
}
