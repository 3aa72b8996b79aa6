import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Both sides' keys. The simulator checks with a merchant's public key and signs with a wallet's private one. */
export interface SimulatorKeys {
  readonly alipayApp: KeyObject
  readonly alipay: KeyObject
  readonly wechatMerchant: KeyObject
  readonly wechatPlatform: KeyObject
  /** A key of nobody, for answers that must not be believed. */
  readonly stranger: KeyObject
}

/** Made up, and shaped as the wallets' own. */
export const merchant = {
  appId: '9021000100000001',
  wechatAppId: 'wxsimulator000001',
  mchId: '1900000001',
  merchantSerial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  platformSerial: 'PUB_KEY_ID_0119000000012026000000000001',
} as const

const pairs = {
  alipayApp: 'alipay-app',
  alipay: 'alipay',
  wechatMerchant: 'wechat-merchant',
  wechatPlatform: 'wechat-platform',
  stranger: 'stranger',
} as const

/**
 * Reads the keys of the folder, making those that are missing: a simulator that was killed comes back as itself. Beside them
 * it writes what a hub takes as `--providers`, with every key as a file.
 */
export function openKeys(folder: string): SimulatorKeys {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const read = (name: string) => readOrMake(folder, name)
  return {
    alipayApp: createPublicKey(read(pairs.alipayApp)),
    alipay: read(pairs.alipay),
    wechatMerchant: createPublicKey(read(pairs.wechatMerchant)),
    wechatPlatform: read(pairs.wechatPlatform),
    stranger: read(pairs.stranger),
  }
}

/** The hub's configuration for this simulator; keys are named relative to the file. */
export function writeHubConfiguration(folder: string, url: string): string {
  const file = path.join(folder, 'providers.json')
  const key = (name: string, part: 'private' | 'public') => ({ file: `${name}-${part}-key.pem` })
  const providers = [
    {
      use: 'alipay',
      config: {
        sandbox: true,
        gateway: `${url}/gateway.do`,
        appId: merchant.appId,
        privateKey: key(pairs.alipayApp, 'private'),
        alipayPublicKey: key(pairs.alipay, 'public'),
      },
    },
    {
      use: 'wechat',
      config: {
        sandbox: true,
        baseUrl: url,
        appId: merchant.wechatAppId,
        mchId: merchant.mchId,
        merchantSerial: merchant.merchantSerial,
        privateKey: key(pairs.wechatMerchant, 'private'),
        platformKeys: [{ serial: merchant.platformSerial, publicKey: key(pairs.wechatPlatform, 'public') }],
      },
    },
  ]
  writeWhole(file, `${JSON.stringify({ providers }, null, 2)}\n`)
  return file
}

function readOrMake(folder: string, name: string): KeyObject {
  const file = path.join(folder, `${name}-private-key.pem`)
  if (existsSync(file)) return createPrivateKey(readFileSync(file))
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeWhole(path.join(folder, `${name}-public-key.pem`), publicKey.export({ type: 'spki', format: 'pem' }))
  // Last: a private key that is there has its public half beside it.
  writeWhole(file, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return privateKey
}

/** A kill in the middle leaves the old file or the new one, never half of one. */
function writeWhole(file: string, content: string | Buffer): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}
