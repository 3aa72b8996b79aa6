import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../../../src-hub/store/database.ts'

/** Messages of PostgreSQL's protocol, version 3: a letter, the length with itself, the content. */
function message(letter: string, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content)
  const length = Buffer.alloc(4)
  length.writeInt32BE(4 + bytes.length)
  return Buffer.concat([Buffer.from(letter), length, bytes])
}

const ready = message('Z', 'I')
const welcome = Buffer.concat([message('R', Buffer.alloc(4)), ready])
const answered = Buffer.concat([message('C', 'SELECT 0\0'), ready])
const dismissed = message('E', 'SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0')

let server: Server
let database: Database
afterEach(async () => {
  await database.close()
  server.close()
})

/** As many connections as come; each greeted, and its questions kept until somebody answers. */
async function listening(): Promise<{ asked: Socket[]; url: string }> {
  const asked: Socket[] = []
  server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(welcome)
      socket.on('data', (bytes) =>
        bytes.toString('latin1', 0, 1) === 'X' ? socket.end() : asked.push(socket),
      )
    })
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { asked, url: `postgresql://x@127.0.0.1:${(server.address() as AddressInfo).port}/x` }
}

it('a connection that ends on its way from one work to the next fails that work, and ends no hub', async () => {
  const { asked, url } = await listening()
  database = openDatabase(url, () => {})
  const uncaught = vi.fn()
  process.prependOnceListener('uncaughtException', uncaught)
  // All connections are taken; the transaction gets the first that is free.
  const statements = Array.from({ length: 12 }, () => database.query('SELECT 1'))
  await expect.poll(() => asked.length).toBe(12)
  const next = database.transaction((tx) => tx.query('SELECT 1'))
  asked[0]?.end(Buffer.concat([answered, dismissed]))
  await expect(next).rejects.toThrow()
  for (const socket of asked.slice(1)) socket.write(answered)
  await Promise.all(statements)
  expect(uncaught).not.toHaveBeenCalled()
  process.off('uncaughtException', uncaught)
})
