import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { paths } from '../../../src-main/cli/paths.ts'
import type { LaneCommand } from '../../../src-main/contract/laneCommand.ts'
import { laneViewSchema, type LaneView } from '../../../src-main/contract/laneView.ts'
import type { CleanUps } from '../system/support/folders.ts'
import type { TillOptions } from '../system/support/till.ts'
import { tillPreset, withoutModels, type TillDevices } from '../system/support/till.ts'
import type { ChildOrder } from './lane-child.ts'

/** A lane in a process of its own, which can die at any moment. */
export interface ChildTill {
  do(command: LaneCommand): void
  view(): LaneView | null
  /** The first view for which `wanted` holds; null when the process died first. */
  when(wanted: (view: LaneView) => boolean, what: string): Promise<LaneView | null>
  /** Settles with the signal that ended the process, or null. */
  readonly died: Promise<NodeJS.Signals | null>
  /** Orderly, through its standard input. */
  stop(): Promise<void>
}

const limitMs = 40_000

export function openChildTill(
  options: TillOptions,
  place: { readonly dataDir: string; readonly devices: TillDevices; readonly dieAt: ChildOrder['dieAt'] },
  after: CleanUps,
): ChildTill {
  const order: ChildOrder = {
    root: paths.root,
    modelPacks: withoutModels(place.dataDir).modelPacks ?? '',
    dataDir: place.dataDir,
    preset: tillPreset(options, place.dataDir, place.devices),
    dieAt: place.dieAt,
  }
  const script = path.join(import.meta.dirname, 'lane-child.ts')
  const child: ChildProcess = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let latest: LaneView | null = null
  let over = false
  const watchers = new Set<() => void>()
  const wake = (): void => {
    for (const watcher of watchers) watcher()
  }
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      latest = laneViewSchema.parse(JSON.parse(line))
      wake()
    })
  }
  child.stdin?.on('error', () => undefined)
  const died = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_code, signal) => {
      over = true
      resolve(signal)
      wake()
    })
  })
  after.add(async () => {
    child.kill('SIGKILL')
    await died
  })
  return {
    view: () => latest,
    died,
    do: (command) => void child.stdin?.write(`${JSON.stringify(command)}\n`),
    when: (wanted, what) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void): void => {
          clearTimeout(limit)
          watchers.delete(look)
          settle()
        }
        const limit = setTimeout(() => {
          finish(() =>
            reject(new Error(`Waited for ${what}; the screen shows ${latest?.screen.kind ?? 'nothing'}`)),
          )
        }, limitMs)
        const look = (): void => {
          const view = latest
          if (view !== null && wanted(view)) finish(() => resolve(view))
          else if (over) finish(() => resolve(null))
        }
        watchers.add(look)
        look()
      }),
    async stop() {
      child.stdin?.end()
      await died
    },
  }
}
