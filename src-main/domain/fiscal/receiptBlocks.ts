import type { FiscalMark, FiscalSignature } from '../../contract/fiscal.ts'
import type { ReceiptBlock } from '../../contract/receipt.ts'
import type { Language } from '../../contract/values.ts'
import { qrText } from './qr.ts'

interface FiscalWords {
  readonly transaction: string
  readonly counter: string
  readonly start: string
  readonly end: string
  readonly till: string
  readonly device: string
  readonly signature: string
  readonly caption: string
  readonly outage: string
}

/** Labels are short: a 58 mm paper has 32 columns, 16 for Chinese. */
const fiscalWords: Readonly<Record<Language, FiscalWords>> = {
  'zh-CN': {
    transaction: '税控交易号',
    counter: '签名序号',
    start: '开始',
    end: '结束',
    till: '税控收银机',
    device: '税控设备',
    signature: '税控签名',
    caption: '税控签名，可供查验',
    outage: '税控设备故障：本小票暂无签名，恢复后补签',
  },
  en: {
    transaction: 'Fiscal transaction',
    counter: 'Signature no.',
    start: 'Start',
    end: 'End',
    till: 'Fiscal till',
    device: 'Fiscal device',
    signature: 'Signature',
    caption: 'Fiscal signature, for inspection',
    outage: 'Fiscal device out of order: this receipt is not signed yet',
  },
}

/** What fiscal law wants on the receipt; nothing where no device is needed. Never "signed" without a signature. */
export function fiscalBlocks(mark: FiscalMark | null, language: Language): ReceiptBlock[] {
  if (mark === null) return []
  const words = fiscalWords[language]
  switch (mark.kind) {
    case 'outage':
      return [{ kind: 'text', text: words.outage, align: 'center', bold: true }]
    case 'signed':
      return signedBlocks(mark.signature, words)
  }
}

function signedBlocks(signature: FiscalSignature, words: FiscalWords): ReceiptBlock[] {
  const qr = qrText(signature)
  return [
    columns(words.transaction, String(signature.transactionNumber)),
    columns(words.counter, String(signature.signatureCounter)),
    columns(words.start, signature.startedAt),
    columns(words.end, signature.finishedAt),
    columns(words.till, signature.clientId),
    columns(words.device, signature.serialNumber),
    ...(qr === null
      ? [columns(words.signature, signature.signatureValue)]
      : [{ kind: 'qr', data: qr, caption: words.caption } as const]),
  ]
}

function columns(left: string, right: string): ReceiptBlock {
  return { kind: 'columns', left, right, emphasis: 'normal' }
}
