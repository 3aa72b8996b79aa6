import { readFileSync } from 'node:fs'
import { entrySchema } from '../../../src-hub/providers/simulator/entries.ts'
import type { Effect } from '../judge/facts.ts'

/**
 * What the simulator's log says was moved, oldest first. A buyer who was asked first pays in a line of its own: the code
 * that was shown stands in the line that asked.
 */
export function readEffects(logFile: string): Effect[] {
  const codes = new Map<string, string>()
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line): Effect[] => {
      const entry = entrySchema.parse(JSON.parse(line))
      switch (entry.kind) {
        case 'open': {
          if (entry.codeHash !== null) codes.set(`${entry.wallet} ${entry.outTradeNo}`, entry.codeHash)
          return []
        }
        case 'charge':
        case 'refund':
        case 'cancel': {
          const { kind, wallet, outTradeNo, amountMinor, payer } = entry
          const trade = `${wallet} ${outTradeNo}`
          const codeSha256 = (kind === 'charge' ? entry.codeHash : null) ?? codes.get(trade) ?? null
          const name = kind === 'charge' ? entry.attach : null
          return [{ kind, trade, name, amountMinor, payer, codeSha256 }]
        }
        case 'close':
        case 'agreement':
        case 'faceSession':
        case 'faceToken':
          return []
      }
    })
}
