import type { VendRefunds } from '../ports/vending.ts'
import type { ReturnsDesk } from './returnsDesk.ts'

/** Who takes back what did not drop: no member of staff, the machine itself. */
export const vendingStaffId = 'vending'

/**
 * What did not drop is a return of the lane, decided and paid back as any other. The hub may not have heard of the sale
 * yet, or be away: then nothing was asked for, and it is tried again.
 */
export function createVendRefunds(desk: Pick<ReturnsDesk, 'find' | 'order'>): VendRefunds {
  return {
    async giveBack(saleId, lines) {
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
