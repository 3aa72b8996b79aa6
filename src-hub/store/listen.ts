import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface Listening {
  close(): Promise<void>
}

const reconnectMs = 500

/** Hears `channel` until it is closed, over as many connections as that takes. */
export function listenOn(
  connectionString: string,
  channel: string,
  heard: (payload: string) => void,
): Listening {
  const closing = new AbortController()
  let client: pg.Client | null = null

  async function hear(): Promise<void> {
    while (!closing.signal.aborted) {
      client = new pg.Client({ connectionString })
      const ended = new Promise<void>((resolve) => client?.once('end', () => resolve()))
      client.on('error', () => undefined)
      client.on('notification', ({ payload }) => heard(payload ?? ''))
      try {
        await client.connect()
        await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
        // Closed while it connected: nobody ends this one but us.
        if (closing.signal.aborted) await client.end()
        await ended
      } catch {
        await client.end().catch(() => undefined)
      }
      await sleep(reconnectMs, null, { signal: closing.signal }).catch(() => undefined)
    }
  }

  const hearing = hear()
  return {
    async close() {
      closing.abort()
      await client?.end().catch(() => undefined)
      await hearing
    },
  }
}
