import type { Logger } from 'pino'
import type { HubSecrets } from './secrets.ts'
import type { Database } from './store/database.ts'

/** What every part of the hub needs; built once in `hub.ts` and handed down. */
export interface HubContext {
  readonly database: Database
  readonly secrets: HubSecrets
  readonly log: Logger
  /** The hub's wall clock, ms UTC: it decides expiry; lanes' clocks decide nothing. */
  readonly nowMs: () => number
  /** Address for shoppers' phones, without a trailing slash. */
  readonly publicUrl: () => string
}
