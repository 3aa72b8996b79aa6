import type { z } from 'zod'
import type { FailureData } from '../contract/failure.ts'
import {
  helloPath,
  helloResponseSchema,
  hubErrorSchema,
  hubRoutes,
  type HubRoute,
} from '../contract/hubApi.ts'
import { err, ok, type Result } from '../contract/result.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { CallOptions, HubPort } from '../ports/hub.ts'
import { batchBody, createPacking, jsonBody, type PlainBody } from './packing.ts'
import { hubFailure } from './failures.ts'
import { openSession, signedHeaders, type LaneIdentity, type OpenCall, type Session } from './session.ts'
import { createTransport, type Answer, type TransportError } from './transport.ts'

const MAX_ANSWER_BYTES = 1024 * 1024
/** A lost answer is asked for again at once, while the caller's time lasts; then the caller's own timetable decides. */
const TRIES = 3
const BETWEEN_TRIES_MS = 150

export interface HubClientOptions {
  /** Such as "http://127.0.0.1:8080"; a path before the hub's own is allowed. */
  readonly baseUrl: string
  readonly identity: LaneIdentity
  /** Lets a lane the hub does not know join by itself; null when a person joins lanes. Asked when it is needed. */
  readonly joinToken: () => string | null
  readonly clock: Pick<ClockPort, 'after'>
}

export interface HubClient extends HubPort {
  /** Changes when the hub came back from a backup; null before the first session. */
  hubEpoch(): string | null
}

type SignedRoute = Exclude<HubRoute, 'join' | 'session'>
/** A batch of the journal has a form of its own. */
type JsonRoute = Exclude<SignedRoute, 'append'>
type RequestOf<R extends JsonRoute> = z.infer<(typeof hubRoutes)[R]['request']>
type ResponseOf<R extends SignedRoute> = z.infer<(typeof hubRoutes)[R]['response']>

/** The merchant hub over HTTP. Bodies are never logged: they hold payment codes. */
export function createHubClient(options: HubClientOptions): HubClient {
  const client = new Client(options)
  return {
    hello: (call) => client.hello(call),
    append: (entries, call) => client.send('append', batchBody(entries), call),
    authorise: (request, call) => client.call('authorise', request, call),
    query: (attemptKey, call) => client.call('query', { attemptKey }, call),
    cancel: (attemptKey, call) => client.call('cancel', { attemptKey }, call),
    refund: (request, call) => client.call('refund', request, call),
    resolveCode: (code, call) => client.call('resolveCode', { code }, call),
    points: (request, call) => client.call('points', request, call),
    lookUpMember: (request, call) => client.call('lookUpMember', request, call),
    walletFaceSession: (deviceInfo, call) =>
      client.call('walletFaceSession', { wallet: 'alipay', deviceInfo }, call),
    findSale: (request, call) => client.call('findSale', request, call),
    orderReturn: (order, call) => client.call('orderReturn', order, call),
    feed: (request, call) => client.call('feed', request, call),
    publicUrl: () => client.latest?.publicUrl ?? null,
    hubEpoch: () => client.latest?.hubEpoch ?? null,
    close: () => client.close(),
  }
}

class Client {
  /** The newest session, also when the hub has forgotten it since. */
  latest: Session | null = null
  readonly #options: HubClientOptions
  readonly #transport: ReturnType<typeof createTransport>
  readonly #pack = createPacking()
  readonly #closing = new AbortController()
  #session: Session | null = null
  #opening: Promise<Result<Session, FailureData>> | null = null

  constructor(options: HubClientOptions) {
    this.#options = options
    this.#transport = createTransport(options.baseUrl)
  }

  async call<R extends JsonRoute>(
    route: R,
    request: RequestOf<R>,
    options: CallOptions,
  ): Promise<Result<ResponseOf<R>, FailureData>> {
    const answer = await this.send(route, jsonBody(request), options)
    // A confused relay or cache: the answer to another payment must not become this one's.
    if (answer.ok && !isAbout(request, answer.value))
      return err(hubFailure('hub.nonsense', attemptOf(hubRoutes[route].path), 'anotherAttempt'))
    return answer
  }

