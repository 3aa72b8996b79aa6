import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HostMessage } from '../../../src-main/contract/channels.ts'
import { reconnectDelayMs } from '../../../src-renderer/bridge/backoff.ts'
import { createSocketBridge, type SocketLike } from '../../../src-renderer/bridge/socketBridge.ts'
import { laneSocketUrl, takeToken } from '../../../src-renderer/bridge/token.ts'
import { socketBench } from '../../../src-renderer/bench/socketBench.ts'
import { benchView } from './benchFixture.ts'
import { laneView } from './fixtures.ts'

class ScriptedSocket implements SocketLike {
  binaryType: BinaryType = 'blob'
  readyState = 0
  bufferedAmount = 0
  onopen: (() => void) | null = null
  onclose: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  readonly sent: (string | ArrayBuffer)[] = []

  send(data: string | ArrayBuffer): void {
    this.sent.push(data)
  }
  close(): void {
    this.drop()
  }
  open(): void {
    this.readyState = 1
    this.onopen?.()
  }
  drop(): void {
    this.readyState = 3
    this.onclose?.()
  }
  say(message: HostMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

function scripted() {
  const sockets: ScriptedSocket[] = []
  const waits: { run: () => void; ms: number }[] = []
  const bridge = createSocketBridge({
    connect() {
      const socket = new ScriptedSocket()
      sockets.push(socket)
      return socket
    },
    later: (run, ms) => void waits.push({ run, ms }),
    chance: () => 0.5,
    bench: socketBench,
  })
  const newest = (): ScriptedSocket => {
    const socket = sockets.at(-1)
    if (socket === undefined) throw new Error('No socket was opened.')
    return socket
  }
  return { bridge, sockets, waits, newest }
}

describe('the bridge over a WebSocket', () => {
  it('tells a late listener the newest view at once', () => {
    const { bridge, newest } = scripted()
    newest().open()
    newest().say({ kind: 'lane:view', view: laneView('en', { version: 3 }) })
    const seen: number[] = []
    bridge.onView((view) => seen.push(view.version))
    newest().say({ kind: 'lane:view', view: laneView('en', { version: 4 }) })
    expect(seen).toEqual([3, 4])
  })

  it('matches each answer to its command, in any order', async () => {
    const { bridge, newest } = scripted()
    newest().open()
    const first = bridge.command({ type: 'checkout:pay' })
    const second = bridge.command({ type: 'help:call' })
    newest().say({ kind: 'answer', id: 2, result: { kind: 'refused', code: 'notNow' } })
    newest().say({ kind: 'answer', id: 1, result: { kind: 'accepted' } })
    expect(await first).toEqual({ kind: 'accepted' })
    expect(await second).toEqual({ kind: 'refused', code: 'notNow' })
    expect(JSON.parse(newest().sent[0] as string)).toEqual({
      kind: 'lane:command',
      argument: { type: 'checkout:pay' },
      id: 1,
    })
  })

  it('refuses what was not answered when the connection goes, and what is asked while it is gone', async () => {
    const { bridge, newest } = scripted()
    newest().open()
    const hanging = bridge.command({ type: 'checkout:pay' })
    newest().drop()
    const lost = { kind: 'refused', code: 'connectionLost' }
    expect(await hanging).toEqual(lost)
    expect(await bridge.command({ type: 'checkout:pay' })).toEqual(lost)
  })

  it('dials again after each loss, waiting longer, and begins anew once the lane has spoken', () => {
    const { bridge, sockets, waits, newest } = scripted()
    const states: boolean[] = []
    bridge.onConnection((connected) => states.push(connected))
    newest().drop()
    waits[0]?.run()
    newest().drop()
    waits[1]?.run()
    expect(sockets).toHaveLength(3)
    expect(waits[1]?.ms).toBeGreaterThan(waits[0]?.ms ?? Infinity)
    newest().open()
    newest().say({ kind: 'lane:view', view: laneView('en') })
    newest().drop()
    expect(waits[2]?.ms).toBe(waits[0]?.ms)
    expect(states).toEqual([false, false, false, true, false])
  })

  it('drops a camera frame rather than queue it behind an unsent one', () => {
    const { bridge, newest } = scripted()
    bridge.sendCameraFrame(new ArrayBuffer(8))
    newest().open()
    bridge.sendCameraFrame(new ArrayBuffer(8))
    newest().bufferedAmount = 1_000_000
    bridge.sendCameraFrame(new ArrayBuffer(8))
    expect(newest().sent).toHaveLength(1)
  })

  it('carries the bench beside the lane', async () => {
    const { bridge, newest } = scripted()
    newest().open()
    newest().say({ kind: 'bench:view', view: benchView })
    const seen: number[] = []
    bridge.bench?.onView((view) => seen.push(view.version))
    expect(seen).toEqual([1])
    const asked = bridge.bench?.command({ type: 'bench:scanGarbled' })
    newest().say({ kind: 'answer', id: 1, result: { kind: 'accepted' } })
    expect(await asked).toEqual({ kind: 'accepted' })
    expect(bridge.bench?.paperUrl('a b')).toBe('/papers/a%20b.png')
  })
})

describe('the wait before dialling again', () => {
  it('never leaves 125 ms to 5 s, whatever the attempt and the chance (property, seed in the message)', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, chance) => {
        const ms = reconnectDelayMs(attempt, chance)
        expect(ms).toBeGreaterThanOrEqual(125)
        expect(ms).toBeLessThanOrEqual(5_000)
      }),
    )
  })
})

describe('the token of the page', () => {
  function page(href: string) {
    const kept = new Map<string, string>()
    const replaced: string[] = []
    return {
      kept,
      replaced,
      href,
      storage: {
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => void kept.set(key, value),
      },
      replace: (to: string) => void replaced.push(to),
    }
  }

  it('is taken out of the address bar and kept for a reload', () => {
    const first = page('http://127.0.0.1:7000/?token=secret&privatePreview=1')
    expect(takeToken(first)).toBe('secret')
    expect(first.replaced).toEqual(['http://127.0.0.1:7000/?privatePreview=1'])
    expect(takeToken({ ...first, href: 'http://127.0.0.1:7000/' })).toBe('secret')
  })

  it('goes to the lane of the same host, over the same kind of connection', () => {
    expect(laneSocketUrl('http://127.0.0.1:7000/index.html?x=1', 'a b')).toBe(
      'ws://127.0.0.1:7000/lane?token=a+b',
    )
    expect(laneSocketUrl('https://till.example/', null)).toBe('wss://till.example/lane')
  })
})
