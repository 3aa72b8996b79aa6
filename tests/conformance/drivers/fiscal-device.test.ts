import { createServer, type Server } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import {
  emulateFiscalDevice,
  type EmulatedFiscalDevice,
} from '../../../drivers/fiscal/emulator/fiscal-emulator.ts'
import type { FiscalPort } from '../../../drivers/fiscal/fiscal-port.ts'
import { createNetworkFiscalDevice } from '../../../drivers/fiscal/network-fiscal-device.ts'
import { createLineSplitter } from '../../../drivers/fiscal/protocol.ts'

const limits = { timeoutMs: 2000 }
const short = { timeoutMs: 60 }
const process = { processType: 'Kassenbeleg-V1', processData: 'Beleg^1.00_0.00_0.00_0.00_0.00^1.00:Bar' }

const open: { port: FiscalPort; device: EmulatedFiscalDevice }[] = []
const servers: Server[] = []
afterEach(async () => {
  for (const { port, device } of open.splice(0)) {
    await port.close()
    await device.close()
  }
  for (const server of servers.splice(0)) server.close()
})

async function started(clientId = 'till-1') {
  const device = await emulateFiscalDevice()
  const port = createNetworkFiscalDevice({ host: device.host, port: device.port, clientId })
  open.push({ port, device })
  return { device, port }
}

async function startedNumber(port: FiscalPort): Promise<number> {
  const start = await port.start(limits)
  if (start.kind === 'outage') throw new Error(start.detail)
  return start.value.transactionNumber
}

describe('a fiscal device over TCP', () => {
  test('starts, updates and finishes a transaction, each with the next signature counter', async () => {
    const { port, device } = await started()
    expect(await port.start(limits)).toMatchObject({
      kind: 'done',
      value: { transactionNumber: 1, signatureCounter: 1 },
    })
    expect(await port.started(limits)).toEqual({ kind: 'done', value: [1] })
    expect(await port.update(1, process, limits)).toMatchObject({
      kind: 'done',
      value: { signatureCounter: 2 },
    })
    expect(await port.finish(1, process, limits)).toMatchObject({
      kind: 'done',
      value: { ...process, transactionNumber: 1, signatureCounter: 3, clientId: 'till-1' },
    })
    expect(await port.started(limits)).toEqual({ kind: 'done', value: [] })
    expect(device.finished()).toHaveLength(1)
  })

  test('finished again with the same data answers the first signature, with other data refuses', async () => {
    const { port, device } = await started()
    const number = await startedNumber(port)
    const first = await port.finish(number, process, limits)
    expect(await port.finish(number, process, limits)).toEqual(first)
    expect(await port.finish(number, { ...process, processData: 'Beleg^2.00' }, limits)).toMatchObject({
      kind: 'outage',
      reason: 'refused',
    })
    expect(device.finished()).toHaveLength(1)
  })

  test('tells of each number whether it is open, finished, or was never given to this till', async () => {
    const { port, device } = await started()
    const number = await startedNumber(port)
    expect(await port.lookUp(number, limits)).toMatchObject({ value: { state: 'open' } })
    await port.finish(number, process, limits)
    expect(await port.lookUp(number, limits)).toMatchObject({ value: { state: 'finished' } })
    expect(await port.lookUp(99, limits)).toEqual({ kind: 'done', value: null })
    const other = createNetworkFiscalDevice({ host: device.host, port: device.port, clientId: 'till-2' })
    open.push({ port: other, device })
    expect(await other.lookUp(number, limits)).toEqual({ kind: 'done', value: null })
    expect(await other.finish(number, process, limits)).toMatchObject({ reason: 'refused' })
  })

  test.each([
    [{ kind: 'memoryFull' }, 'memoryFull'],
    [{ kind: 'certificateExpired' }, 'certificateExpired'],
    [{ kind: 'loseReply' }, 'timeout'],
    [{ kind: 'slow', ms: 1000 }, 'timeout'],
    [{ kind: 'garbage' }, 'unreachable'],
  ] as const)(
    'with %o names the outage within the time of the call, and works again afterwards',
    async (fault, reason) => {
      const { port, device } = await started()
      device.setFault(fault)
      expect(await port.start(short)).toMatchObject({ kind: 'outage', reason })
      device.setFault({ kind: 'none' })
      expect((await port.start(limits)).kind).toBe('done')
    },
  )

  test('a reply that comes late is not taken for the answer of the next call', async () => {
    const { port, device } = await started()
    device.setFault({ kind: 'slow', ms: 100 })
    expect(await port.start(short)).toMatchObject({ reason: 'timeout' })
    device.setFault({ kind: 'none' })
    expect(await port.started(limits)).toEqual({ kind: 'done', value: [1] })
  })

  test('calls take turns, and each gets its own answer', async () => {
    const { port } = await started()
    const numbers = await Promise.all(Array.from({ length: 20 }, () => startedNumber(port)))
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  test('nobody at the address, a call given up and a closed port are outages, never exceptions', async () => {
    const { port, device } = await started()
    await device.goDown()
    expect(await port.start(limits)).toMatchObject({ kind: 'outage', reason: 'unreachable' })
    expect(await port.start({ ...limits, signal: AbortSignal.abort() })).toMatchObject({ kind: 'outage' })
    await port.close()
    expect(await port.start(limits)).toMatchObject({ kind: 'outage', reason: 'unreachable' })
  })

  test('whatever bytes a device answers, a call ends as an outage', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (noise) => {
        const server = createServer((socket) => {
          socket.on('error', () => socket.destroy())
          socket.on('data', () => void socket.write(Buffer.concat([noise, Buffer.from('\n')])))
        })
        servers.push(server)
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        const address = server.address()
        const at = typeof address === 'object' && address !== null ? address.port : 0
        const port = createNetworkFiscalDevice({ host: '127.0.0.1', port: at, clientId: 'till-1' })
        expect((await port.start(short)).kind).toBe('outage')
        await port.close()
      }),
      { seed: 7, numRuns: 25 },
    )
  })

  test('any chunking of any lines gives the same lines', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 50 })),
        fc.array(fc.nat()),
        (texts, cuts) => {
          const lines = texts.map((text) => text.replaceAll('\n', ' '))
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
          const splitter = createLineSplitter()
          const at = [
            0,
            ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
            bytes.length,
          ]
          expect(at.slice(1).flatMap((end, i) => splitter.push(bytes.subarray(at[i], end)))).toEqual(lines)
        },
      ),
    )
  })
})
