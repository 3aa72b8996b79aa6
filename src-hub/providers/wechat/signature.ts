import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import type { WireReply } from '../kit/wire.ts'
import type { WechatConfig } from './config.ts'

/** An answer is believed this long before or after its own timestamp, as the API v3 rules say. ms. */
const windowMs = 300_000

/**
 * API v3 signatures, `WECHATPAY2-SHA256-RSA2048`. Made here, for the rule is two lines: of the clients on npm,
 * wechatpay-axios-plugin 0.9.6 believes a refusal without its signature, and wechatpay-node-v3 2.2.1 checks no answer by
 * itself and knows neither codepay nor reverse.
 */
export interface WechatSignatures {
  /** Headers of a request; `target` is path and query. */
  headers(method: string, target: string, body: string): Record<string, string>
  /** Did WeChat Pay say this, and just now? */
  isGenuine(reply: WireReply): boolean
}

export function createSignatures(config: WechatConfig, nowMs: () => number): WechatSignatures {
  const privateKey = createPrivateKey(config.privateKey)
  const platformKeys = new Map(
    config.platformKeys.map(({ serial, publicKey }) => [serial, createPublicKey(publicKey)]),
  )
  return {
    headers(method, target, body) {
      const timestamp = String(Math.floor(nowMs() / 1000))
      const nonce = randomBytes(16).toString('hex')
      const text = `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`
      const signature = sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64')
      const parts = {
        mchid: config.mchId,
        nonce_str: nonce,
        signature,
        timestamp,
        serial_no: config.merchantSerial,
      }
      const list = Object.entries(parts).map(([name, value]) => `${name}="${value}"`)
      return {
        authorization: `WECHATPAY2-SHA256-RSA2048 ${list.join(',')}`,
        'wechatpay-serial': config.platformKeys[0]?.serial ?? '',
      }
    },
    isGenuine: (reply) => isGenuine(reply, platformKeys, nowMs()),
  }
}

function isGenuine(
  { headers, text }: WireReply,
  platformKeys: ReadonlyMap<string, KeyObject>,
  nowMs: number,
): boolean {
  const key = platformKeys.get(headers['wechatpay-serial'] ?? '')
  const timestamp = headers['wechatpay-timestamp'] ?? ''
  const fresh = /^\d{1,12}$/.test(timestamp) && Math.abs(nowMs - Number(timestamp) * 1000) <= windowMs
  if (key === undefined || !fresh) return false
  const signed = `${timestamp}\n${headers['wechatpay-nonce'] ?? ''}\n${text}\n`
  return verify(
    'RSA-SHA256',
    Buffer.from(signed),
    key,
    Buffer.from(headers['wechatpay-signature'] ?? '', 'base64'),
  )
}
