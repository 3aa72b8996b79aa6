import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cameraFrameLimits } from '../../../src-main/contract/channels.ts'
import { touchValidForMs } from '../../../src-main/shell/electron/intent.ts'
import { cameraFrame } from '../../../src-main/shell/electron/ipc-gate.ts'
import { open } from './parts.ts'

const confirm = { type: 'payment:confirm', saleId: 'a'.repeat(32), totalMinor: 3680 }

describe('the gate between page and lane', () => {
  it('hands a valid command to the lane and its answer back', async () => {
    const { standIn, host } = await open()
    const answer = await standIn.invoke('lane:command', { type: 'session:start' })
    expect(answer).toEqual({ kind: 'accepted' })
    expect(host.commands).toEqual([{ type: 'session:start' }])
  })

  it('refuses any argument that is not a command, in a typed answer, and the lane hears nothing', async () => {
    const { standIn, host } = await open()
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (argument) => {
        const answer = await standIn.invoke('lane:command', argument)
        expect(answer).toEqual({ kind: 'refused', code: 'malformedArgument' })
      }),
    )
    expect(host.commands).toEqual([])
  })

  it('answers a command that throws with a typed refusal and logs the defect', async () => {
    const { standIn, host, log } = await open()
    host.fails = new Error('boom')
    const answer = await standIn.invoke('lane:command', { type: 'session:start' })
    expect(answer).toEqual({ kind: 'refused', code: 'defect' })
    expect(log.lines).toContainEqual({
      level: 'error',
      facts: { channel: 'lane:command', code: 'defect', attempted: 'run', remedy: 'staff', message: 'boom' },
      message: 'A command failed',
    })
  })

  it('lets money move only after a touch that the page itself cannot make', async () => {
    const { standIn, host, clock } = await open()
    expect(await standIn.invoke('lane:command', confirm)).toEqual({ kind: 'refused', code: 'noTouch' })

    standIn.contents.emit('input-event', {}, { type: 'mouseMove' })
    expect(await standIn.invoke('lane:command', confirm)).toEqual({ kind: 'refused', code: 'noTouch' })

    standIn.contents.emit('input-event', {}, { type: 'touchEnd' })
    clock.advance(touchValidForMs)
    expect(await standIn.invoke('lane:command', confirm)).toEqual({ kind: 'accepted' })

    clock.advance(1)
    expect(await standIn.invoke('lane:command', confirm)).toEqual({ kind: 'refused', code: 'noTouch' })
    expect(host.commands).toEqual([confirm])
  })

  it('has no bench in production: a bench command is refused', async () => {
    const { standIn } = await open({ bench: false })
    const answer = await standIn.invoke('bench:command', { type: 'bench:scanGarbled' })
    expect(answer).toEqual({ kind: 'refused', code: 'noBench' })
  })

  it('passes a bench command on where there is a bench', async () => {
    const { standIn } = await open({ bench: true, production: false })
    expect(await standIn.invoke('bench:command', { type: 'bench:scanGarbled' })).toEqual({ kind: 'accepted' })
  })

  it('sends the newest view to a page that has just come up, and each later one as it comes', async () => {
    const { standIn, host } = await open()
    standIn.post('page:ready', undefined)
    for (const listener of host.listeners) listener({ version: 8 } as never)
    expect(standIn.contents.sent).toEqual([
      { channel: 'lane:view', argument: { version: 7 } },
      { channel: 'lane:view', argument: { version: 8 } },
    ])
  })

  it('tells a stranger nothing when it asks for the views', async () => {
    const { standIn } = await open()
    standIn.post('page:ready', undefined, standIn.event({ url: 'https://example.org/' }))
    expect(standIn.contents.sent).toEqual([])
  })
})

describe('camera frames', () => {
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9])

  it('reach the lane while it wants them, and are dropped while its camera is off', async () => {
    const { standIn, host } = await open()
    standIn.post('camera:frame', jpeg.buffer)
    host.cameraWanted = true
    standIn.post('camera:frame', jpeg.buffer)
    expect(host.frames.map((frame) => [...new Uint8Array(frame)])).toEqual([[0xff, 0xd8, 0xff, 0xd9]])
  })

  it('from a stranger are refused', async () => {
    const { standIn, host, log } = await open()
    host.cameraWanted = true
    standIn.post('camera:frame', jpeg.buffer, standIn.event({ id: 12 }))
    expect(host.frames).toEqual([])
    expect(log.lines.at(-1)?.facts).toEqual({ channel: 'camera:frame', code: 'untrustedSender' })
  })

  it('are JPEG bytes within the limit; everything else is refused', () => {
    const largest = new Uint8Array(cameraFrameLimits.bytes)
    largest.set(jpeg)
    const tooLarge = new Uint8Array(cameraFrameLimits.bytes + 1)
    tooLarge.set(jpeg)
    expect(cameraFrame(largest)?.byteLength).toBe(cameraFrameLimits.bytes)
    for (const wrong of [
      tooLarge,
      new Uint8Array(0),
      new Uint8Array([0x89, 0x50, 0x4e, 0x47]),
      'text',
      null,
      {},
    ]) {
      expect(cameraFrame(wrong)).toBeNull()
    }
  })
})
