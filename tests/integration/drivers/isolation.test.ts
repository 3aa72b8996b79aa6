import { spawn } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import type { Failure } from '../../../src-main/contract/failure.ts'
import { startIsolatedService, type IsolatedService } from '../../../drivers/isolation/isolated-service.ts'
import { answerOf, until } from '../../../drivers/kit/rig.ts'

const limits = { timeoutMs: 10_000 }
const module = new URL('./support/service-for-tests.ts', import.meta.url)
const open: IsolatedService[] = []
afterEach(async () => {
  for (const service of open.splice(0)) await service.close()
})

async function started(hangMs?: number) {
  const options = { what: 'the device', module, options: { atStart: 'begin' } }
  const service = await startIsolatedService(hangMs === undefined ? options : { ...options, hangMs }, limits)
  open.push(service)
  const exits: (Failure | null)[] = []
  service.onExit((failure) => exits.push(failure))
  return { service, exits }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a service in a process of its own', () => {
  test('answers calls, with bytes as bytes, and tells what happens', async () => {
    const { service } = await started()
    const events: unknown[] = []
    service.onEvent((event) => events.push(event))
    const bytes = Uint8Array.of(0, 128, 255)
    expect(await service.call('echo', bytes, limits)).toEqual(bytes)
    expect(events).toEqual([{ echoed: bytes }])
    expect(await answerOf(() => service.call('dance', null, limits))).toBe('device.illegal')
    expect(service.pid).not.toBe(process.pid)
  })

  test('that is killed takes nothing else down: calls fail, the end is told once, another can be started', async () => {
    const { service, exits } = await started()
    const answer = answerOf(() => service.call('wait', null, { timeoutMs: 60_000 }))
    process.kill(service.pid, 'SIGKILL')
    expect(await answer).toBe('device.offline')
    expect(exits.map((failure) => failure?.message)).toEqual([
      'The process of the device was ended by SIGKILL. Opening the device again starts a new one.',
    ])
    expect(await answerOf(() => service.call('echo', 1, limits))).toBe('device.offline')
    const again = await started()
    expect(await again.service.call('echo', 1, limits)).toBe(1)
  })

  test('that crashes by itself is told with its exit code', async () => {
    const { service, exits } = await started()
    expect(await answerOf(() => service.call('die', null, limits))).toBe('device.offline')
    expect(exits[0]?.message).toContain('ended with code 5')
  })

  test('that blocks its loop for ever is ended', async () => {
    const { service, exits } = await started(300)
    expect(await answerOf(() => service.call('hang', null, { timeoutMs: 60_000 }))).toBe('device.offline')
    expect(exits[0]?.message).toContain('said nothing for 300 ms')
    expect(isAlive(service.pid)).toBe(false)
  })

  test('that blocks its loop is ended by a close as well', async () => {
    const { service, exits } = await started()
    const answer = answerOf(() => service.call('hang', null, { timeoutMs: 60_000 }))
    await service.close()
    expect(await answer).toBe('device.closed')
    expect([exits, isAlive(service.pid)]).toEqual([[null], false])
  })

  test('hears that its caller gave up', async () => {
    const { service } = await started()
    const events: unknown[] = []
    service.onEvent((event) => events.push(event))
    const given = new AbortController()
    const answer = answerOf(() => service.call('wait', null, { ...limits, signal: given.signal }))
    given.abort()
    expect(await answer).toBe('device.aborted')
    await until(() => events.length > 0)
    expect(events).toEqual(['given up'])
  })

  test.each([
    ['die', 'device.noService', 'ended with code 3 before it was ready'],
    ['throw', 'device.noService', 'libusb was not found'],
    ['refuse', 'device.noExist', 'There is no such device.'],
  ])('that cannot start says why (%s)', async (atStart, code, words) => {
    const start = startIsolatedService({ what: 'the device', module, options: { atStart } }, limits)
    const failure = await start.catch((thrown: unknown) => thrown as Failure)
    expect(failure).toMatchObject({ code, message: expect.stringContaining(words) as string })
  })

  test('ends when the lane is gone, however that ended', async () => {
    const program = `
      const { startIsolatedService } = await import(${JSON.stringify(new URL('../../../drivers/isolation/isolated-service.ts', import.meta.url).href)})
      const service = await startIsolatedService(
        { what: 'it', module: new URL(${JSON.stringify(module.href)}), options: { atStart: 'begin' } }, { timeoutMs: 10000 })
      console.log(service.pid)`
    const lane = spawn(process.execPath, ['--input-type=module', '-e', program])
    const pid = await new Promise<number>((resolve) => {
      lane.stdout.on('data', (text: Buffer) => resolve(Number(text.toString())))
    })
    expect(isAlive(pid)).toBe(true)
    lane.kill('SIGKILL')
    await until(() => !isAlive(pid))
  })
})
