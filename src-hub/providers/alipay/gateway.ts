import { AlipaySdk } from 'alipay-sdk'
import { z } from 'zod'
import { err, ok, type Result } from '../../../src-main/contract/result.ts'
import { callOnce, type Silence } from '../kit/wire.ts'
import type { AlipayConfig } from './config.ts'

/** The signed part of an answer. `subCode` is null when the gateway says success. */
export interface GatewayAnswer {
  readonly code: string
  readonly subCode: string | null
  readonly fields: Readonly<Record<string, unknown>>
}

/** The gateway's call: what comes back is signed by Alipay, or it is silence. */
export interface AlipayGateway {
  call(method: string, content: object, signal: AbortSignal): Promise<Result<GatewayAnswer, Silence>>
}

const answerSchema = z.looseObject({ code: z.string().max(32), sub_code: z.string().max(128).optional() })

/**
 * Signs and verifies with Alipay's own SDK and sends by itself: the SDK's client cannot be cancelled, keeps connections
 * and repeats a request whose socket broke without a word.
 */
export function createGateway(config: AlipayConfig, nowMs: () => number): AlipayGateway {
  const sdk = new AlipaySdk({
    appId: config.appId,
    privateKey: config.privateKey,
    keyType: config.privateKey.includes('RSA PRIVATE') ? 'PKCS1' : 'PKCS8',
    alipayPublicKey: config.alipayPublicKey,
    gateway: config.gateway,
    signType: 'RSA2',
  })
  return {
    async call(method, content, signal) {
      const { url, body } = signedRequest(sdk, config.gateway, method, content, nowMs())
      const reply = await callOnce({
        method: 'POST',
        url,
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
        timeoutMs: config.timeoutMs,
        signal,
      })
      if (!reply.ok) return reply
      if (reply.value.status !== 200) return err({ reason: `http${reply.value.status}` })
      return verified(sdk, method, reply.value.text)
    },
  }
}

/** What belongs to the protocol goes into the address, as the gateway's documents show it; the order into the body. */
function signedRequest(sdk: AlipaySdk, gateway: string, method: string, content: object, nowMs: number) {
  const timestamp = beijingTime(nowMs)
  const signed = new URLSearchParams(
    sdk.sdkExecute(method, { timestamp, bizContent: content }, { bizContentAutoSnakeCase: false }),
  )
  const body = new URLSearchParams({ biz_content: signed.get('biz_content') ?? '' })
  signed.delete('biz_content')
  return { url: `${gateway}?${signed.toString()}`, body: body.toString() }
}

/** The gateway's clock is China's, whatever this machine's zone: yyyy-MM-dd HH:mm:ss. */
function beijingTime(nowMs: number): string {
  return new Date(nowMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

/** Reads exactly the bytes that were signed, so that nothing unsigned beside them can be believed. */
function verified(sdk: AlipaySdk, method: string, text: string): Result<GatewayAnswer, Silence> {
  try {
    const outer = z.record(z.string(), z.unknown()).parse(JSON.parse(text))
    const own = `${method.replaceAll('.', '_')}_response`
    const name = [own, 'error_response'].find((known) => Object.hasOwn(outer, known))
    // The SDK finds something to verify in any text: an answer to another call must not become this one's.
    if (name === undefined) return err({ reason: 'otherCall' })
    const signed = sdk.getSignStr(text, name)
    const signature = outer['sign']
    if (typeof signature !== 'string' || !sdk.rsaCheck(signed, signature, 'RSA2')) {
      return err({ reason: 'signature' })
    }
    const fields = answerSchema.parse(JSON.parse(signed))
    return ok({ code: fields.code, subCode: fields.sub_code ?? null, fields })
  } catch {
    return err({ reason: 'nonsense' })
  }
}
