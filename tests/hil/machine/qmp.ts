import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

/** QEMU's own remote control (QMP), over a unix socket. */
export interface Qmp {
  /** Rejects with QEMU's own words when it refuses. */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>
  close(): void
}

const messageSchema = z.object({
  id: z.number().optional(),
  return: z.unknown().optional(),
  error: z.object({ desc: z.string() }).optional(),
})

const connectTries = 100
const connectEveryMs = 50

export async function connectQmp(socketFile: string): Promise<Qmp> {
  const socket = await connected(socketFile)
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const lines = createInterface({ input: socket })
  // A machine that was told to quit hangs up in the middle of a word.
  lines.on('error', () => socket.destroy())
  lines.on('line', (line) => {
    const message = messageSchema.parse(JSON.parse(line))
    if (message.id === undefined) return
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error === undefined) asked?.resolve(message.return)
    else asked?.reject(new Error(`QEMU: ${message.error.desc}`))
  })
  socket.once('close', () => {
    for (const asked of waiting.values()) asked.reject(new Error('QEMU has ended'))
    waiting.clear()
  })
  socket.on('error', () => undefined)
  let nextId = 1
  const qmp: Qmp = {
    execute(command, args = {}) {
      const asked = Promise.withResolvers<unknown>()
      const id = nextId++
      waiting.set(id, asked)
      socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`)
      return asked.promise
    },
    close: () => socket.destroy(),
  }
  await qmp.execute('qmp_capabilities')
  return qmp
}

/** QEMU makes the socket a moment after it has started. */
async function connected(socketFile: string): Promise<Socket> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await new Promise((resolve, reject) => {
        const socket = connect(socketFile, () => resolve(socket))
        socket.once('error', reject)
      })
    } catch (thrown) {
      if (tries >= connectTries) throw thrown
      await sleep(connectEveryMs)
    }
  }
}
