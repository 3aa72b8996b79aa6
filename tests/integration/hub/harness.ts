import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { LaneEvent } from '../../../src-main/contract/events.ts'
import {
  authHeaders,
  batchContentType,
  type HubRoute,
  hubRoutes,
  type SessionResponse,
} from '../../../src-main/contract/hubApi.ts'
import type { Aggregate, WireEntry } from '../../../src-main/contract/journal.ts'
import {
  encodeHead,
  encodeRequest,
  GENESIS_PREV_HASH,
  linkHash,
} from '../../../src-main/domain/journal/format.ts'
import type { BatchEntry } from '../../../src-main/domain/journal/batch.ts'
import { batchBody, jsonBody, type PlainBody } from '../../../src-main/hub-client/packing.ts'
import { sha256 } from '../../../src-hub/crypto.ts'
import { type Hub, type HubOptions, startHub } from '../../../src-hub/hub.ts'
import { type Database, openDatabase } from '../../../src-hub/store/database.ts'
import { startEmbeddedPostgres } from '../../../src-hub/store/embedded.ts'

export function newKey(): string {
  return randomBytes(16).toString('hex')
}

/** A temporary folder that the unprivileged database user may enter. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'facelane-hub-test-'))
  await chmod(folder, 0o711)
  return folder
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at what the hub really sent
export type Json = any

export const silent = pino({ level: 'silent' })

export interface TestHub extends Hub {
  readonly database: Database
  /** Moves the hub's clock. */
  advance(ms: number): void
  operator(method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ status: number; json: Json }>
}

/** Any server that lets its user create databases, instead of the embedded one: the tests and the SQL are the same. */
const otherServer = process.env['FACELANE_TEST_DATABASE_URL']

interface Server {
  url(database: string): string
  close(): Promise<void>
}

async function startServer(folder: string): Promise<Server> {
  if (otherServer === undefined) return startEmbeddedPostgres(folder)
  return { url: (database) => otherServer.replace(/[^/]*$/, database), close: async () => {} }
}

