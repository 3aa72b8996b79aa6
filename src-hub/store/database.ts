import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type Listening, listenOn } from './listen.ts'

/** Runs SQL: a connection inside a transaction, or any connection of the pool. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** A connection with an open transaction; functions that take it leave commit and rollback to its owner. */
export interface Transaction extends Queryable {
  readonly inTransaction: true
  /** Runs a `COPY … FROM STDIN (FORMAT binary)` with the rows of a `CopyRows`; rejects like a query. */
  copy(statement: string, rows: Buffer): Promise<void>
  /** Undoes what `work` did when it throws, and keeps the rest of the transaction. */
  savepoint<T>(work: () => Promise<T>): Promise<T>
}

/** A statement of its own is run again, too, after a serialisation failure or a deadlock: it left nothing behind. */
export interface Database extends Queryable {
  /** Commits durably before it resolves; the work is run again after a serialisation failure or a deadlock. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /**
   * The same for work that waits for a provider, on connections of its own: it never takes one from the journal's.
   * Throws `Busy` when all of them, or the row it needs, stay taken.
   */
  patientTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /**
   * Calls `heard` with the payload of every notification on `channel`, on a connection of its own that is made again
   * whenever it is lost; what was said in between is not heard.
   */
  listen(channel: string, heard: (payload: string) => void): Listening
  /** Statements whose loss in a power cut costs nothing but a repetition: no wait for the disk. */
  readonly relaxed: Queryable
  close(): Promise<void>
}

/** Nothing was done: every connection, or a row lock, stayed taken by others. Ask again. */
export class Busy extends Error {
  override readonly name = 'Busy'
}

const maxTries = 6

/** Ten lanes that each wait for a provider, and two for the hub's own pursuit. */
const patientConnections = 12
/** Below the 8 s that a lane waits for an answer. */
const patientWaitMs = 6_000

export function openDatabase(connectionString: string, onIdleError: (error: Error) => void): Database {
  const pool = new pg.Pool({ connectionString, max: 12 })
  const relaxed = new pg.Pool({ connectionString, max: 6, options: '-c synchronous_commit=off' })
  const patient = new pg.Pool({
    connectionString,
    max: patientConnections,
    connectionTimeoutMillis: patientWaitMs,
    options: `-c lock_timeout=${patientWaitMs}`,
  })
  for (const each of [pool, relaxed, patient]) {
    each.on('error', onIdleError)
    // Between the pool's listener and ours nobody listens; what is lost just then, the next statement tells.
    each.on('connect', (client) => void client.on('error', () => {}))
  }
  return {
    query: (text, values) => withRetries(() => rowsOf(pool, text, values)),
    relaxed: { query: (text, values) => withRetries(() => rowsOf(relaxed, text, values)) },
    transaction: (work) => withRetries(() => runTransaction(pool, work)),
    patientTransaction: (work) => busyAsSuch(() => withRetries(() => runTransaction(patient, work))),
    listen: (channel, heard) => listenOn(connectionString, channel, heard),
    close: async () => {
      await Promise.all([pool.end(), patient.end(), relaxed.end()])
    },
  }
}

async function busyAsSuch<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (isBusy(error)) throw new Busy('Every connection for slow work is taken', { cause: error })
    throw error
  }
}

/** lock_not_available, or the pool's own words, which carry no code. */
function isBusy(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === '55P03'
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect'
}

async function rowsOf<Row extends pg.QueryResultRow>(
  runner: pg.Pool | pg.PoolClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const { rows } = await runner.query<Row>(text, [...values])
  return rows
}

async function runTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  const lost = (error: Error) => (broken = error)
  client.on('error', lost)
  try {
    await client.query('BEGIN')
    const result = await work(transactionOn(client))
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((failed: unknown) => {
      broken = failed instanceof Error ? failed : new Error(String(failed))
    })
    throw error
  } finally {
    client.off('error', lost)
    client.release(broken)
  }
}

function transactionOn(client: pg.PoolClient): Transaction {
  return {
    inTransaction: true,
    query: (text, values) => rowsOf(client, text, values),
    copy: (statement, rows) => copyInto(client, statement, rows),
    savepoint: async (work) => {
      await client.query('SAVEPOINT step')
      try {
        const result = await work()
        await client.query('RELEASE SAVEPOINT step')
        return result
      } catch (error) {
        await client.query('ROLLBACK TO SAVEPOINT step')
        throw error
      }
    },
  }
}

async function copyInto(client: pg.PoolClient, statement: string, rows: Buffer): Promise<void> {
  const over = Promise.withResolvers<null>()
  client
    .query(copyFrom(statement))
    .on('finish', () => over.resolve(null))
    .on('error', over.reject)
    .end(rows)
  await over.promise
}

async function withRetries<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (!isTransient(error) || attempt === maxTries) throw error
      await sleep(5 * 2 ** attempt * Math.random())
    }
  }
}

/** serialization_failure and deadlock_detected: the transaction left nothing behind and may simply be repeated. */
export function isTransient(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01')
}

/** PostgreSQL's bigint arrives as text; every bigint of ours is an amount, a time or a position below 2^53. */
export function toSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`Beyond 2^53: ${text}`)
  return value
}
