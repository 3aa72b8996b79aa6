import { z } from 'zod'
import type { FailureData } from '../contract/failure.ts'
import type { WalletFaceSessionResponse } from '../contract/hubApi.ts'
import type { FaceWallet } from '../contract/payment.ts'
import type { Result } from '../contract/result.ts'
import type { WalletFaceOptions, WalletFaceOutcome, WalletFacePort } from '../ports/walletFace.ts'

export interface SimulatedWalletFaceOptions {
  readonly wallet: FaceWallet
  /** The simulator's address, without a trailing slash. */
  readonly simulatorUrl: string
  /** Asks the hub to begin a session at the wallet; Alipay's device needs one before it looks. */
  readonly beginSession: (
    deviceInfo: string,
    options: { signal: AbortSignal; timeoutMs: number },
  ) => Promise<Result<WalletFaceSessionResponse, FailureData>>
  /** Who stands in front of the device; anybody when nobody is named. */
  readonly person?: () => string
}

const verifiedSchema = z.object({ code: z.string(), token: z.string().min(1).exactOptional() })

/** Codes of the device software's verify call, as Alipay's documents name them. */
const refusals: Readonly<Record<string, 'left' | 'timeout' | 'otherTender'>> = {
  '1003': 'left',
  '1004': 'timeout',
  '1005': 'otherTender',
}
const recognised = '1000'

/** The device software's part, played by the wallet simulator: initialise at the hub, look, take the token. */
export function createSimulatedWalletFace(setup: SimulatedWalletFaceOptions): WalletFacePort {
  let looking = false
  return {
    wallet: setup.wallet,
    async look(options) {
      if (looking) return refused('unavailable', 'busy')
      looking = true
      try {
        return await look(setup, options)
      } catch {
        if (options.signal.aborted) return refused('left', 'aborted')
        return refused('unavailable', 'noAnswer')
      } finally {
        looking = false
      }
    },
  }
}

async function look(
  { wallet, simulatorUrl, beginSession, person }: SimulatedWalletFaceOptions,
  { signal, timeoutMs }: WalletFaceOptions,
): Promise<WalletFaceOutcome> {
  const limit = AbortSignal.timeout(timeoutMs)
  const until = AbortSignal.any([signal, limit])
  const request: Record<string, string> = person === undefined ? {} : { person: person() }
  if (wallet === 'alipay') {
    const session = await beginSession(deviceInfo, { signal: until, timeoutMs })
    if (!session.ok) return refused('unavailable', session.error.code)
    if (session.value.kind === 'refused') return refused('unavailable', session.value.nativeCode)
    request['zimId'] = session.value.sessionId
  }
  try {
    const reply = await fetch(`${simulatorUrl}/device/${wallet}/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: until,
    })
    return outcomeOf(verifiedSchema.parse(await reply.json()))
  } catch (thrown) {
    if (limit.aborted && !signal.aborted) return refused('timeout', 'timeout')
    throw thrown
  }
}

/** What the device software says of itself; a real one fills in its camera and its serial number. */
const deviceInfo = JSON.stringify({ appName: 'facelane-simulator', deviceType: 'simulator', zimVer: '1.0.0' })

function outcomeOf({ code, token }: z.infer<typeof verifiedSchema>): WalletFaceOutcome {
  if (code === recognised && token !== undefined) return { kind: 'seen', token }
  return refused(refusals[code] ?? 'unavailable', code)
}

function refused(
  refusal: Extract<WalletFaceOutcome, { kind: 'refused' }>['refusal'],
  nativeCode: string,
): WalletFaceOutcome {
  return { kind: 'refused', refusal, nativeCode }
}
