import type { FiscalSignature } from '../../contract/fiscal.ts'

/** What the device signs, and what stands in the receipt's QR code before the signature (DSFinV-K 2.3, annex I). */
export function signedText(
  signature: Omit<FiscalSignature, 'signatureValue' | 'publicKey' | 'serialNumber'>,
): string {
  return [
    'V0',
    signature.clientId,
    signature.processType,
    signature.processData,
    signature.transactionNumber,
    signature.signatureCounter,
    signature.startedAt,
    signature.finishedAt,
    signature.signatureAlgorithm,
    'utcTime',
  ].join(';')
}

/** Model 2 QR codes of a receipt hold this much here (`receiptBlockSchema`). */
const mostCharacters = 512

/** The text of the QR code; null when a record of very many currencies would not fit: then the fields are printed. */
export function qrText(signature: FiscalSignature): string | null {
  const text = [signedText(signature), signature.signatureValue, signature.publicKey].join(';')
  return text.length <= mostCharacters ? text : null
}
