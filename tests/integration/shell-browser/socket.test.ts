import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { cameraFrameLimits } from '../../../src-main/contract/channels.ts'
import { cookieOf, openPage, refusedUpgrade, serve } from './setUp.ts'

async function page() {
  const served = await serve()
  const opened = await openPage(served, { cookie: await cookieOf(served) })
  await vi.waitFor(() => expect(opened.messages).toHaveLength(1))
  return { ...served, ...opened }
}

const byNumber = (one: Record<string, unknown>, other: Record<string, unknown>): number =>
  Number(one.id) - Number(other.id)

describe('the page’s socket', () => {
  it('opens for the page’s cookie or token only, at its own address, from its own origin', async () => {
    const served = await serve()
    const cookie = await cookieOf(served)
    expect(await refusedUpgrade(served, '/lane', {})).toBe(403)
    expect(await refusedUpgrade(served, '/other', { cookie })).toBe(403)
    expect(await refusedUpgrade(served, '/lane', { cookie, origin: 'http://evil.example' })).toBe(403)
    expect(await refusedUpgrade(served, '/lane', { cookie, host: 'evil.example' })).toBe(403)
    const { socket } = await openPage(served, { cookie, origin: `http://127.0.0.1:${served.shell.port}` })
    expect(socket.readyState).toBe(socket.OPEN)
  })

  it('gives the newest view at once and every further one', async () => {
    const { host, messages, next } = await page()
    expect(messages[0]).toMatchObject({ kind: 'lane:view', view: { version: 0 } })
    const arrived = next()
    host.publish()
    await arrived
    expect(messages[1]).toMatchObject({ kind: 'lane:view', view: { version: 1 } })
  })

  it('stops listening to the lane when the page is gone', async () => {
    const { host, socket } = await page()
    expect(host.listeners.size).toBe(1)
    socket.close()
    await vi.waitFor(() => expect(host.listeners.size).toBe(0))
  })

  it('carries commands and their answers by number', async () => {
    const { host, socket, messages, next } = await page()
    const answered = next(2)
    socket.send(JSON.stringify({ kind: 'lane:command', id: 7, argument: { type: 'session:start' } }))
    socket.send(JSON.stringify({ kind: 'bench:command', id: 8, argument: { type: 'bench:scanGarbled' } }))
    await answered
    expect(messages.slice(1).sort(byNumber)).toEqual([
      { kind: 'answer', id: 7, result: { kind: 'accepted' } },
      { kind: 'answer', id: 8, result: { kind: 'refused', code: 'noBench' } },
    ])
    expect(host.commands).toEqual([{ type: 'session:start' }])
  })

  it('answers what is no command as refused, or with silence where it has no number, and goes on', async () => {
    const { host, socket, messages, next, log } = await page()
    const malformed = [
      { kind: 'lane:command', id: 1, argument: { type: 'money:take' } },
      { kind: 'lane:command', id: 2, argument: { type: 'secondFactor:enter', digits: '12345' } },
      { kind: 'shell:run', id: 3, argument: 'rm' },
      { kind: 'lane:command', id: 4 },
    ]
    const answered = next(malformed.length + 1)
    for (const text of ['', 'null', '[', '{"id":"x"}', '"id"', '{"id":1e400}']) socket.send(text)
    for (const message of malformed) socket.send(JSON.stringify(message))
    socket.send(JSON.stringify({ kind: 'lane:command', id: 5, argument: { type: 'help:call' } }))
    await answered
    expect(messages.slice(1).sort(byNumber)).toEqual([
      ...malformed.map(({ id }) => ({ kind: 'answer', id, result: { kind: 'refused', code: 'malformed' } })),
      { kind: 'answer', id: 5, result: { kind: 'accepted' } },
    ])
    expect(host.commands).toEqual([{ type: 'help:call' }])
    expect(log.lines.join()).not.toContain('12345')
  })

  it('passes camera frames on as memory of their own, and drops empty ones', async () => {
    const { host, socket } = await page()
    socket.send(Buffer.alloc(0))
    socket.send(Buffer.from([0xff, 0xd8, 1, 2, 3]))
    await vi.waitFor(() => expect(host.frames).toHaveLength(1))
    const [frame] = host.frames
    expect(new Uint8Array(frame ?? new ArrayBuffer(0))).toEqual(new Uint8Array([0xff, 0xd8, 1, 2, 3]))
    expect(frame?.byteLength).toBe(5)
  })

  it('takes no frame beyond the limit, and a new connection works', async () => {
    const { host, socket, shell, log, token } = await page()
    const closed = once(socket, 'close')
    socket.send(Buffer.alloc(cameraFrameLimits.bytes + 1))
    await closed
    expect(host.frames).toEqual([])
    const served = { host, shell, log, token }
    const again = await openPage(served, { cookie: await cookieOf(served) })
    await vi.waitFor(() => expect(again.messages).toHaveLength(1))
  })
})

describe('a page that reads slowly', () => {
  it('misses views in between and gets the newest one', async () => {
    const { host, socket, messages } = await page()
    socket.pause()
    const views = 150
    for (let view = 0; view < views; view += 1) {
      host.publish(200_000)
      await new Promise(setImmediate)
    }
    socket.resume()
    await vi.waitFor(() => expect(messages.at(-1)).toMatchObject({ view: { version: views } }), 10_000)
    expect(messages.length).toBeLessThan(views)
    const versions = messages.map(({ view }) => (view as { version: number }).version)
    expect(versions).toEqual([...versions].sort((a, b) => a - b))
  })
})
