import type {
  CardInstrument,
  CashInstrument,
  Instrument,
  JournalledInstrument,
  Wallet,
} from '../../contract/payment.ts'
import { unreachable } from '../../contract/result.ts'

/** Whose code it is, by its first two digits; the code must be one of `paymentCodeSchema`. */
export function walletOfCode(code: string): Wallet {
  const prefix = Number(code.slice(0, 2))
  if (prefix === 99) return 'own'
  return prefix <= 15 ? 'wechat' : 'alipay'
}

/** A code and a token are worth money while they live: the journal keeps only that one was used. */
export function journalled(instrument: Instrument | CashInstrument | CardInstrument): JournalledInstrument {
  switch (instrument.kind) {
    case 'walletCode':
      return { kind: 'walletCode', wallet: walletOfCode(instrument.code) }
    case 'walletFace':
      return { kind: 'walletFace', wallet: instrument.wallet }
    case 'coupon':
      return { kind: 'coupon' }
    case 'face':
    case 'points':
    case 'cash':
    case 'card':
      return instrument
    default:
      return unreachable(instrument)
  }
}
