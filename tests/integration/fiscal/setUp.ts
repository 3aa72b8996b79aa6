import { createPublicKey, verify } from 'node:crypto'
import type { EmulatedFiscalDevice } from '../../../drivers/fiscal/emulator/fiscal-emulator.ts'
import { createNetworkFiscalDevice } from '../../../drivers/fiscal/network-fiscal-device.ts'
import type { FiscalRecord, FiscalSignature } from '../../../src-main/contract/fiscal.ts'
import { fiscalPolicies } from '../../../src-main/domain/fiscal/policies.ts'
import { createFiscalDesk } from '../../../src-main/fiscal/desk.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import type { FiscalDeskPort } from '../../../src-main/ports/fiscal.ts'
import type { LaneStorePort } from '../../../src-main/ports/store.ts'
import { keptLog, random } from '../lane/support/stores.ts'

export const clock = createClock(random.key())
export const clientId = 'facelane-lane-1'

export function recordOf(recordKey: string, grossMinor = 1190): FiscalRecord {
  return {
    recordKey,
    kind: 'sale',
    currency: 'EUR',
    turnover: [{ taxClass: 'standard', ratePermille: 190, grossMinor }],
    payments: [{ kind: 'nonCash', amountMinor: grossMinor, currency: 'EUR' }],
  }
}

export interface DeskOptions {
  readonly country?: 'DE' | 'FR'
  readonly sealLimitMs?: number
  readonly callMs?: number
  readonly retryMs?: number
}

/** A desk over the network driver, as the runtime builds it, with short times. */
export function openDesk(
  store: LaneStorePort,
  device: Pick<EmulatedFiscalDevice, 'host' | 'port'>,
  { country = 'DE', sealLimitMs = 2000, callMs = 400, retryMs = 30 }: DeskOptions = {},
): FiscalDeskPort {
  return createFiscalDesk({
    policy: { ...fiscalPolicies[country], sealLimitMs },
    device: createNetworkFiscalDevice({ host: device.host, port: device.port, clientId }),
    store,
    clock,
    log: keptLog(),
    laneId: 'lane-1',
    currency: 'EUR',
    times: { callMs, retryMs },
  })
}

/** A second opinion on a signature, from what stands in the QR code alone. */
export function verifies(signature: FiscalSignature): boolean {
  const { clientId: client, processType, processData, transactionNumber, signatureCounter } = signature
  const text = [
    'V0',
    client,
    processType,
    processData,
    transactionNumber,
    signatureCounter,
    signature.startedAt,
  ]
  const signed = [...text, signature.finishedAt, 'ecdsa-plain-SHA256', 'utcTime'].join(';')
  const point = Buffer.from(signature.publicKey, 'base64')
  const part = (start: number) => point.subarray(start, start + 32).toString('base64url')
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) }, format: 'jwk' })
  const value = Buffer.from(signature.signatureValue, 'base64')
  return verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, value)
}

export async function until(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 5))
}
