import type { FeedRequest, FeedResponse } from '../../src-main/contract/feed.ts'
import type { HubContext } from '../context.ts'
import { createBell } from './bell.ts'
import { feedChannel } from './publish.ts'
import { readPage } from './read.ts'
import { forgetOld, noteReader } from './readers.ts'

/** What lanes hear from the hub. */
export interface Feed {
  /** Answers at once when there is something to tell, else as soon as there is, else empty after `waitMs`. */
  poll(laneId: string, request: FeedRequest, gone: AbortSignal): Promise<FeedResponse>
  close(): Promise<void>
}

/**
 * How long to sleep without a ring: a notification is lost while its connection is being made again, and an item waits
 * for those that were begun before it.
 */
const lookAgainMs = 1_000
const lookAgainAfterRingMs = 50
const forgetEveryMs = 6 * 3_600_000

export function createFeed(context: HubContext): Feed {
  const { database, log, nowMs } = context
  const bell = createBell()
  const listening = database.listen(feedChannel, (laneId) => bell.ring(laneId === '' ? null : laneId))
  const closing = new AbortController()
  const forgetting = setInterval(() => {
    forgetOld(database, nowMs()).catch((error: unknown) =>
      log.warn({ err: error }, 'The feed was not tidied'),
    )
  }, forgetEveryMs).unref()

  const polls = new Set<Promise<FeedResponse>>()

  async function answer(laneId: string, request: FeedRequest, gone: AbortSignal): Promise<FeedResponse> {
    await noteReader(database.relaxed, laneId, request, nowMs())
    const over = AbortSignal.any([gone, closing.signal])
    const until = performance.now() + request.waitMs
    const wait = bell.waitFor(laneId)
    try {
      for (;;) {
        const page = await readPage(database, laneId, request)
        const leftMs = until - performance.now()
        const isNews = page.items.length > 0 || page.hubEpoch !== request.hubEpoch
        if (isNews || leftMs <= 0 || over.aborted || wait.replaced()) return page
        const napMs = wait.rang() ? lookAgainAfterRingMs : lookAgainMs
        await wait.nap(Math.min(napMs, leftMs), over)
      }
    } finally {
      wait.end()
    }
  }

  return {
    poll(laneId, request, gone) {
      const poll = answer(laneId, request, gone).finally(() => polls.delete(poll))
      polls.add(poll)
      return poll
    },
    async close() {
      closing.abort()
      await Promise.allSettled(polls)
      clearInterval(forgetting)
      await listening.close()
    },
  }
}
