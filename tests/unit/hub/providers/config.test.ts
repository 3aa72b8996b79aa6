import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { generateKeyPairSync } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadProviders } from '../../../../src-hub/providers/config.ts'
import { createRegistry } from '../../../../src-hub/providers/registry.ts'
import { createCoupons } from '../../../../src-hub/providers/coupon/provider.ts'
import { createPoints } from '../../../../src-hub/providers/points/provider.ts'
import type { Payer } from '../../../../src-hub/providers/port.ts'
import { createWallet } from '../../../../src-hub/providers/wallet/provider.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

const otherKind = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'facelane-providers-'))
  writeFileSync(path.join(folder, 'app.pem'), privateKey)
  writeFileSync(path.join(folder, 'wallet.pem'), publicKey)
  writeFileSync(path.join(folder, 'half.pem'), privateKey.slice(0, 900))
  writeFileSync(path.join(folder, 'ed25519.pem'), otherKind)
})
afterEach(() => rmSync(folder, { recursive: true }))

function load(content: unknown, env: NodeJS.ProcessEnv = {}) {
  const file = path.join(folder, 'providers.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return loadProviders(file, { dataDir: folder, env, nowMs: Date.now })
}

const alipay = {
  appId: '2021000100000001',
  privateKey: { file: 'app.pem' },
  alipayPublicKey: { file: 'wallet.pem' },
}
const wechat = {
  appId: 'wx1',
  mchId: '1900000001',
  merchantSerial: 'M1',
  privateKey: { env: 'WECHAT_KEY' },
  platformKeys: [{ serial: 'P1', publicKey: { file: 'wallet.pem' } }],
}
const use = (name: string, config: unknown) => ({ providers: [{ use: name, config }] })
const account = 'a'.repeat(32)
const payers: Record<string, Payer> = {
  face: { kind: 'account', accountId: account },
  ownCode: { kind: 'code', wallet: 'own', code: null, codeHash: Buffer.alloc(32) },
  points: { kind: 'points', accountId: account },
  coupon: { kind: 'coupon', codeHash: Buffer.alloc(32) },
  alipayCode: { kind: 'code', wallet: 'alipay', code: null, codeHash: Buffer.alloc(32) },
  alipayFace: { kind: 'faceToken', wallet: 'alipay', token: null },
  wechatCode: { kind: 'code', wallet: 'wechat', code: null, codeHash: Buffer.alloc(32) },
  wechatFace: { kind: 'faceToken', wallet: 'wechat', token: null },
  alipayAgreement: { kind: 'agreement', accountId: account, provider: 'alipay', agreementNo: '1' },
  acmeAgreement: { kind: 'agreement', accountId: account, provider: 'acme', agreementNo: '1' },
}
const own = () => ({
  wallet: createWallet({ paymentMinor: 1 }),
  points: createPoints(),
  coupon: createCoupons(),
})
const names = (registry: ReturnType<typeof createRegistry>) =>
  Object.fromEntries(
    Object.entries(payers).map(([payer, value]) => [payer, registry.providerFor(value)?.name ?? null]),
  )

describe('the payment providers of a hub', () => {
  it('are its own money when no file names others', async () => {
    const { registered } = await loadProviders(null, { dataDir: folder, env: {}, nowMs: Date.now })
    expect(names(createRegistry(own(), registered))).toEqual({
      face: 'wallet',
      ownCode: 'wallet',
      points: 'points',
      coupon: 'coupon',
      alipayCode: null,
      alipayFace: null,
      wechatCode: null,
      wechatFace: null,
      alipayAgreement: null,
      acmeAgreement: null,
    })
  })

  it('charge whom they can charge, the packages their own agreements', async () => {
    const source = path.resolve(import.meta.dirname, '../../../../fixtures/providers/acme-pay')
    cpSync(source, path.join(folder, 'node_modules/@acme/facelane-provider'), { recursive: true })
    const { registered } = await load(
      {
        providers: [
          { use: 'alipay', config: alipay },
          { use: 'wechat', config: wechat },
          { use: '@acme/facelane-provider', config: { currency: 'CNY', accounts: {} } },
        ],
      },
      { WECHAT_KEY: privateKey },
    )
    const registry = createRegistry(own(), registered)
    expect(names(registry)).toMatchObject({
      face: 'wallet',
      alipayCode: 'alipay',
      alipayFace: 'alipay',
      wechatCode: 'wechat',
      wechatFace: 'wechat',
      alipayAgreement: 'alipay-agreement',
      acmeAgreement: 'acme',
    })
    expect(registry.named('wechat')?.name).toBe('wechat')
    expect(registry.named('nobody')).toBeNull()
  })

  it('take a bench lane’s money only in a sandbox', async () => {
    const real = await load(use('alipay', alipay))
    const play = await load(use('alipay', { ...alipay, sandbox: true }))
    expect(real.registered.map(({ provider }) => provider.declares.takesBench)).toEqual([false, false])
    expect(play.registered.map(({ provider }) => provider.declares.takesBench)).toEqual([true, true])
  })

  it('cannot be two of one name', async () => {
    const { registered } = await load({
      providers: [
        { use: 'alipay', config: alipay },
        { use: 'alipay', config: alipay },
      ],
    })
    expect(() => createRegistry(own(), registered)).toThrow(
      expect.objectContaining({ code: 'providers.twice' }) as Error,
    )
  })

  it.each([
    ['no JSON', '{', 'providers.invalid', /cannot be read as JSON/],
    ['a misspelt field', { provider: [] }, 'providers.invalid', /provider/],
    ['an unknown option', use('alipay', { ...alipay, apId: '1' }), 'providers.invalid', /apId/],
    [
      'a key in the file itself',
      use('alipay', { ...alipay, privateKey }),
      'providers.invalid',
      /never stands in here/,
    ],
    [
      'a key file that is not there',
      use('alipay', { ...alipay, privateKey: { file: 'no.pem' } }),
      'providers.secret',
      /no\.pem/,
    ],
    ['an empty variable', use('wechat', wechat), 'providers.secret', /WECHAT_KEY/],
    ['a key that is none', use('alipay', { ...alipay, alipayPublicKey: 'abc' }), 'providers.invalid', /PEM/],
    [
      'a public key where the private one belongs',
      use('alipay', { ...alipay, privateKey: { file: 'wallet.pem' } }),
      'providers.invalid',
      /an RSA private key[^]*privateKey/,
    ],
    [
      'a private key where the wallet’s belongs',
      use('alipay', { ...alipay, alipayPublicKey: { file: 'app.pem' } }),
      'providers.invalid',
      /an RSA public key[^]*alipayPublicKey/,
    ],
    [
      'a key that was cut off',
      use('wechat', { ...wechat, privateKey: { file: 'half.pem' } }),
      'providers.invalid',
      /an RSA private key[^]*privateKey/,
    ],
    [
      'a key of another kind',
      use('wechat', { ...wechat, privateKey: { file: 'ed25519.pem' } }),
      'providers.invalid',
      /an RSA private key[^]*privateKey/,
    ],
    [
      'real money without TLS',
      use('alipay', { ...alipay, gateway: 'http://x/gateway.do' }),
      'providers.invalid',
      /https/,
    ],
    [
      'a faster timetable for real money',
      use('alipay', { ...alipay, timetable: { everyMs: 10 } }),
      'providers.invalid',
      /sandbox/,
    ],
    ['a package that is not installed', use('@acme/none', {}), 'providers.package', /npm install --prefix/],
    ['a path instead of a name', use('../evil', {}), 'providers.invalid', /name of an installed package/],
  ])('with %s are refused with the place and what to do', async (_what, content, code, message) => {
    await expect(load(content)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
  })

  it('never have a key in what is said about them', async () => {
    const wrong = use('alipay', { ...alipay, sandbox: true, privateKey, appId: 'x' })
    const error: unknown = await load(wrong).catch((thrown: unknown) => thrown)
    expect(JSON.stringify(error)).not.toContain(privateKey.split('\n')[1])
  })

  it.each([
    ['exports nothing', 'export const nothing = 1', /exports no createProvider/],
    ['makes something else', 'export const createProvider = () => ({ name: "x" })', /makes no provider/],
    ['throws', 'export const createProvider = () => { throw new Error("no licence") }', /no licence/],
    [
      'wants the hub’s own ledger',
      `export const createProvider = () => ({ name: 'x', ledger: 'hub', declares: {}, timetable: {} })`,
      /ledger/,
    ],
    [
      'would capture later what it approved',
      `export const createProvider = () => ({ name: 'x', ledger: 'outside', declares: { capture: 'separate' } })`,
      /must be "immediate": nothing here captures later/,
    ],
  ])('from a package that %s are refused by the package’s name', async (_what, code, message) => {
    const home = path.join(folder, 'node_modules/broken-pay')
    mkdirSync(home, { recursive: true })
    writeFileSync(
      path.join(home, 'package.json'),
      '{"name":"broken-pay","type":"module","exports":"./index.js"}',
    )
    writeFileSync(path.join(home, 'index.js'), code)
    await expect(load(use('broken-pay', {}))).rejects.toMatchObject({
      code: 'providers.package',
      message: expect.stringMatching(message) as string,
    })
  })
})
