import type { ReturnedLine } from '../contract/returns.ts'
import type { Key } from '../contract/values.ts'
import type { ReturnsDesk } from './returnsDesk.ts'

/** Who takes back what did not drop: no member of staff, the machine itself. */
export const vendingStaffId = 'vending'

/**
 * What did not drop is a return of the lane, decided and paid back as any other. The hub may not have heard of the sale
 * yet, or be away: then nothing was asked for, and it is tried again.
 */
export function createVendRefunds(desk: Pick<ReturnsDesk, 'find' | 'order'>) {
  return {
    async giveBack(saleId: Key, lines: readonly ReturnedLine[]): Promise<'ordered' | 'later'> {
      const found = await desk.find({ by: 'saleId', saleId })
      if (!found.ok) return 'later'
      const progress = await desk.order({
        found: found.value,
        lines,
        reason: 'notDispensed',
        staffId: vendingStaffId,
      })
      return progress.kind === 'refused' ? 'later' : 'ordered'
    },
  }
}
