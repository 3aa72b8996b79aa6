import type { DeletionRequest } from '../contract/rights.ts'
import type { LogPort } from '../ports/log.ts'
import type { Deletions } from './deletion.ts'

export interface HubDeletionsDeps {
  readonly deletions: Deletions
  readonly log: LogPort
}

/**
 * Fulfils a wish that a person left at the hub; the journal answers it, also for somebody who is gone already. Told
 * again in the same run it is done once. Throws `Failure` `store.diskFull`: nothing was deleted.
 */
export function createHubDeletions({ deletions, log }: HubDeletionsDeps): (request: DeletionRequest) => void {
  const fulfilled = new Set<string>()
  return ({ requestKey, subjectKey }) => {
    if (fulfilled.has(requestKey)) return
    const { references } = deletions.delete({ subjectKey, reason: 'hub', requestKey })
    fulfilled.add(requestKey)
    log.info({ requestKey, references }, 'references deleted as asked for at the hub')
  }
}
