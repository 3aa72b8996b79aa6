import type { FiscalCountry } from '../../contract/fiscal.ts'

/**
 * What a country asks of its tills.
 * - `none`: nothing. `mark`: a sale goes on without the device, its receipt says so, and the record is signed later.
 *   `block`: no sale is begun to be paid while the device is out (one that was paid meanwhile is still marked).
 */
export interface FiscalPolicy {
  readonly required: 'none' | 'mark' | 'block'
  /** Process type of TR-03153: how `processData` reads. */
  readonly processType: string
  /** The longest a shopper waits for a signature, ms. */
  readonly sealLimitMs: number
}

/**
 * By country, with where it is written. Germany: AEAO zu 146a 2.1.7 (a failure of the TSE is documented and shown on
 * the receipt, selling goes on). Austria: RKSV 17 (receipts carry "Sicherheitseinrichtung ausgefallen", collected and
 * signed afterwards). Italy: D.M. 7 December 2016 (no commercial document without the RT). France: CGI 286-I-3bis and
 * NF525 (records are sealed as they are made; software that cannot seal must not record).
 */
export const fiscalPolicies: Readonly<Record<FiscalCountry, FiscalPolicy>> = {
  none: { required: 'none', processType: '', sealLimitMs: 0 },
  DE: { required: 'mark', processType: 'Kassenbeleg-V1', sealLimitMs: 3000 },
  AT: { required: 'mark', processType: 'Barzahlungsbeleg-V1', sealLimitMs: 3000 },
  IT: { required: 'block', processType: 'DocumentoCommerciale-V1', sealLimitMs: 3000 },
  FR: { required: 'block', processType: 'Ticket-V1', sealLimitMs: 3000 },
}
