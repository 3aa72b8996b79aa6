import { failureData } from '../contract/failure.ts'
import type { Key } from '../contract/values.ts'
import type { HubPort } from '../ports/hub.ts'
import type { LogPort } from '../ports/log.ts'
import type { Deletions } from './deletion.ts'

export interface HubDeletionsDeps {
  readonly hub: Pick<HubPort, 'deletionRequests'>
  readonly deletions: Deletions
  readonly log: LogPort
}

/** Wishes that people left at the hub while this lane was away. */
export interface HubDeletions {
  /**
   * Asks for them and fulfils each; call when the hub is there. What the hub has not yet read in the journal it names
   * again, and it is done once. Never concurrent.
   */
  fulfil(): Promise<void>
}

const timeoutMs = 10_000

export function createHubDeletions({ hub, deletions, log }: HubDeletionsDeps): HubDeletions {
  const fulfilled = new Set<Key>()
  let running: Promise<void> | null = null

  async function round(): Promise<void> {
    const answer = await hub.deletionRequests({ timeoutMs })
    if (!answer.ok) return
    for (const { requestKey, subjectKey } of answer.value.requests) {
      if (fulfilled.has(requestKey)) continue
      const { references } = deletions.delete({ subjectKey, reason: 'hub', requestKey })
      fulfilled.add(requestKey)
      log.info({ requestKey, references }, 'references deleted as asked for at the hub')
    }
  }

  return {
    fulfil() {
      running ??= round()
        .catch((thrown: unknown) => {
          log.error({ failure: failureData(thrown) }, 'a deletion asked for at the hub has to wait')
        })
        .finally(() => {
          running = null
        })
      return running
    },
  }
}
