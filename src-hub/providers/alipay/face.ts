import { z } from 'zod'
import { err, ok, type Result } from '../../../src-main/contract/result.ts'
import { gatewayCodes } from './codes.ts'
import type { AlipayGateway } from './gateway.ts'

export interface FaceSession {
  readonly sessionId: string
  /** For the wallet's device software, untouched. */
  readonly clientData: string
}

const resultSchema = z.object({ zimId: z.string().min(1), zimInitClientData: z.string() })

/**
 * Asks Alipay to begin a look at a face. `deviceInfo` is what its device software said of itself, JSON, untouched. The
 * error is the gateway's own code or the reason of its silence.
 */
export async function initialiseFace(
  gateway: AlipayGateway,
  deviceInfo: string,
  signal: AbortSignal,
): Promise<Result<FaceSession, { readonly nativeCode: string }>> {
  const answer = await gateway.call(
    'zoloz.authentication.customer.smilepay.initialize',
    { zim_meta_info: deviceInfo },
    signal,
  )
  if (!answer.ok) return err({ nativeCode: answer.error.reason })
  const { code, subCode, fields } = answer.value
  if (code !== gatewayCodes.success) return err({ nativeCode: subCode ?? code })
  const result = parse(fields['result'])
  return result === null
    ? err({ nativeCode: 'nonsense' })
    : ok({ sessionId: result.zimId, clientData: result.zimInitClientData })
}

function parse(text: unknown): z.infer<typeof resultSchema> | null {
  try {
    return resultSchema.safeParse(typeof text === 'string' ? JSON.parse(text) : text).data ?? null
  } catch {
    return null
  }
}
