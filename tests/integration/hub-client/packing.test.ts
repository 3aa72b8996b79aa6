import zlib from 'node:zlib'
import { createServer, type Server } from 'node:http'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { authHeaders, batchContentType, hubRoutes } from '../../../src-main/contract/hubApi.ts'
import { encodeRequest } from '../../../src-main/domain/journal/format.ts'
import { createHubClient, type HubClient } from '../../../src-main/hub-client/hub-client.ts'
import { batchBody } from '../../../src-main/hub-client/packing.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import {
  fromText,
  joinedLane,
  newKey,
  saleCompleted,
  TestJournal,
  type TestLane,
  useHubs,
} from '../hub/harness.ts'

const hubs = useHubs()
const open: { close(): unknown }[] = []
afterEach(() => {
  for (const thing of open.splice(0)) thing.close()
})

function clientOf(lane: TestLane, baseUrl: string): HubClient {
  const client = createHubClient({
    baseUrl,
    identity: {
      laneId: lane.laneId,
      publicKey: lane.publicKey.toString('base64'),
      sign: (bytes) => sign(null, bytes, lane.privateKey),
    },
    joinToken: () => null,
    clock: createClock(newKey()),
  })
  open.push(client)
  return client
}

function journalOf(lane: TestLane, sales: number): TestJournal {
  const journal = new TestJournal(lane)
  journal.genesis()
  for (let count = 0; count < sales; count += 1) {
    const saleId = newKey()
    journal.add(saleCompleted(saleId), { kind: 'sale', id: saleId })
  }
  return journal
}

const bytesOf = ({ entries }: TestJournal) => Buffer.from(batchBody(entries.map(fromText)).bytes)

/** Signs and sends an append as it is, packed or not. */
async function sendRaw(lane: TestLane, counter: number, body: Buffer, headers: Record<string, string>) {
  const message = encodeRequest({
    laneId: lane.laneId,
    sessionNonce: lane.session?.nonce ?? '',
    counter,
    method: 'POST',
    path: hubRoutes.append.path,
    bodySha256: createHash('sha256').update(body).digest('hex'),
  })
  const response = await fetch(lane.url + hubRoutes.append.path, {
    method: 'POST',
    headers: {
      'content-type': batchContentType,
      [authHeaders.lane]: lane.laneId,
      [authHeaders.session]: lane.session?.sessionId ?? '',
      [authHeaders.counter]: String(counter),
      [authHeaders.signature]: sign(null, message, lane.privateKey).toString('base64'),
      ...headers,
    },
    body,
  })
  return { status: response.status, json: (await response.json()) as { error?: { code: string } } }
}

interface Seen {
  readonly encoding: string | undefined
  readonly bytes: number
}