  async send<R extends SignedRoute>(
    route: R,
    body: PlainBody,
    { signal, timeoutMs }: CallOptions,
  ): Promise<Result<ResponseOf<R>, FailureData>> {
    return this.#withDeadline(timeoutMs, signal, async (deadline) => {
      const first = await this.#inSession(route, body, deadline)
      // The hub forgot the session (restart, backup); the call was refused unread, so it may go out afresh.
      const again = first.sessionRefused ? await this.#inSession(route, body, deadline) : first
      const result = again.result
      if (!result.ok) return result
      const parsed = hubRoutes[route].response.safeParse(result.value)
      if (!parsed.success)
        return err(hubFailure('hub.nonsense', attemptOf(hubRoutes[route].path), 'notTheContract'))
      return ok(parsed.data as ResponseOf<R>)
    })
  }

  /** Unsigned, and in no session: a hub that forgot us is there all the same. */
  async hello({
    signal,
    timeoutMs,
  }: CallOptions): Promise<Result<z.infer<typeof helloResponseSchema>, FailureData>> {
    return this.#withDeadline(timeoutMs, signal, async (deadline) => {
      const request = {
        path: helloPath,
        headers: {},
        body: null,
        signal: deadline,
        maxAnswerBytes: MAX_ANSWER_BYTES,
      }
      const answer = read(helloPath, await this.#transport.send(request))
      if (!answer.ok) return answer
      const parsed = helloResponseSchema.safeParse(answer.value)
      return parsed.success
        ? ok(parsed.data)
        : err(hubFailure('hub.nonsense', attemptOf(helloPath), 'notTheContract'))
    })
  }

  close(): void {
    this.#closing.abort(new DOMException('The hub client was closed', 'AbortError'))
    this.#transport.close()
  }

  async #inSession(
    route: SignedRoute,
    body: PlainBody,
    deadline: AbortSignal,
  ): Promise<{ result: Result<unknown, FailureData>; sessionRefused: boolean }> {
    const session = await this.#ensureSession(deadline)
    if (!session.ok) return { result: session, sessionRefused: false }
    const { bytes, contentType, encoding } = await this.#pack(body, session.value.encodings)
    const counter = session.value.nextCounter()
    const signed = signedHeaders(this.#options.identity, session.value, { route, counter, body: bytes })
    const headers = {
      ...signed,
      'content-type': contentType,
      ...(encoding === null ? {} : { 'content-encoding': encoding }),
    }
    const answer = await this.#postUntilAnswered(route, headers, bytes, deadline)
    const sessionRefused = answer.ok && answer.value.status === 401
    if (sessionRefused && this.#session === session.value) this.#session = null
    return { result: read(hubRoutes[route].path, answer), sessionRefused }
  }

  /** One session for everybody: callers that come while it is being opened wait for the same answer. */
  async #ensureSession(deadline: AbortSignal): Promise<Result<Session, FailureData>> {
    if (this.#session !== null) return ok(this.#session)
    this.#opening ??= this.#open().finally(() => (this.#opening = null))
    const opened = await unless(deadline, this.#opening)
    if (opened === null)
      return err(hubFailure('hub.unreachable', 'open a session with the hub', nameOf(deadline)))
    if (opened.ok) return opened
    // The call itself has not left: whatever happened to the session, nothing of it can have arrived.
    const { code, nativeCode } = opened.error
    return code === 'hub.noAnswer'
      ? err(hubFailure('hub.unreachable', 'open a session with the hub', nativeCode))
      : opened
  }

  async #open(): Promise<Result<Session, FailureData>> {
    const call: OpenCall = (route, request) =>
      this.#withDeadline(SESSION_TIMEOUT_MS, undefined, async (deadline) => {
        const body = Buffer.from(JSON.stringify(request))
        return read(hubRoutes[route].path, await this.#post(route, {}, body, deadline))
      })
    const opened = await openSession(this.#options.identity, this.#options.joinToken(), call)
    if (opened.ok) this.latest = this.#session = opened.value
    return opened
  }

  /** Repeats the identical call when its answer was lost; the hub answers an identical repeat from its record. */
  async #postUntilAnswered(
    route: SignedRoute,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    deadline: AbortSignal,
  ): Promise<Result<Answer, TransportError>> {
    let answer = await this.#post(route, headers, body, deadline)
    let mayHaveArrived = false
    for (let tries = 1; tries < TRIES && isLost(answer); tries += 1) {
      mayHaveArrived = true
      if (!(await this.#pause(BETWEEN_TRIES_MS, deadline))) break
      answer = await this.#post(route, headers, body, deadline)
    }
    if (mayHaveArrived && !answer.ok && answer.error.kind === 'notSent') {
      return err({ ...answer.error, kind: 'lost' })
    }
    return answer
  }

  #post(
    route: HubRoute,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<Result<Answer, TransportError>> {
    const { path } = hubRoutes[route]
    return this.#transport.send({ path, headers, body, signal, maxAnswerBytes: MAX_ANSWER_BYTES })
  }

  /** False when the deadline came first. */
  async #pause(ms: number, deadline: AbortSignal): Promise<boolean> {
    const elapsed = Promise.withResolvers<true>()
    const cancel = this.#options.clock.after(ms, () => elapsed.resolve(true))
    const done = await unless(deadline, elapsed.promise)
    cancel()
    return done ?? false
  }

  async #withDeadline<T>(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    work: (deadline: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const timeout = new AbortController()
    const cancel = this.#options.clock.after(timeoutMs, () =>
      timeout.abort(new DOMException('The hub took too long', 'TimeoutError')),
    )
    const signals = [timeout.signal, this.#closing.signal, ...(signal === undefined ? [] : [signal])]
    try {
      return await work(AbortSignal.any(signals))
    } finally {
      cancel()
    }
  }
}