/** One PostgreSQL for the file; every hub gets a database of its own. */
export function useHubs() {
  let folder: string
  let postgres: Server
  const cleanups: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    folder = await temporaryFolder()
    postgres = await startServer(folder)
  })
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })
  afterAll(async () => {
    await postgres.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function newDatabase(): Promise<string> {
    const name = `test_${newKey()}`
    const admin = openDatabase(postgres.url('postgres'), () => {})
    await admin.query(`CREATE DATABASE ${name}`)
    await admin.close()
    return postgres.url(name)
  }

  async function start(options: Partial<HubOptions> = {}): Promise<TestHub> {
    const dataDir = await temporaryFolder()
    const databaseUrl = options.databaseUrl ?? (await newDatabase())
    let shiftMs = 0
    const nowMs = () => Date.now() + shiftMs
    const hub = await startHub({
      dataDir,
      host: '127.0.0.1',
      port: 0,
      log: silent,
      nowMs,
      ...options,
      databaseUrl,
    })
    const database = openDatabase(databaseUrl, () => {})
    cleanups.push(async () => {
      await database.close()
      await hub.close()
      await rm(dataDir, { recursive: true, force: true })
    })
    return {
      ...hub,
      database,
      advance: (ms) => (shiftMs += ms),
      operator: (method, route, body) => callOperator(hub, method, route, body),
    }
  }
  return { start, newDatabase }
}

async function callOperator(hub: Hub, method: string, route: string, body?: unknown) {
  const response = await fetch(hub.url + route, {
    method,
    headers: {
      authorization: `Bearer ${hub.operatorToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, json: await response.json() }
}

export interface Reply {
  readonly status: number
  readonly json: Json
}

export interface CallOverrides {
  readonly counter?: number
  readonly laneId?: string
  readonly key?: KeyObject
  readonly nonce?: string
  readonly sessionId?: string
  readonly signedPath?: string
  readonly without?: keyof typeof authHeaders
}

/** A lane as the hub sees it: a key pair, a session, a journal. */
export class TestLane {
  readonly laneId: string
  /** Of the hub; may move. */
  url: string
  readonly privateKey: KeyObject
  readonly publicKey: Buffer
  session: SessionResponse | null = null
  #counter = 0

  constructor(url: string, laneId = 'lane-1') {
    this.laneId = laneId
    this.url = url
    const pair = generateKeyPairSync('ed25519')
    this.privateKey = pair.privateKey
    this.publicKey = Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  }

  async join(joinToken: string): Promise<Reply> {
    const publicKey = this.publicKey.toString('base64')
    return this.post(hubRoutes.join.path, { laneId: this.laneId, publicKey, joinToken })
  }

  async openSession(): Promise<Reply> {
    const publicKey = this.publicKey.toString('base64')
    const reply = await this.post(hubRoutes.session.path, { laneId: this.laneId, publicKey })
    if (reply.status === 200) this.session = reply.json as SessionResponse
    return reply
  }

  /** A batch of entries goes in the journal's own form, bytes as they are, everything else as JSON. */
  async call(route: HubRoute, body: unknown, overrides: CallOverrides = {}): Promise<Reply> {
    const { bytes, contentType } = bodyOf(route, body)
    const counter = overrides.counter ?? this.#counter++
    const laneId = overrides.laneId ?? this.laneId
    const routePath = hubRoutes[route].path
    const message = encodeRequest({
      laneId,
      sessionNonce: overrides.nonce ?? this.session?.nonce ?? '',
      counter,
      method: 'POST',
      path: overrides.signedPath ?? routePath,
      bodySha256: sha256(bytes).toString('hex'),
    })
    const headers: Record<string, string> = {
      [authHeaders.lane]: laneId,
      [authHeaders.session]: overrides.sessionId ?? this.session?.sessionId ?? '',
      [authHeaders.counter]: String(counter),
      [authHeaders.signature]: sign(null, message, overrides.key ?? this.privateKey).toString('base64'),
    }
    const kept = Object.entries(headers).filter(
      ([name]) => overrides.without === undefined || name !== authHeaders[overrides.without],
    )
    return this.post(routePath, bytes, { ...Object.fromEntries(kept), 'content-type': contentType })
  }

  async post(route: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(this.url + route, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    })
    return { status: response.status, json: await response.json() }
  }
}

function bodyOf(route: HubRoute, body: unknown): PlainBody {
  if (body instanceof Uint8Array) return { bytes: body, contentType: batchContentType }
  if (route !== 'append') return jsonBody(body as object)
  const { entries } = body as { entries: readonly WireEntry[] }
  return batchBody(entries.map(fromText))
}

/** An entry that is told as text, as a batch holds it. */
export function fromText({ header, payload, prevHash, hash, signature }: WireEntry): BatchEntry {
  return {
    header,
    payload: Buffer.from(payload, 'base64'),
    prevHash: Buffer.from(prevHash, 'hex'),
    hash: Buffer.from(hash, 'hex'),
    signature: signature === null ? null : Buffer.from(signature, 'base64'),
  }
}

export async function joinedLane(hub: Hub, laneId = 'lane-1'): Promise<TestLane> {
  const lane = new TestLane(hub.url, laneId)
  await lane.join(hub.joinToken)
  await lane.openSession()
  return lane
}

/** Builds a lane's journal entry by entry, the way the contract's format says. */
export class TestJournal {
  readonly lane: TestLane
  readonly epoch: string
  readonly entries: WireEntry[] = []
  #prevHash = GENESIS_PREV_HASH

  constructor(lane: TestLane, epoch = newKey()) {
    this.lane = lane
    this.epoch = epoch
  }

  genesis(): WireEntry {
    return this.add(
      { type: 'journal.genesis', parent: null, publicKey: this.lane.publicKey.toString('base64') },
      { kind: 'journal', id: this.epoch },
    )
  }

  add(event: LaneEvent, aggregate: Aggregate, signed = true): WireEntry {
    return this.addRaw(event.type, Buffer.from(JSON.stringify(event)), aggregate, signed)
  }

  addRaw(type: string, payload: Uint8Array, aggregate: Aggregate, signed = true): WireEntry {
    const entry = wireEntry(this.lane, {
      epoch: this.epoch,
      seq: this.entries.length,
      prevHash: this.#prevHash,
      type,
      payload,
      aggregate,
      signed,
    })
    this.entries.push(entry)
    this.#prevHash = entry.hash
    return entry
  }

  /** Another journal that shares this one's entries so far and may then differ: a copied data folder. */
  branch(): TestJournal {
    const copy = new TestJournal(this.lane, this.epoch)
    copy.entries.push(...this.entries)
    copy.#prevHash = this.#prevHash
    return copy
  }
}

export interface EntryParts {
  readonly epoch: string
  readonly seq: number
  readonly prevHash: string
  readonly type: string
  readonly payload: Uint8Array
  readonly aggregate: Aggregate
  readonly signed: boolean
}

export function wireEntry(lane: TestLane, parts: EntryParts): WireEntry {
  const header = {
    formatVersion: 1 as const,
    laneId: lane.laneId,
    epoch: parts.epoch,
    seq: parts.seq,
    type: parts.type,
    aggregate: parts.aggregate,
    at: { atMs: 1_760_000_000_000 + parts.seq, bootId: 'b'.repeat(32), monotonicMs: parts.seq + 0.25 },
  }
  const hash = linkHash(sha256, parts.prevHash, header, parts.payload)
  return {
    header,
    payload: Buffer.from(parts.payload).toString('base64'),
    prevHash: parts.prevHash,
    hash,
    signature: parts.signed ? sign(null, encodeHead(header, hash), lane.privateKey).toString('base64') : null,
  }
}

export function moment() {
  return { atMs: 1_760_000_000_000, bootId: 'b'.repeat(32), monotonicMs: 12.5 }
}

export function faceInstrument(accountId: string) {
  const evidence = {
    subjectKey: newKey(),
    secondFactor: false,
    modelPackId: 'test-pack',
  }
  return { kind: 'face' as const, accountId, evidence }
}

/** An authorise request for `amountMinor` fen, by face. */
export function faceOrder(accountId: string, amountMinor: number, attemptKey = newKey()) {
  return {
    attemptKey,
    saleId: newKey(),
    amountMinor,
    currency: 'CNY',
    instrument: faceInstrument(accountId),
    bench: false,
    attemptedAt: moment(),
  }
}

export async function newAccount(hub: TestHub, balanceMinor = 10_000, name = '王小明'): Promise<string> {
  const body = { name, phone: '13800135678', balanceMinor, currency: 'CNY' }
  const { json } = await hub.operator('POST', '/operator/v1/accounts', body)
  return json.accountId as string
}

export async function balanceOf(hub: TestHub, accountId: string): Promise<number> {
  const { json } = await hub.operator('GET', '/operator/v1/accounts')
  return json.accounts.find((account: { accountId: string }) => account.accountId === accountId).balanceMinor
}

export async function codeFor(hub: TestHub, accountId: string): Promise<string> {
  const { json } = await hub.operator('POST', `/operator/v1/accounts/${accountId}/code`)
  return json.code as string
}

export function saleCompleted(
  saleId: string,
  overrides: { receiptToken?: string; totalMinor?: number } = {},
) {
  const totalMinor = overrides.totalMinor ?? 1250
  return {
    type: 'sale.completed' as const,
    saleId,
    language: 'en' as const,
    currency: 'CNY',
    totalMinor,
    lines: [],
    taxes: [],
    payments: [],
    receipt: {
      formatVersion: 1 as const,
      saleId,
      receiptToken: overrides.receiptToken ?? newKey(),
      language: 'en' as const,
      totalMinor,
      currency: 'CNY',
      blocks: [
        { kind: 'title' as const, text: 'Harbour Market' },
        { kind: 'columns' as const, left: 'Milk <1 l>', right: '12.50', emphasis: 'normal' as const },
        { kind: 'rule' as const },
        { kind: 'columns' as const, left: 'Total', right: '12.50', emphasis: 'large' as const },
      ],
    },
  }
}

export function attempted(
  accountId: string,
  amountMinor: number,
  mode: 'online' | 'deferred',
  key = newKey(),
) {
  return {
    type: 'payment.attempted' as const,
    attemptKey: key,
    saleId: newKey(),
    amountMinor,
    currency: 'CNY',
    instrument: faceInstrument(accountId),
    mode,
    bench: false,
  }
}