/** A hub that only listens, and says which encodings it understands. */
async function standInHub(encodings: readonly string[] | undefined, answer: () => [number, object, object?]) {
  const seen: Seen[] = []
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const isSession = request.url === hubRoutes.session.path
      const session = { sessionId: newKey(), nonce: newKey(), hubEpoch: newKey(), publicUrl: 'http://hub' }
      const [status, body, headers] = isSession
        ? [200, encodings === undefined ? session : { ...session, encodings }]
        : answer()
      if (!isSession)
        seen.push({ encoding: request.headers['content-encoding'], bytes: Buffer.concat(parts).length })
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(server)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

function generateLane(): TestLane {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { laneId: 'lane-1', privateKey, publicKey: Buffer.alloc(32) } as unknown as TestLane
}

const standing = { acked: null, quarantined: 0, parked: 0, forked: false }

describe('a batch of the journal', () => {
  it('travels packed to a hub that unpacks it, and arrives as it was', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { entries } = journalOf(lane, 60)
    const answer = await clientOf(lane, hub.url).append(entries.map(fromText), { timeoutMs: 20_000 })
    expect(answer).toMatchObject({ ok: true, value: { acked: { seq: 60 } } })
    const kept = await hub.database.query<{ payload: Buffer }>(
      'SELECT payload FROM journal_entry ORDER BY seq',
    )
    expect(kept.map(({ payload }) => payload.toString('base64'))).toEqual(
      entries.map(({ payload }) => payload),
    )
  })

  it('is packed in the best way both know, and plain for a hub that does not say', async () => {
    const lane = generateLane()
    const { entries } = journalOf(await joinedLane(await hubs.start()), 30)
    const plain = batchBody(entries.map(fromText)).bytes.length
    for (const [encodings, expected] of [
      [['gzip', 'zstd', 'later'], 'zstd'],
      [['gzip'], 'gzip'],
      [['later'], undefined],
      [undefined, undefined],
    ] as const) {
      const hub = await standInHub(encodings, () => [200, standing])
      await clientOf(lane, hub.url).append(entries.map(fromText), { timeoutMs: 20_000 })
      expect(hub.seen.map(({ encoding }) => encoding)).toEqual([expected])
      const [{ bytes } = { bytes: 0 }] = hub.seen
      if (expected === undefined) expect(bytes).toBe(plain)
      else expect(bytes).toBeLessThan(plain / 2)
    }
  })

  it('is read in every encoding the hub names, and plain as ever', async () => {
    const lane = await joinedLane(await hubs.start())
    const body = bytesOf(journalOf(lane, 3))
    const ways = [
      [body, {}],
      [body, { 'content-encoding': 'identity' }],
      [zlib.gzipSync(body), { 'content-encoding': 'gzip' }],
      [zlib.zstdCompressSync(body), { 'content-encoding': 'zstd' }],
    ] as const
    for (const [index, [bytes, headers]] of ways.entries())
      expect(await sendRaw(lane, index, bytes, headers)).toMatchObject({
        status: 200,
        json: { acked: { seq: 3 } },
      })
  })

  it('that would unpack to more than a batch may be is refused, and nothing else breaks', async () => {
    const lane = await joinedLane(await hubs.start())
    const bomb = Buffer.alloc(256 * 1024 * 1024, 0x20)
    for (const [index, [packed, encoding]] of [
      [zlib.gzipSync(bomb), 'gzip'] as const,
      [zlib.zstdCompressSync(bomb), 'zstd'] as const,
    ].entries()) {
      expect(packed.length).toBeLessThan(1024 * 1024)
      expect(await sendRaw(lane, index, packed, { 'content-encoding': encoding })).toMatchObject({
        status: 413,
        json: { error: { code: 'http.tooLarge' } },
      })
    }
    expect(await lane.call('append', { entries: journalOf(lane, 1).entries }, { counter: 9 })).toMatchObject({
      status: 200,
    })
  })

  it('that is not what its encoding says, or in one nobody knows, is refused by name', async () => {
    const lane = await joinedLane(await hubs.start())
    const body = bytesOf(journalOf(lane, 3))
    const code = async (counter: number, bytes: Buffer, encoding: string) => {
      const { status, json } = await sendRaw(lane, counter, bytes, { 'content-encoding': encoding })
      return [status, json.error?.code]
    }
    expect(await code(0, body, 'gzip')).toEqual([400, 'http.badEncoding'])
    expect(await code(1, zlib.zstdCompressSync(body).subarray(0, 200), 'zstd')).toEqual([
      400,
      'http.badEncoding',
    ])
    expect(await code(2, zlib.brotliCompressSync(body), 'br')).toEqual([415, 'http.badEncoding'])
    expect(await code(3, zlib.gzipSync(zlib.gzipSync(body)), 'gzip')).toEqual([400, 'http.badBody'])
  })

  it('is not knocked with again at a busy hub, which says when to come', async () => {
    const busy = { error: { code: 'hub.busy', message: 'Later.' } }
    const hub = await standInHub([], () => [503, busy, { 'retry-after': '7' }])
    const { entries } = journalOf(await joinedLane(await hubs.start()), 1)
    const answer = await clientOf(generateLane(), hub.url).append(entries.map(fromText), {
      timeoutMs: 20_000,
    })
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'hub.noAnswer', nativeCode: 'hub.busy', retryAfterMs: 7_000 },
    })
    expect(hub.seen).toHaveLength(1)
  })
})
