import { startChild, type Child, type ChildOptions } from './child.ts'

export interface ServiceOptions {
  readonly name: string
  readonly child: () => ChildOptions
  readonly onReady: (line: unknown) => void
}

/** A process that is killed and started again on the same data, as often as the campaign likes. */
export interface Service {
  readonly name: string
  /** Settles when it answers. Rejects when it does not come up: the campaign has found something. */
  start(): Promise<void>
  kill(): Promise<void>
  signal(name: NodeJS.Signals): void
  running(): boolean
  /** Settles when it runs and answers; at once when it does. */
  up(): Promise<void>
  stop(): Promise<void>
}

export function createService({ name, child, onReady }: ServiceOptions): Service {
  let now: Child | null = null
  let ready = false
  let awaited = Promise.withResolvers<null>()
  return {
    name,
    async start() {
      if (now !== null) throw new Error(`${name} runs already`)
      const started = startChild(child())
      now = started
      void started.gone.then(() => {
        if (now !== started) return
        now = null
        if (ready) awaited = Promise.withResolvers<null>()
        ready = false
      })
      const line = await started.ready
      onReady(line)
      ready = true
      awaited.resolve(null)
    },
    async kill() {
      await now?.kill()
    },
    signal: (signal) => now?.signal(signal),
    running: () => ready,
    up: async () => {
      await awaited.promise
    },
    async stop() {
      await now?.stop()
    },
  }
}
