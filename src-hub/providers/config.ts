import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { Failure } from '../../src-main/contract/failure.ts'
import { alipayConfigSchema } from './alipay/config.ts'
import { createGateway } from './alipay/gateway.ts'
import { createAlipay, createAlipayAgreement } from './alipay/provider.ts'
import { initialiseFace } from './alipay/face.ts'
import { loadPackageProvider } from './package-provider.ts'
import type { Payer } from './port.ts'
import type { RegisteredProvider } from './registry.ts'
import { readReferences, referenceIn } from './secret-references.ts'
import { createClient } from './wechat/client.ts'
import { wechatConfigSchema } from './wechat/config.ts'
import { createWechat } from './wechat/provider.ts'

/** Begins a look at a face by a wallet's own device software. */
export type InitialiseFace = (deviceInfo: string, signal: AbortSignal) => ReturnType<typeof initialiseFace>

export interface OutsideProviders {
  readonly registered: readonly RegisteredProvider[]
  /** Null where no wallet with a face device is configured. */
  readonly initialiseFace: InitialiseFace | null
}

export interface ProviderSetup {
  readonly dataDir: string
  readonly env: NodeJS.ProcessEnv
  readonly nowMs: () => number
}

const packageName = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/
const fileSchema = z.strictObject({
  providers: z
    .array(
      z.strictObject({
        use: z.string().regex(packageName, 'must be alipay, wechat or the name of an installed package'),
        config: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .max(32),
})
type Use = z.infer<typeof fileSchema>['providers'][number]

/** The providers outside the hub, from the `--providers` file. Throws `Failure` with the place and what to do. */
export async function loadProviders(file: string | null, setup: ProviderSetup): Promise<OutsideProviders> {
  if (file === null) return { registered: [], initialiseFace: null }
  const { providers } = readFile(file)
  const registered: RegisteredProvider[] = []
  let initialise: InitialiseFace | null = null
  for (const [index, use] of providers.entries()) {
    const where = `${file}: providers[${index}]`
    const config = readReferences(use.config, { folder: path.dirname(path.resolve(file)), env: setup.env })
    switch (use.use) {
      case 'alipay': {
        const alipay = alipayFrom(use, config, where, setup)
        registered.push(...alipay.registered)
        initialise = alipay.initialiseFace
        break
      }
      case 'wechat':
        registered.push(wechatFrom(use, config, where, setup))
        break
      default: {
        const provider = await loadPackageProvider(use.use, config, setup.dataDir, setup.nowMs)
        registered.push({ provider, charges: (payer) => isAgreementOf(payer, provider.name) })
      }
    }
  }
  return { registered, initialiseFace: initialise }
}

function alipayFrom(use: Use, config: unknown, where: string, { nowMs }: ProviderSetup): OutsideProviders {
  refuseInlineSecret(use, where)
  const checked = check(alipayConfigSchema, config, where)
  const gateway = createGateway(checked, nowMs)
  const context = { config: checked, gateway }
  return {
    registered: [
      { provider: createAlipay(context), charges: (payer) => isLive(payer, 'alipay') },
      { provider: createAlipayAgreement(context), charges: (payer) => isAgreementOf(payer, 'alipay') },
    ],
    initialiseFace: (deviceInfo, signal) => initialiseFace(gateway, deviceInfo, signal),
  }
}

function wechatFrom(use: Use, config: unknown, where: string, { nowMs }: ProviderSetup): RegisteredProvider {
  refuseInlineSecret(use, where)
  const checked = check(wechatConfigSchema, config, where)
  const provider = createWechat(checked, createClient(checked, nowMs))
  return { provider, charges: (payer) => isLive(payer, 'wechat') }
}

function isLive(payer: Payer, wallet: 'alipay' | 'wechat'): boolean {
  return (payer.kind === 'code' || payer.kind === 'faceToken') && payer.wallet === wallet
}

function isAgreementOf(payer: Payer, provider: string): boolean {
  return payer.kind === 'agreement' && payer.provider === provider
}

/** A key that stands in the file itself is copied, mailed and committed with it. */
function refuseInlineSecret({ config }: Use, where: string): void {
  if (config['sandbox'] === true || referenceIn(config['privateKey']) !== null) return
  throw invalid(
    `${where}.config.privateKey must be { "file": "…" } or { "env": "…" }: a key never stands in here.`,
  )
}

function readFile(file: string): z.infer<typeof fileSchema> {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw invalid(`${file} cannot be read as JSON. See docs/providers.md for its form.`)
  }
  return check(fileSchema, content, file)
}

function check<T extends z.ZodType>(schema: T, value: unknown, where: string): z.infer<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalid(`${where}: ${z.prettifyError(parsed.error)}`)
}

function invalid(message: string): Failure {
  return new Failure({
    code: 'providers.invalid',
    attempted: 'read the payment providers',
    remedy: 'staff',
    message,
  })
}
