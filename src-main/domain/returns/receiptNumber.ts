import type { FindSaleRequest } from '../../contract/returns.ts'

/** Which sale a receipt's code or printed number names; null when it names none. */
export function receiptOf(text: string): FindSaleRequest | null {
  const address = /\/r\/([0-9a-f]{32})(?:[/?#].*)?$/.exec(text.trim())?.[1]
  if (address !== undefined) return { by: 'receiptToken', receiptToken: address }
  const number = text.trim().replaceAll(/[\s-]/g, '').toLowerCase()
  return /^[0-9a-f]{8}$/.test(number) ? { by: 'saleNumber', saleNumber: number } : null
}
