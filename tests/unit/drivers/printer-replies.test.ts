import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReplyParser, type PrinterReply } from '../../../drivers/pos-printer/replies.ts'
import {
  decodeAutomaticStatus,
  decodePaperStatus,
  decodeRealTimeStatus,
} from '../../../drivers/pos-printer/status.ts'

/** Values from the Epson ESC/POS reference: a printer without trouble. */
const READY_DLE_EOT = 0x12
const READY_ASB = [0x10, 0x00, 0x00, 0x0f]
const PROCESS_ID = [0x37, 0x22, 0x30, 0x30, 0x30, 0x31, 0x00]
const XOFF = 0x13

const parse = (...bytes: number[]): PrinterReply[] => createReplyParser().push(Uint8Array.from(bytes))

describe('printer replies, told apart by their fixed bits', () => {
  test('each kind of answer is known for what it is', () => {
    expect(parse(READY_DLE_EOT)).toEqual([{ kind: 'realTimeStatus', byte: 0x12 }])
    expect(parse(...READY_ASB)).toEqual([{ kind: 'automaticStatus', bytes: [0x10, 0, 0, 0x0f] }])
    expect(parse(0x0c)).toEqual([{ kind: 'paperStatus', byte: 0x0c }])
    expect(parse(...PROCESS_ID)).toEqual([{ kind: 'processId', id: '0001' }])
    expect(parse(XOFF, 0x11)).toEqual([
      { kind: 'flow', ready: false },
      { kind: 'flow', ready: true },
    ])
  })

  test('a real-time answer between the bytes of an automatic status spoils neither', () => {
    const [a = 0, b = 0, c = 0, d = 0] = READY_ASB
    expect(parse(a, b, READY_DLE_EOT, c, d)).toEqual([
      { kind: 'realTimeStatus', byte: READY_DLE_EOT },
      { kind: 'automaticStatus', bytes: [a, b, c, d] },
    ])
  })

  test('an automatic status that lost bytes is given up for the next one', () => {
    expect(parse(0x10, 0x00, ...READY_ASB)).toMatchObject([{ kind: 'automaticStatus' }])
    expect(parse(0x10, ...PROCESS_ID)).toEqual([{ kind: 'processId', id: '0001' }])
  })

  test('a process id that lost bytes confirms nothing', () => {
    expect(parse(0x37, 0x22, 0x30, ...PROCESS_ID)).not.toContainEqual({ kind: 'processId', id: '0007' })
    expect(parse(0x37, 0x22, 0x30, 0x30, 0x00, ...PROCESS_ID)).toContainEqual({
      kind: 'processId',
      id: '0001',
    })
  })

  test('any chunking gives the same replies, and no bytes make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.integer({ min: 1, max: 7 }), (noise, size) => {
        const parser = createReplyParser()
        const parts: PrinterReply[] = []
        for (let at = 0; at < noise.length; at += size)
          parts.push(...parser.push(noise.subarray(at, at + size)))
        expect(parts).toEqual(createReplyParser().push(noise))
      }),
    )
  })
})

describe('what the status bits mean', () => {
  test.each([
    [[0x10, 0x00, 0x00, 0x0f], { online: true, cover: 'closed', paper: 'ok', error: 'none' }],
    [[0x38, 0x00, 0x00, 0x0f], { online: false, cover: 'open', paper: 'ok', error: 'none' }],
    [[0x10, 0x00, 0x03, 0x0f], { online: true, cover: 'closed', paper: 'nearEnd', error: 'none' }],
    [[0x18, 0x00, 0x0f, 0x0f], { online: false, cover: 'closed', paper: 'empty', error: 'none' }],
    [[0x18, 0x08, 0x00, 0x0f], { online: false, cover: 'closed', paper: 'ok', error: 'cutter' }],
    [[0x18, 0x20, 0x00, 0x0f], { online: false, cover: 'closed', paper: 'ok', error: 'unrecoverable' }],
    [[0x18, 0x40, 0x00, 0x0f], { online: false, cover: 'closed', paper: 'ok', error: 'recoverable' }],
  ] as const)('automatic status %j', (bytes, status) => {
    expect(decodeAutomaticStatus(bytes)).toEqual({ ...status, drawer: 'low' })
  })

  test.each([
    [
      { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 },
      { online: true, cover: 'closed', paper: 'ok', error: 'none' },
    ],
    [
      { 1: 0x1a, 2: 0x16, 3: 0x12, 4: 0x12 },
      { online: false, cover: 'open', paper: 'ok', error: 'none' },
    ],
    [
      { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x1e },
      { online: true, cover: 'closed', paper: 'nearEnd', error: 'none' },
    ],
    [
      { 1: 0x1a, 2: 0x32, 3: 0x12, 4: 0x7e },
      { online: false, cover: 'closed', paper: 'empty', error: 'none' },
    ],
    [
      { 1: 0x1a, 2: 0x52, 3: 0x1a, 4: 0x12 },
      { online: false, cover: 'closed', paper: 'ok', error: 'cutter' },
    ],
  ] as const)('real-time answers %j', (answers, status) => {
    expect(decodeRealTimeStatus(answers)).toEqual({ ...status, drawer: 'low' })
  })

  test('the drawer is bit 2 of the first byte, asked or told', () => {
    expect(decodeAutomaticStatus([0x14, 0, 0, 0x0f])).toMatchObject({ online: true, drawer: 'high' })
    expect(decodeRealTimeStatus({ 1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12 })).toMatchObject({ drawer: 'high' })
  })

  test('GS r tells the paper', () => {
    expect([0x00, 0x03, 0x0f, 0x0c].map(decodePaperStatus)).toEqual(['ok', 'nearEnd', 'empty', 'empty'])
  })
})
