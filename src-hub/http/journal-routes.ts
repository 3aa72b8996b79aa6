import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { operatorRoutes } from '../../src-main/contract/hubApi.ts'
import { keySchema, laneIdSchema, sha256Schema } from '../../src-main/contract/values.ts'
import type { HubContext } from '../context.ts'
import { feedReaders } from '../feed/readers.ts'
import { reportBackup } from '../journal/backed-up.ts'
import { importFork, listForks, unmarkForked } from '../journal/forks.ts'
import { reapplyParked } from '../journal/parking.ts'
import {
  listParked,
  listQuarantined,
  listSetAside,
  setParkedAside,
  setQuarantinedAside,
} from '../journal/set-aside.ts'
import type { PaymentService } from '../payments/service.ts'
import { Refusal } from '../refusal.ts'
import { bodyBytes, readBody, readParams } from './bodies.ts'

const reasonSchema = z
  .string()
  .min(1)
  .max(300)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be text')
const decisionSchema = z.object({ reason: reasonSchema })
const placeSchema = z.object({
  laneId: laneIdSchema,
  epoch: keySchema,
  seq: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
})
/** When the backup began. */
const backupSchema = z.object({ upToMs: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER) })
const hashPathSchema = z.object({ laneId: laneIdSchema, hash: sha256Schema })

/** What of the lanes' journals waits for a person, and what that person can do about it. */
export function journalAdministration(
  app: FastifyInstance,
  context: HubContext,
  payments: PaymentService,
): void {
  const { database, nowMs } = context
  const lane = `${operatorRoutes.lanes}/:laneId`
  const laneOf = async (request: FastifyRequest) => {
    const { laneId } = readParams(z.object({ laneId: laneIdSchema }), request)
    const known = await database.query('SELECT 1 FROM lane WHERE lane_id = $1', [laneId])
    if (known.length === 0) throw new Refusal(404, 'lane.unknown', 'The hub knows no lane of this name.')
    return laneId
  }

  app.get(`${lane}/waiting`, async (request) => {
    const laneId = await laneOf(request)
    const [parked, forks, quarantined, setAside] = await Promise.all([
      listParked(database, laneId),
      listForks(database, laneId),
      listQuarantined(database, laneId),
      listSetAside(database, laneId),
    ])
    return { parked, forks, quarantined, setAside }
  })
  app.post(`${lane}/reapply`, async (request) => reapplyParked(context, payments, await laneOf(request)))
  app.post(`${lane}/parked/:epoch/:seq/aside`, async (request) => {
    const { laneId, epoch, seq } = readParams(placeSchema, request)
    const { reason } = readBody(decisionSchema, bodyBytes(request))
    return setParkedAside(context, payments, laneId, { epoch, seq, reason })
  })
  app.post(`${lane}/quarantine/:hash/aside`, async (request) => {
    const { laneId, hash } = readParams(hashPathSchema, request)
    const { reason } = readBody(decisionSchema, bodyBytes(request))
    const moved = await database.transaction(async (tx) => {
      const epochs = await tx.query<{ epoch: string }>(
        `SELECT DISTINCT epoch FROM quarantine WHERE lane_id = $1 AND (entry::jsonb)->>'hash' = $2`,
        [laneId, hash],
      )
      const count = await setQuarantinedAside(tx, { laneId, hash, reason, atMs: nowMs() })
      for (const { epoch } of epochs) await unmarkForked(tx, laneId, epoch)
      return count
    })
    if (moved === 0) throw new Refusal(404, 'quarantine.unknown', 'No entry with this hash is in quarantine.')
    return { setAside: moved }
  })
  app.get(operatorRoutes.forks, async () => ({ forks: await listForks(database) }))
  app.post(`${lane}/forks/:hash/import`, async (request) => {
    const { laneId, hash } = readParams(hashPathSchema, request)
    return importFork(context, payments, laneId, hash)
  })
  app.post(operatorRoutes.backups, async (request) => {
    const { upToMs } = readBody(backupSchema, bodyBytes(request))
    if (upToMs > nowMs())
      throw new Refusal(
        400,
        'backup.inTheFuture',
        'upToMs is when the backup began, by the hub’s clock, ms UTC.',
      )
    return { backedUp: await reportBackup(database, upToMs, nowMs()) }
  })
  app.get(operatorRoutes.feed, async () => ({ readers: await feedReaders(database) }))
}
