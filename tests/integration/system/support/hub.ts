import { readFileSync, rmSync } from 'node:fs'
import { createOperator, type Operator } from '../../../../src-main/bench/operator.ts'
import { startHubProcess, type HubProcess } from '../../hub/hub-process.ts'
import type { CleanUps } from './folders.ts'

/** A real hub with its own PostgreSQL in a process of its own, which can be killed and started again. */
export interface ShopHub {
  url(): string
  joinTokenFile(): string
  operator(): Operator
  /** A wallet with money for many small purchases. */
  wallet(balanceMinor?: number): Promise<string>
  /** What the ledger charged for one sale, in minor units each. */
  chargesOf(saleId: string): Promise<number[]>
  dataDir: string
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>
  stop(): Promise<void>
  /** Everything it knew is gone, as with a broken disk; call while it is stopped. */
  forget(): void
  /** Again on the same port and data; `aheadMs` is how far its clock goes wrong. */
  start(clock?: { readonly aheadMs: number }): Promise<void>
}

export async function openHub(after: CleanUps): Promise<ShopHub> {
  const dataDir = after.folder()
  let hub: HubProcess = await startHubProcess(dataDir)
  let shoppers = 0
  const port = Number(new URL(hub.url).port)
  const operator = (): Operator =>
    createOperator({ url: hub.url, token: readFileSync(hub.operatorTokenFile, 'utf8').trim() })
  after.add(() => hub.stop())
  return {
    dataDir,
    url: () => hub.url,
    joinTokenFile: () => hub.joinTokenFile,
    operator,
    async wallet(balanceMinor = 100_000) {
      shoppers += 1
      const phone = `+86138${String(shoppers).padStart(8, '0')}`
      const account = await operator().createAccount({
        name: 'Anna Berg',
        phone,
        balanceMinor,
        currency: 'CNY',
      })
      return account.accountId
    },
    async chargesOf(saleId) {
      const { charges, balanced } = await operator().ledger()
      if (!balanced) throw new Error('The ledger does not balance')
      return charges.filter((charge) => charge.saleId === saleId).map(({ amountMinor }) => amountMinor)
    },
    kill: () => hub.kill(),
    async stop() {
      await hub.stop()
    },
    forget() {
      rmSync(dataDir, { recursive: true, force: true })
    },
    async start(clock) {
      const { NODE_OPTIONS } = process.env
      if (clock) process.env.NODE_OPTIONS = `--import=data:text/javascript,${shiftedClock(clock.aheadMs)}`
      try {
        hub = await startHubProcess(dataDir, port)
      } finally {
        if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS
        else process.env.NODE_OPTIONS = NODE_OPTIONS
      }
    },
  }
}

function shiftedClock(aheadMs: number): string {
  return encodeURIComponent(`const now=Date.now;Date.now=()=>now()+${aheadMs}`)
}
