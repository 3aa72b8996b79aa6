import type Database from 'better-sqlite3'

declare const readable: unique symbol
declare const writable: unique symbol

/** What read functions take. Any open database will do. */
export type ReadHandle = Database.Database & { readonly [readable]: true }

/** What write functions take. Only a transaction of the writer hands one out. */
export type WriteHandle = ReadHandle & { readonly [writable]: true }

type Bindings = unknown[] | object

const prepared = new WeakMap<Database.Database, Map<string, Database.Statement>>()

/** Prepares `sql` once per database and keeps it: the text is the name of the statement. */
export function statement<B extends Bindings = [], Row = never>(
  db: ReadHandle,
  sql: string,
): Database.Statement<B, Row> {
  let ofDatabase = prepared.get(db)
  if (ofDatabase === undefined) prepared.set(db, (ofDatabase = new Map<string, Database.Statement>()))
  let found = ofDatabase.get(sql)
  if (found === undefined) ofDatabase.set(sql, (found = db.prepare(sql)))
  return found as Database.Statement<B, Row>
}
