import { describe, expect, test } from 'vitest'
import {
  fiscalCountries,
  type FiscalRecord,
  type FiscalSignature,
} from '../../../src-main/contract/fiscal.ts'
import { fiscalPolicies } from '../../../src-main/domain/fiscal/policies.ts'
import { processData } from '../../../src-main/domain/fiscal/processData.ts'
import { qrText } from '../../../src-main/domain/fiscal/qr.ts'
import { fiscalBlocks } from '../../../src-main/domain/fiscal/receiptBlocks.ts'
import { receiptDocumentSchema } from '../../../src-main/contract/receipt.ts'

const key = '0'.repeat(32)
const sale: FiscalRecord = {
  recordKey: key,
  kind: 'sale',
  currency: 'EUR',
  turnover: [
    { taxClass: 'standard', ratePermille: 190, grossMinor: 7533 },
    { taxClass: 'reduced', ratePermille: 70, grossMinor: 799 },
    { taxClass: 'exempt', ratePermille: 0, grossMinor: 50 },
    { taxClass: 'zero', ratePermille: 0, grossMinor: 25 },
  ],
  payments: [
    { kind: 'nonCash', amountMinor: 5000, currency: 'EUR' },
    { kind: 'cash', amountMinor: 1000, currency: 'EUR' },
    { kind: 'cash', amountMinor: 500, currency: 'CHF' },
    { kind: 'nonCash', amountMinor: 1907, currency: 'EUR' },
  ],
}
const signature: FiscalSignature = {
  serialNumber: 'ab'.repeat(32),
  clientId: 'facelane-lane-1',
  transactionNumber: 18,
  signatureCounter: 112,
  processType: 'Kassenbeleg-V1',
  processData: processData(sale),
  startedAt: '2026-11-22T09:05:07.000Z',
  finishedAt: '2026-11-22T09:06:10.120Z',
  signatureAlgorithm: 'ecdsa-plain-SHA256',
  signatureValue: Buffer.alloc(64, 1).toString('base64'),
  publicKey: Buffer.alloc(65, 4).toString('base64'),
}

describe('process data of a receipt', () => {
  test('is written as DSFinV-K says: five tax places, cash before the rest, other currencies named', () => {
    expect(processData(sale)).toBe('Beleg^75.33_7.99_0.00_0.00_0.75^10.00:Bar_5.00:Bar:CHF_69.07:Unbar')
  })

  test('of goods taken back carries the amounts as negative ones', () => {
    const back = { taxClass: 'standard', ratePermille: 190, grossMinor: -5 } as const
    const paid = { kind: 'cash', amountMinor: -5, currency: 'EUR' } as const
    expect(processData({ ...sale, kind: 'return', turnover: [back], payments: [paid] })).toBe(
      'Beleg^-0.05_0.00_0.00_0.00_0.00^-0.05:Bar',
    )
  })

  test('of a sale that was given up is the kind for that, with nothing sold and nothing paid', () => {
    expect(processData({ ...sale, kind: 'abandoned', turnover: [], payments: [] })).toBe(
      'AVBelegabbruch^0.00_0.00_0.00_0.00_0.00^',
    )
  })

  test('of a currency without minor units has no decimal point', () => {
    const yen = { taxClass: 'standard', ratePermille: 100, grossMinor: 1200 } as const
    expect(processData({ ...sale, currency: 'JPY', turnover: [yen], payments: [] })).toBe(
      'Beleg^1200_0_0_0_0^',
    )
  })
})

describe('what the receipt says of the device', () => {
  test('the QR code carries the twelve fields of DSFinV-K in their order', () => {
    const fields = qrText(signature)?.split(';') ?? []
    expect(fields.slice(0, 10)).toEqual([
      'V0',
      'facelane-lane-1',
      'Kassenbeleg-V1',
      signature.processData,
      '18',
      '112',
      '2026-11-22T09:05:07.000Z',
      '2026-11-22T09:06:10.120Z',
      'ecdsa-plain-SHA256',
      'utcTime',
    ])
    expect(fields.slice(10)).toEqual([signature.signatureValue, signature.publicKey])
  })

  test.each(['zh-CN', 'en'] as const)(
    'in %s a signature is numbers and a QR code that a receipt can hold',
    (language) => {
      const blocks = fiscalBlocks({ kind: 'signed', signature }, language)
      expect(blocks.map(({ kind }) => kind)).toEqual([...Array<string>(6).fill('columns'), 'qr'])
      const document = {
        formatVersion: 1,
        saleId: key,
        receiptToken: key,
        language,
        totalMinor: 1,
        currency: 'EUR',
        blocks,
      }
      expect(receiptDocumentSchema.safeParse(document).success).toBe(true)
    },
  )

  test('a record too long for a QR code is printed as text instead', () => {
    const long = { ...signature, processData: 'x'.repeat(300) }
    expect(qrText(long)).toBeNull()
    expect(fiscalBlocks({ kind: 'signed', signature: long }, 'en').at(-1)).toMatchObject({
      left: 'Signature',
    })
  })

  test.each(['zh-CN', 'en'] as const)(
    'in %s an outage is one bold line, and no number or signature',
    (language) => {
      const blocks = fiscalBlocks({ kind: 'outage', reason: 'timeout', sinceMs: 1 }, language)
      expect(blocks).toMatchObject([{ kind: 'text', bold: true }])
      expect(JSON.stringify(blocks)).not.toMatch(/\d{3}/)
    },
  )

  test('where no device is needed nothing is printed', () => {
    expect(fiscalBlocks(null, 'en')).toEqual([])
  })
})

test('every country has its policy, and those that need a device say how their data is named', () => {
  for (const country of fiscalCountries) {
    const { required, processType, sealLimitMs } = fiscalPolicies[country]
    expect(required === 'none').toBe(country === 'none')
    expect(processType === '').toBe(required === 'none')
    expect(sealLimitMs).toBeLessThanOrEqual(5000)
  }
})
