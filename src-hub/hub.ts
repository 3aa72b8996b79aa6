import { mkdir } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { Failure, failureData } from '../src-main/contract/failure.ts'
import { createServer } from './http/server.ts'
import { lockFolder } from './lock.ts'
import { createPayments, type PaymentOptions } from './payments/service.ts'
import { loadProviders } from './providers/config.ts'
import { createCoupons } from './providers/coupon/provider.ts'
import { createPoints } from './providers/points/provider.ts'
import { createRegistry } from './providers/registry.ts'
import { createWallet } from './providers/wallet/provider.ts'
import { createReturns, followReturns } from './returns/service.ts'
import { openSecrets, secretFiles } from './secrets.ts'
import { openDatabase } from './store/database.ts'
import { settleHubEpoch } from './store/hub-epoch.ts'
import { startEmbeddedPostgres } from './store/embedded.ts'
import { migrate } from './store/migrate.ts'

export interface HubOptions {
  /** Secrets and, unless `databaseUrl` is given, the database. Made when it is not there. */
  readonly dataDir: string
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** Address for shoppers' phones; by default this machine's own on the network. */
  readonly publicUrl?: string
  /** Any PostgreSQL from 15 on instead of the embedded one. */
  readonly databaseUrl?: string
  readonly log: Logger
  /** ms UTC; the machine's clock unless a test brings its own. */
  readonly nowMs?: () => number
  /** Largest single wallet payment, in minor units. */
  readonly walletLimitMinor?: number
  /** Points for a member's sale: of every thousand minor units paid with money, 0 to 1000; 10 unless given. */
  readonly earnPermille?: number
  readonly payments?: PaymentOptions
  /** Names the payment providers outside the hub (docs/providers.md); without it there is the hub's own money only. */
  readonly providersFile?: string
}

export interface Hub {
  /** Where lanes call, without a trailing slash. */
  readonly url: string
  readonly publicUrl: string
  readonly joinToken: string
  readonly operatorToken: string
  readonly joinTokenFile: string
  readonly operatorTokenFile: string
  /** The database went away for good: the hub must be restarted. Resolves with the reason. */
  readonly failed: Promise<Failure>
  /** Resolves when every payment that is due by the hub's clock has been looked at once; it looks by itself too. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Ten thousand yuan, dollars or euros. */
const defaultWalletLimitMinor = 1_000_000
/** A point, which pays a fen or a cent, for every yuan, dollar or euro. */
const defaultEarnPermille = 10

/** Composition root: locks the data folder, brings up the database and serves. Throws `Failure` with a way out. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const dataDir = path.resolve(options.dataDir)
  // Others may enter, not look: the unprivileged PostgreSQL user has to get to its own folder inside.
  await mkdir(dataDir, { recursive: true, mode: 0o711 })
  const undo = new AsyncDisposableStack()
  try {
    const lock = await lockFolder(dataDir)
    undo.defer(() => lock.release())
    const secrets = await openSecrets(dataDir)
    const { connectionString, ended } = await databaseFor(options, dataDir, undo)
    const database = openDatabase(connectionString, (error) =>
      options.log.debug({ err: error }, 'A connection ended'),
    )
    undo.defer(() => database.close())
    await migrate(database)
    let publicUrl = options.publicUrl?.replace(/\/+$/, '') ?? ''
    const nowMs = options.nowMs ?? Date.now
    const restored = await settleHubEpoch(database, dataDir, nowMs())
    if (restored !== null)
      options.log.warn({ sign: restored }, 'The database came back from a backup: the hub has a new epoch')
    const context = { database, secrets, log: options.log, nowMs, publicUrl: () => publicUrl }
    const wallet = createWallet({ paymentMinor: options.walletLimitMinor ?? defaultWalletLimitMinor })
    const outside = await loadProviders(options.providersFile ?? null, { dataDir, env: process.env, nowMs })
    const own = { wallet, points: createPoints(), coupon: createCoupons() }
    const payments = createPayments(context, createRegistry(own, outside.registered), options.payments)
    undo.defer(() => payments.close())
    await payments.finishInterrupted().catch((error: unknown) => {
      options.log.error(
        { err: error },
        'Interrupted payments could not be finished yet; they are tried again',
      )
    })
    const returns = createReturns(context, payments)
    undo.defer(followReturns(returns))
    const server = createServer(
      context,
      payments,
      returns,
      outside.initialiseFace,
      options.earnPermille ?? defaultEarnPermille,
    )
    undo.defer(() => server.close())
    const { port } = await listen(server, options)
    if (publicUrl === '') publicUrl = `http://${phoneHost(options.host)}:${port}`
    const running = undo.move()
    return {
      url: `http://${isEveryAddress(options.host) ? '127.0.0.1' : bracketed(options.host)}:${port}`,
      publicUrl,
      joinToken: secrets.joinToken,
      operatorToken: secrets.operatorToken,
      joinTokenFile: path.join(dataDir, secretFiles.joinToken),
      operatorTokenFile: path.join(dataDir, secretFiles.operatorToken),
      failed: ended,
      settle: () => payments.settle(),
      close: () => running.disposeAsync(),
    }
  } catch (error) {
    await undo.disposeAsync()
    throw error
  }
}

async function databaseFor(
  options: HubOptions,
  dataDir: string,
  undo: AsyncDisposableStack,
): Promise<{ connectionString: string; ended: Promise<Failure> }> {
  if (options.databaseUrl !== undefined) {
    return { connectionString: options.databaseUrl, ended: new Promise(() => {}) }
  }
  const postgres = await startEmbeddedPostgres(dataDir)
  undo.defer(() => postgres.close())
  return { connectionString: postgres.url('postgres'), ended: postgres.ended.then(databaseGone) }
}

function databaseGone(lastWords: string): Failure {
  return new Failure({
    code: 'hub.postgresEnded',
    attempted: 'run the embedded PostgreSQL',
    remedy: 'retry',
    message: `The embedded PostgreSQL ended by itself: ${lastWords.trim() || 'it said nothing'}. Start the hub again.`,
  })
}

async function listen(server: FastifyInstance, { host, port }: HubOptions): Promise<AddressInfo> {
  try {
    await server.listen({ host, port })
  } catch (cause) {
    throw new Failure({
      code: 'hub.listen',
      attempted: `listen on ${host}:${port}`,
      remedy: 'staff',
      message: `The hub cannot listen on ${host}:${port}. Is the port taken? Choose another with --port.`,
      cause: failureData(cause),
    })
  }
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return address
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** A phone in the shop cannot reach 0.0.0.0 or loopback, but it can reach this machine's own address. */
function phoneHost(host: string): string {
  if (!isEveryAddress(host)) return bracketed(host)
  const outward = Object.values(networkInterfaces())
    .flat()
    .find((address) => address !== undefined && !address.internal && address.family === 'IPv4')
  return outward?.address ?? '127.0.0.1'
}
