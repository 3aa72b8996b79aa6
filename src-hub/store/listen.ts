import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface Listening {
  close(): Promise<void>
}

const reconnectMs = 500
const connectTimeoutMs = 5_000

/** Hears `channel` until it is closed, over as many connections as that takes. */
export function listenOn(
  connectionString: string,
  channel: string,
  heard: (payload: string) => void,
): Listening {
  const closing = new AbortController()
  const { signal } = closing

  async function hearOnce(): Promise<void> {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: connectTimeoutMs })
    client.on('error', () => undefined)
    client.on('notification', ({ payload }) => heard(payload ?? ''))
    const ended = new Promise<void>((resolve) => client.once('end', () => resolve()))
    const end = () => void client.end().catch(() => undefined)
    try {
      // Never ended while it connects: pg would then answer neither call.
      await client.connect()
      signal.addEventListener('abort', end)
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
      if (signal.aborted) end()
      await ended
    } catch {
      end()
    } finally {
      signal.removeEventListener('abort', end)
    }
  }

  async function hear(): Promise<void> {
    while (!signal.aborted) {
      await hearOnce()
      await sleep(reconnectMs, null, { signal }).catch(() => undefined)
    }
  }

  const hearing = hear()
  return {
    async close() {
      closing.abort()
      await hearing
    },
  }
}
