import { EventEmitter } from 'node:events'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { PageBridge } from '../../../src-main/contract/channels.ts'

/** Electron's side of the preload: what it exposed, and the messages between page and main. */
const electron = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  messages: [] as { channel: string; argument: unknown }[],
  emit: undefined as unknown as (channel: string, view: unknown) => void,
}))

vi.mock('electron', () => {
  const incoming = new EventEmitter()
  electron.emit = (channel, view) => void incoming.emit(channel, { sender: 'the event object' }, view)
  const send = (channel: string, argument: unknown): void =>
    void electron.messages.push({ channel, argument })
  return {
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => electron.exposed.set(name, value) },
    ipcRenderer: {
      on: (channel: string, listener: (...parts: unknown[]) => void) => incoming.on(channel, listener),
      send,
      invoke: async (channel: string, argument: unknown) => {
        send(channel, argument)
        return { kind: 'accepted' }
      },
    },
  }
})

describe('the preload', () => {
  let bridge: PageBridge

  beforeAll(async () => {
    process.argv.push('--facelane-bench')
    await import('../../../src-main/shell/electron/preload.ts')
    process.argv.pop()
    bridge = electron.exposed.get('facelane') as PageBridge
  })

  it('20 exposes named functions to the page, never Electron itself', () => {
    expect([...electron.exposed.keys()]).toEqual(['facelane'])
    expect(Object.keys(bridge).sort()).toEqual([
      'bench',
      'cameraPreviewUrl',
      'command',
      'onConnection',
      'onView',
      'sendCameraFrame',
      'shell',
    ])
    expect(Object.keys(bridge.bench ?? {}).sort()).toEqual(['command', 'onView', 'paperUrl'])
  })

  it('asks for the newest views once, when it is loaded', () => {
    expect(electron.messages.filter(({ channel }) => channel === 'page:ready')).toHaveLength(1)
  })

  it('hands views to the page without the event they came in, at once to a late listener, until it leaves', () => {
    const heard: unknown[][] = []
    electron.emit('lane:view', { version: 1 })
    const leave = bridge.onView((...parts) => heard.push(parts))
    electron.emit('lane:view', { version: 2 })
    leave()
    electron.emit('lane:view', { version: 3 })
    expect(heard).toEqual([[{ version: 1 }], [{ version: 2 }]])
  })

  it('sends commands and frames on their own channels only', async () => {
    expect(await bridge.command({ type: 'session:start' })).toEqual({ kind: 'accepted' })
    expect(await bridge.bench?.command({ type: 'bench:scanGarbled' })).toEqual({ kind: 'accepted' })
    const jpeg = new Uint8Array([0xff, 0xd8]).buffer
    bridge.sendCameraFrame(jpeg)
    expect(electron.messages.slice(-3)).toEqual([
      { channel: 'lane:command', argument: { type: 'session:start' } },
      { channel: 'bench:command', argument: { type: 'bench:scanGarbled' } },
      { channel: 'camera:frame', argument: jpeg },
    ])
  })

  it('is always connected, and names pictures of the lane beside the page', () => {
    const connected: boolean[] = []
    bridge.onConnection((state) => connected.push(state))
    expect(connected).toEqual([true])
    expect(bridge.bench?.paperUrl('p/1')).toBe('papers/p%2F1.png')
    expect(bridge.cameraPreviewUrl(4)).toBe('camera/preview.jpg?sequence=4')
  })
})
