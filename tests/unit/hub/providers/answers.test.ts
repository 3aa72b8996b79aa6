import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alipayConfigSchema } from '../../../../src-hub/providers/alipay/config.ts'
import { createGateway } from '../../../../src-hub/providers/alipay/gateway.ts'
import { payMeanings } from '../../../../src-hub/providers/alipay/codes.ts'
import { numberOf as alipayNumber } from '../../../../src-hub/providers/alipay/provider.ts'
import { meaningOf } from '../../../../src-hub/providers/kit/answers.ts'
import { createClient } from '../../../../src-hub/providers/wechat/client.ts'
import { wechatConfigSchema } from '../../../../src-hub/providers/wechat/config.ts'
import { createWechat, numberOf as wechatNumber } from '../../../../src-hub/providers/wechat/provider.ts'
import { noTransaction } from '../../../conformance/providers/support/simulated.ts'

interface Said {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body: string
}

let say: Said
let server: Server
let url: string
const wallet = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ours = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = (key: KeyObject) =>
  String(key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }))

beforeAll(async () => {
  server = createServer((_request, reply) => {
    reply.writeHead(say.status ?? 200, say.headers ?? {}).end(say.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

function signed(text: string, key = wallet.privateKey): string {
  return sign('RSA-SHA256', Buffer.from(text), key).toString('base64')
}

describe('an answer of Alipay', () => {
  const content = '{"code":"10000","msg":"Success","out_trade_no":"n"}'
  const ask = () => {
    const config = alipayConfigSchema.parse({
      sandbox: true,
      gateway: `${url}/gateway.do`,
      appId: '9021000100000001',
      privateKey: pem(ours.privateKey),
      alipayPublicKey: pem(wallet.publicKey),
    })
    const gateway = createGateway(config, Date.now)
    return gateway.call('alipay.trade.query', { out_trade_no: 'n' }, AbortSignal.timeout(5000))
  }

  it('is believed when Alipay signed it', async () => {
    say = { body: `{"alipay_trade_query_response":${content},"sign":"${signed(content)}"}` }
    expect(await ask()).toMatchObject({ ok: true, value: { code: '10000', subCode: null } })
  })

  it('is believed when the gateway refuses under its own name', async () => {
    const refusal = '{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-signature"}'
    say = { body: `{"error_response":${refusal},"sign":"${signed(refusal)}"}` }
    expect(await ask()).toMatchObject({
      ok: true,
      value: { code: '40002', subCode: 'isv.invalid-signature' },
    })
  })

  it.each([
    ['without a signature', () => `{"alipay_trade_query_response":${content}}`],
    [
      'signed by somebody else',
      () => `{"alipay_trade_query_response":${content},"sign":"${signed(content, stranger.privateKey)}"}`,
    ],
    [
      'whose signature is of other words',
      () => `{"alipay_trade_query_response":${content},"sign":"${signed('{}')}"}`,
    ],
    ['whose signature is no text', () => `{"alipay_trade_query_response":${content},"sign":7}`],
    ['that is not JSON', () => 'Bad Gateway'],
    ['that is empty', () => ''],
    ['that is cut off', () => `{"alipay_trade_query_response":${content},"sign":"abc`],
    [
      'that is another method’s',
      () => `{"alipay_trade_pay_response":${content},"sign":"${signed(content)}"}`,
    ],
  ])('%s is silence', async (_how, body) => {
    say = { body: body() }
    expect(await ask()).toMatchObject({ ok: false })
  })

  it('is read from the bytes that were signed, not from a second copy beside them', async () => {
    const forged = '{"code":"10000","out_trade_no":"forged"}'
    const name = 'alipay_trade_query_response'
    say = { body: `{"${name}":${content},"sign":"${signed(content)}","${name}":${forged}}` }
    const answer = await ask()
    expect(answer.ok && answer.value.fields['out_trade_no']).not.toBe('forged')
  })

  it('with another status than 200 is silence, whatever it says', async () => {
    say = { status: 502, body: `{"alipay_trade_query_response":${content},"sign":"${signed(content)}"}` }
    expect(await ask()).toEqual({ ok: false, error: { reason: 'http502' } })
  })
})

describe('an answer of WeChat Pay', () => {
  const now = 1_800_000_000_000
  const content = '{"trade_state":"SUCCESS"}'
  const wechatConfig = () =>
    wechatConfigSchema.parse({
      sandbox: true,
      baseUrl: url,
      appId: 'wx1',
      mchId: '1900000001',
      merchantSerial: 'M1',
      privateKey: pem(ours.privateKey),
      platformKeys: [{ serial: 'P1', publicKey: pem(wallet.publicKey) }],
    })
  const ask = () =>
    createClient(wechatConfig(), () => now).call('GET', '/v3/x', null, AbortSignal.timeout(5000))
  const saying = (
    body: string,
    more: { serial?: string; atMs?: number; signedBody?: string; status?: number } = {},
  ) => {
    const timestamp = String(Math.floor((more.atMs ?? now) / 1000))
    const signature = signed(`${timestamp}\nnonce\n${more.signedBody ?? body}\n`)
    say = {
      status: more.status ?? 200,
      body,
      headers: {
        'wechatpay-serial': more.serial ?? 'P1',
        'wechatpay-timestamp': timestamp,
        'wechatpay-nonce': 'nonce',
        'wechatpay-signature': signature,
      },
    }
  }

  it('is believed when WeChat Pay signed it just now', async () => {
    saying(content)
    expect(await ask()).toEqual({ ok: true, value: { code: null, fields: { trade_state: 'SUCCESS' } } })
  })

  it('is believed when it is a refusal and signed', async () => {
    saying('{"code":"NOT_ENOUGH","message":"…"}', { status: 403 })
    expect(await ask()).toMatchObject({ ok: true, value: { code: 'NOT_ENOUGH' } })
  })

  it.each([
    ['of other bytes', { signedBody: '{"trade_state":"CLOSED"}' }],
    ['six minutes old', { atMs: now - 360_000 }],
    ['six minutes ahead', { atMs: now + 360_000 }],
    ['under a key that is not known', { serial: 'P2' }],
  ])('whose signature is %s is silence', async (_how, more) => {
    saying(content, more)
    expect(await ask()).toEqual({ ok: false, error: { reason: 'signature' } })
  })

  it.each([
    ['SUCCESS', { kind: 'done', providerReference: '503' }],
    ['PROCESSING', { kind: 'pending', nativeCode: 'PROCESSING' }],
    ['ABNORMAL', { kind: 'pending', nativeCode: 'ABNORMAL' }],
    ['CLOSED', { kind: 'refused', nativeCode: 'CLOSED' }],
    ['NEVER_HEARD_OF', { kind: 'pending', nativeCode: 'NEVER_HEARD_OF' }],
  ])('that a refund is %s is %j', async (status, answer) => {
    const attemptKey = 'a'.repeat(32)
    const providerKey = `${attemptKey}-refund-b`
    saying(JSON.stringify({ status, refund_id: '503', out_refund_no: wechatNumber(providerKey) }))
    const config = wechatConfig()
    const provider = createWechat(
      config,
      createClient(config, () => now),
    )
    const order = {
      chargeKey: `${attemptKey}-1`,
      providerKey,
      attemptKey,
      amountMinor: 100,
      chargedMinor: 700,
      currency: 'CNY',
      atMs: now,
      signal: AbortSignal.timeout(5000),
    }
    expect(await provider.refund(noTransaction, order)).toMatchObject(answer)
  })

  it.each([403, 500, 502])('of status %i without a signature is silence and no refusal', async (status) => {
    say = { status, body: '{"code":"NOT_ENOUGH"}' }
    expect(await ask()).toEqual({ ok: false, error: { reason: `http${status}` } })
  })
})

describe('codes and numbers', () => {
  it('a code nobody knows has no meaning, and neither has a word of the language', () => {
    for (const code of ['ACQ.NEVER_HEARD_OF', 'constructor', '__proto__', 'toString', '', null]) {
      expect(meaningOf(payMeanings, code)).toBeNull()
    }
  })

  it('every key fits the wire, stays the same and differs from every other', () => {
    const attempt = '0123456789abcdef'.repeat(2)
    const keys = [`${attempt}-1`, `${attempt}-2`, `${attempt}-void`, `${attempt}-refund-${'f'.repeat(32)}`]
    expect(new Set(keys.map(alipayNumber)).size).toBe(keys.length)
    expect(new Set(keys.map(wechatNumber)).size).toBe(keys.length)
    for (const key of keys) {
      expect(alipayNumber(key)).toMatch(/^\w{1,64}$/)
      expect(wechatNumber(key)).toMatch(/^[\w-]{32}$/)
      expect(wechatNumber(key)).toBe(wechatNumber(key))
    }
  })
})
