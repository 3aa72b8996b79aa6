import type { JoinRequest } from '../../src-main/contract/hubApi.ts'
import type { HubContext } from '../context.ts'
import { rawKeyBytes } from '../crypto.ts'
import { Refusal } from '../refusal.ts'
import { sameSecret } from '../secrets.ts'
import { type Queryable, toSafeInteger } from '../store/database.ts'

/** Registers a lane's public key under its name. Repeating it with the same key changes nothing. */
export async function joinLane(context: HubContext, request: JoinRequest): Promise<void> {
  if (!sameSecret(request.joinToken, context.secrets.joinToken)) {
    throw new Refusal(401, 'auth.joinToken', 'The join token is not this hub’s.')
  }
  const publicKey = Buffer.from(request.publicKey, 'base64')
  if (publicKey.length !== rawKeyBytes) {
    throw new Refusal(400, 'auth.publicKey', 'publicKey must be 32 raw Ed25519 bytes in base64.')
  }
  const bound = await context.database.query(
    `INSERT INTO lane (lane_id, public_key, joined_at_ms) VALUES ($1, $2, $3)
     ON CONFLICT (lane_id) DO UPDATE SET public_key = excluded.public_key
       WHERE lane.public_key IS NULL OR lane.public_key = excluded.public_key
     RETURNING lane_id`,
    [request.laneId, publicKey, context.nowMs()],
  )
  if (bound.length > 0) return
  throw new Refusal(
    409,
    'auth.laneTaken',
    'Another key holds this lane name. Choose another name, or release it at the hub.',
  )
}

/** Lets another machine join under this name; the old key's sessions end at once. Its journal stays. */
export async function releaseLane(database: Queryable, laneId: string): Promise<boolean> {
  const rows = await database.query('UPDATE lane SET public_key = NULL WHERE lane_id = $1 RETURNING 1', [
    laneId,
  ])
  return rows.length > 0
}

export interface LaneState {
  readonly laneId: string
  readonly joinedAtMs: number
  readonly lastSeenAtMs: number | null
  readonly released: boolean
  readonly entries: number
  readonly quarantined: number
  readonly parked: number
  readonly positions: readonly LanePosition[]
}

export interface LanePosition {
  readonly epoch: string
  /** The epoch that this is an imported branch of. */
  readonly branchOf: string | null
  readonly firstSeq: number
  readonly ackedSeq: number
  readonly forked: boolean
  readonly updatedAtMs: number
}

interface LaneRow {
  lane_id: string
  joined_at_ms: string
  last_seen_at_ms: string | null
  released: boolean
  quarantined: string
  parked: string
  positions:
    | {
        epoch: string
        branch_of: string | null
        first_seq: number
        acked_seq: number
        forked: boolean
        updated_at_ms: number
      }[]
    | null
}

/** Every lane the hub knows, by name. */
export async function listLanes(database: Queryable): Promise<LaneState[]> {
  const rows = await database.query<LaneRow>(`
    SELECT lane_id, joined_at_ms, public_key IS NULL AS released,
      (SELECT max(last_used_at_ms) FROM session s WHERE s.lane_id = lane.lane_id) AS last_seen_at_ms,
      (SELECT count(*) FROM quarantine q WHERE q.lane_id = lane.lane_id) AS quarantined,
      (SELECT count(*) FROM parked p WHERE p.lane_id = lane.lane_id) AS parked,
      (SELECT json_agg(p ORDER BY began_at_ms) FROM lane_position p WHERE p.lane_id = lane.lane_id) AS positions
    FROM lane ORDER BY lane_id`)
  return rows.map(laneState)
}

function laneState(row: LaneRow): LaneState {
  const positions = (row.positions ?? []).map((position) => ({
    epoch: position.epoch,
    branchOf: position.branch_of,
    firstSeq: position.first_seq,
    ackedSeq: position.acked_seq,
    forked: position.forked,
    updatedAtMs: position.updated_at_ms,
  }))
  return {
    laneId: row.lane_id,
    joinedAtMs: toSafeInteger(row.joined_at_ms),
    lastSeenAtMs: row.last_seen_at_ms === null ? null : toSafeInteger(row.last_seen_at_ms),
    released: row.released,
    entries: positions.reduce((sum, { ackedSeq, firstSeq }) => sum + ackedSeq - firstSeq + 1, 0),
    quarantined: toSafeInteger(row.quarantined),
    parked: toSafeInteger(row.parked),
    positions,
  }
}