const SESSION_TIMEOUT_MS = 10_000

function attemptOf(path: string): string {
  return `call ${path} of the hub`
}

function isAbout(request: object, answer: object): boolean {
  return !('attemptKey' in request && 'attemptKey' in answer) || request.attemptKey === answer.attemptKey
}

/** No answer, or one that says the hub itself failed half-way. One that is busy says when to come again. */
function isLost(answer: Result<Answer, TransportError>): boolean {
  if (!answer.ok) return answer.error.kind === 'lost'
  return answer.value.status >= 500 && answer.value.retryAfterMs === undefined
}

/** The JSON of a good answer, or what is wrong with it. */
function read(path: string, answer: Result<Answer, TransportError>): Result<unknown, FailureData> {
  const failed = (code: Parameters<typeof hubFailure>[0], nativeCode: string) =>
    err(hubFailure(code, attemptOf(path), nativeCode))
  if (!answer.ok) {
    const { kind, nativeCode } = answer.error
    if (kind === 'tooLarge') return failed('hub.nonsense', nativeCode)
    return failed(kind === 'notSent' ? 'hub.unreachable' : 'hub.noAnswer', nativeCode)
  }
  const { status, body, retryAfterMs } = answer.value
  const value = parseJson(body)
  if (status === 200) return value === undefined ? failed('hub.nonsense', 'notJson') : ok(value)
  const refusal = hubErrorSchema.safeParse(value)
  const nativeCode = refusal.success ? refusal.data.error.code : `http ${status}`
  // Too busy or broken for the moment: nobody can tell how far it came.
  if (status >= 500 || status === 429 || status === 408)
    return err(hubFailure('hub.noAnswer', attemptOf(path), nativeCode, retryAfterMs))
  return failed(refusal.success ? 'hub.refused' : 'hub.nonsense', nativeCode)
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function nameOf(aborted: AbortSignal): string {
  return aborted.reason instanceof Error ? aborted.reason.name : 'aborted'
}

/** What `promise` gives, or null when the signal comes first. */
async function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T | null> {
  if (signal.aborted) return null
  const ended = new AbortController()
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { signal: ended.signal })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    ended.abort()
  }
}
