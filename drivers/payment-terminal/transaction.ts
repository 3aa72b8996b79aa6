import type { TerminalTransaction } from './payment-terminal-port.ts'
import type { StatusInformation } from './zvt/messages.ts'

/** The highest trace number; the next one is 1. */
export const lastTrace = 999_999

/** The booking a status information tells of; null when amount, trace or receipt number is missing. */
export function transactionOf(status: StatusInformation): TerminalTransaction | null {
  const { amountMinor, traceNumber, receiptNumber } = status
  if (status.resultCode !== 0 || amountMinor === null || traceNumber === null || receiptNumber === null)
    return null
  return {
    amountMinor,
    currencyNumber: status.currencyNumber,
    traceNumber,
    originalTrace: status.originalTrace,
    receiptNumber,
    terminalId: status.terminalId ?? '00000000',
    maskedPan: status.maskedPan ?? '****',
    scheme: status.cardName ?? '',
    approvalCode: status.approvalCode ?? '',
  }
}
