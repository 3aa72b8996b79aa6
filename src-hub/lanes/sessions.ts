import { bodyEncodings, type SessionResponse } from '../../src-main/contract/hubApi.ts'
import { encodeRequest } from '../../src-main/domain/journal/format.ts'
import type { HubContext } from '../context.ts'
import { isSignedBy, randomKey, sha256 } from '../crypto.ts'
import { Refusal } from '../refusal.ts'
import { toSafeInteger } from '../store/database.ts'

/** Answers kept for one session; a repetition that comes later than this many calls is refused. */
export const keptAnswers = 2048
const pruneEvery = 256
const unusedSessionMs = 10 * 60_000
const idleSessionMs = 35 * 24 * 3_600_000

/** Opens a session for a joined lane. Anyone may ask: without the lane's private key it is worth nothing. */
export async function openSession(
  context: HubContext,
  request: { laneId: string; publicKey: string },
): Promise<SessionResponse> {
  const now = context.nowMs()
  const session = { sessionId: randomKey(), nonce: randomKey() }
  await context.database.query(
    `DELETE FROM session WHERE lane_id = $1 AND
       (last_used_at_ms < $2 OR (last_used_at_ms IS NULL AND created_at_ms < $3))`,
    [request.laneId, now - idleSessionMs, now - unusedSessionMs],
  )
  const opened = await context.database.query<{ hub_epoch: string }>(
    `INSERT INTO session (session_id, lane_id, public_key, nonce, created_at_ms)
       SELECT $1, lane_id, public_key, $2, $3 FROM lane WHERE lane_id = $4 AND public_key = $5
     RETURNING (SELECT value FROM hub_meta WHERE key = 'hubEpoch') AS hub_epoch`,
    [session.sessionId, session.nonce, now, request.laneId, Buffer.from(request.publicKey, 'base64')],
  )
  const hubEpoch = opened[0]?.hub_epoch
  if (hubEpoch === undefined)
    throw new Refusal(401, 'auth.unknownLane', 'No lane has joined with this name and key.')
  return { ...session, hubEpoch, publicUrl: context.publicUrl(), encodings: [...bodyEncodings] }
}

/** Changes when the hub's data came back from a backup. Asks the database: a hub without it is not there. */
export async function readHubEpoch({ database }: HubContext): Promise<string> {
  const rows = await database.query<{ value: string }>(`SELECT value FROM hub_meta WHERE key = 'hubEpoch'`)
  if (rows[0] === undefined) throw new Error('The migrations give every hub its epoch')
  return rows[0].value
}

/** A lane's call as it came over the wire. */
export interface SignedCall {
  readonly laneId: string | undefined
  readonly sessionId: string | undefined
  readonly counter: string | undefined
  /** Base64. */
  readonly signature: string | undefined
  readonly method: string
  readonly path: string
  readonly body: Uint8Array
}

export interface Answer {
  readonly status: number
  readonly body: string
}

/** A call that is proven to come from its lane. `recorded` is the answer given before to the identical call. */
export interface AdmittedCall {
  readonly laneId: string
  readonly sessionId: string
  readonly counter: number
  readonly requestSha256: Buffer
  readonly recorded: Answer | null
}

interface SessionRow {
  lane_id: string
  public_key: Buffer
  nonce: string
  counter_floor: string
}

/** Lets a call in, or refuses it: 401 for one that is not its lane's, 409 for a used counter with other content. */
export async function admit(context: HubContext, call: SignedCall): Promise<AdmittedCall> {
  const { laneId, sessionId, signature } = call
  const counter = /^\d{1,15}$/.test(call.counter ?? '') ? Number(call.counter) : null
  if (laneId === undefined || sessionId === undefined || signature === undefined || counter === null) {
    throw new Refusal(401, 'auth.unsigned', 'The call carries no complete lane signature.')
  }
  const session = await findSession(context, sessionId)
  if (session.lane_id !== laneId)
    throw new Refusal(401, 'auth.foreignSession', 'The session is another lane’s.')
  const signed = encodeRequest({
    laneId,
    sessionNonce: session.nonce,
    counter,
    method: call.method,
    path: call.path,
    bodySha256: sha256(call.body).toString('hex'),
  })
  if (!isSignedBy(session.public_key, signed, Buffer.from(signature, 'base64'))) {
    throw new Refusal(401, 'auth.badSignature', 'The signature does not fit this call.')
  }
  if (counter < toSafeInteger(session.counter_floor))
    throw replayed('was used too long ago to know its answer')
  return claim(context, { laneId, sessionId, counter, requestSha256: sha256(signed) })
}

async function findSession(context: HubContext, sessionId: string): Promise<SessionRow> {
  const rows = await context.database.relaxed.query<SessionRow>(
    `SELECT s.lane_id, s.public_key, s.nonce, s.counter_floor FROM session s
       JOIN lane USING (lane_id) WHERE s.session_id = $1 AND lane.public_key = s.public_key`,
    [sessionId.slice(0, 64)],
  )
  const session = rows[0]
  if (session === undefined) throw new Refusal(401, 'auth.unknownSession', 'Open a session first.')
  return session
}

/**
 * Takes the counter. The statement need not wait for the disk: whoever lost it in a power cut can only repeat the very
 * same call, and every call is idempotent.
 */
async function claim(context: HubContext, call: Omit<AdmittedCall, 'recorded'>): Promise<AdmittedCall> {
  const taken = await context.database.relaxed.query(
    `INSERT INTO session_answer (session_id, counter, request_sha256, at_ms) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [call.sessionId, call.counter, call.requestSha256, context.nowMs()],
  )
  if (taken.length > 0) return { ...call, recorded: null }
  const rows = await context.database.relaxed.query<{
    request_sha256: Buffer
    status: number | null
    body: string | null
  }>('SELECT request_sha256, status, body FROM session_answer WHERE session_id = $1 AND counter = $2', [
    call.sessionId,
    call.counter,
  ])
  const earlier = rows[0]
  if (!earlier?.request_sha256.equals(call.requestSha256)) throw replayed('was used for another call')
  const { status, body } = earlier
  return { ...call, recorded: status === null || body === null ? null : { status, body } }
}

/** Keeps the answer for an identical repetition, and forgets the oldest ones now and then. */
export async function recordAnswer(context: HubContext, call: AdmittedCall, answer: Answer): Promise<void> {
  const { relaxed } = context.database
  await relaxed.query(
    `WITH used AS (UPDATE session SET last_used_at_ms = $5 WHERE session_id = $1)
     UPDATE session_answer SET status = $3, body = $4 WHERE session_id = $1 AND counter = $2`,
    [call.sessionId, call.counter, answer.status, answer.body, context.nowMs()],
  )
  if (call.counter % pruneEvery !== 0 || call.counter <= keptAnswers) return
  const floor = call.counter - keptAnswers
  await relaxed.query(
    `WITH moved AS (UPDATE session SET counter_floor = greatest(counter_floor, $2) WHERE session_id = $1)
     DELETE FROM session_answer WHERE session_id = $1 AND counter < $2`,
    [call.sessionId, floor],
  )
}

function replayed(why: string): Refusal {
  return new Refusal(409, 'auth.replayed', `This counter of the session ${why}.`)
}
