import { readFileSync } from 'node:fs'
import { importCatalogue } from '../catalogue/import.ts'
import type { LaneConfig } from '../config/load.ts'
import type { LogPort } from '../ports/log.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { ProjectPaths } from '../project.ts'

export interface FillCatalogueDeps {
  readonly store: LaneStorePort
  readonly config: LaneConfig
  readonly paths: ProjectPaths
  readonly log: LogPort
}

/** An empty development lane gets the fixture's shelf; a shop imports its own with `facelane catalogue import`. */
export function fillCatalogue({ store, config, paths, log }: FillCatalogueDeps): void {
  if (store.catalogue.count() > 0) return
  if (config.mode === 'production') {
    return log.warn({}, 'the catalogue is empty: import one with "facelane catalogue import FILE"')
  }
  const imported = importCatalogue(store, readFileSync(paths.catalogueFixture, 'utf8'), 'csv')
  if (!imported.ok) throw new Error(`The fixture catalogue is broken: ${imported.error[0]?.message ?? ''}`)
  log.info({ items: imported.value.items }, 'catalogue filled from the fixture')
}
