import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc16 } from '../../../drivers/vending-controller/motor-board/crc.ts'
import {
  createBoardFraming,
  encodeFrame,
  maxBodyLength,
} from '../../../drivers/vending-controller/motor-board/framing.ts'
import {
  boardOutcomes,
  decodeAnswer,
  decodeQuestion,
  encodeAnswer,
  encodeQuestion,
  type BoardAnswer,
  type BoardQuestion,
} from '../../../drivers/vending-controller/motor-board/messages.ts'
import { createBridgeLines } from '../../../drivers/vending-controller/qibixx/lines.ts'
import {
  decodeBridge,
  formatAmount,
  parseAmount,
  type BridgeMessage,
} from '../../../drivers/vending-controller/qibixx/messages.ts'
import {
  approved,
  denied,
  noSession,
  onBridgeMessage,
  onGone,
} from '../../../drivers/vending-controller/qibixx/session.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const key = 'abcdef0123456789abcdef0123456789'

function chunks(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length]
  return at.slice(1).map((end, i) => whole.subarray(at[i], end))
}

describe('frames of the motor board', () => {
  test('the checksum is the one of its catalogue entry', () => {
    expect(crc16(bytes('123456789'))).toBe(0x29b1)
  })

  test('a frame is found in noise, and one that is spoilt is told', () => {
    const framing = createBoardFraming()
    const frame = encodeFrame('I')
    expect(framing.push(Uint8Array.of(0x7e, 0x7e, ...frame))).toEqual([{ kind: 'body', text: 'I' }])
    expect(framing.push(frame.map((byte, i) => (i === 1 ? byte ^ 1 : byte)))).toEqual([
      { kind: 'garbled', reason: 'checksum' },
    ])
    expect(framing.push(bytes(`$${'I'.repeat(100_000)}\r\n`))).toEqual([
      { kind: 'garbled', reason: 'tooLong' },
    ])
    expect(framing.push(bytes('$no end$no checksum\n'))).toEqual([{ kind: 'garbled', reason: 'format' }])
    expect(framing.push(frame)).toEqual([{ kind: 'body', text: 'I' }])
    expect(maxBodyLength).toBeGreaterThan(100 * 'AAAA=r,'.length)
  })

  test('any chunking of any bytes gives the same frames', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .array(fc.constantFrom('$', '*', '\r\n', 'I', 'D,1', '29B1', 'x'))
        .map((parts) => bytes(parts.join(''))),
      fc.string().map((body) => encodeFrame(body)),
    )
    fc.assert(
      fc.property(noise, fc.array(fc.nat(), { maxLength: 20 }), (whole, cuts) => {
        const apart = createBoardFraming()
        expect(chunks(whole, cuts).flatMap((chunk) => apart.push(chunk))).toEqual(
          createBoardFraming().push(whole),
        )
      }),
    )
  })

  test('every question and every answer is read back as it was said', () => {
    const questions: BoardQuestion[] = [
      { kind: 'identify' },
      { kind: 'slots' },
      { kind: 'dispense', key, slot: 'A12' },
      { kind: 'query', key },
    ]
    const answers: BoardAnswer[] = [
      { kind: 'identity', model: 'FL-MB', serial: '7' },
      { kind: 'slots', slots: [] },
      {
        kind: 'slots',
        slots: [
          { slot: '11', state: 'ready' },
          { slot: 'A1', state: 'empty', left: 0 },
          { slot: 'B', state: 'jammed', left: 12 },
        ],
      },
      { kind: 'begun', key },
      { kind: 'refused', key, reason: 'sensor' },
      ...boardOutcomes.map((outcome) => ({ kind: 'ended', key, outcome }) as const),
      { kind: 'neverHeard', key },
    ]
    expect(questions.map((question) => decodeQuestion(encodeQuestion(question)))).toEqual(questions)
    expect(answers.map((answer) => decodeAnswer(encodeAnswer(answer)))).toEqual(answers)
  })

  test.each([
    '',
    'A',
    `A,${key.toUpperCase()}`,
    `E,${key},vanished`,
    `E,${key},dropped,1`,
    'S,11=x',
    'S,11=r12345',
    'S,11=5',
    'S,11',
    'I,a',
  ])('%j is no answer', (body) => {
    expect(decodeAnswer(body)).toBeNull()
  })
})

describe('the text of the MDB bridge', () => {
  test.each<[string, BridgeMessage]>([
    ['c,STATUS,INACTIVE', { kind: 'status', state: 'inactive' }],
    ['c,STATUS,DISABLED', { kind: 'status', state: 'disabled' }],
    ['c,STATUS,ENABLED', { kind: 'status', state: 'enabled' }],
    ['c,STATUS,IDLE', { kind: 'status', state: 'idle' }],
    ['c,STATUS,VEND,1.00,5', { kind: 'vend', amountMinor: 100, item: 5 }],
    ['c,STATUS,VEND,12.5', { kind: 'vend', amountMinor: 1250, item: null }],
    ['c,VEND,SUCCESS', { kind: 'vendSucceeded' }],
    ['c,ERR,VEND 3', { kind: 'vendFailed' }],
    ['c,ERR,CASHLESS IS ON', { kind: 'error', text: 'c,ERR,CASHLESS IS ON' }],
    ['c,1', { kind: 'switched', on: true }],
    ['c,0', { kind: 'switched', on: false }],
    ['r,ACK', { kind: 'bus' }],
    ['c,STATUS,VEND,1.005,5', { kind: 'unreadable' }],
    ['c,STATUS,VEND,-1,5', { kind: 'unreadable' }],
    ['c,STATUS,VEND,1,5,6', { kind: 'unreadable' }],
    ['', { kind: 'unreadable' }],
  ])('%s', (line, message) => {
    expect(decodeBridge(line, 2)).toEqual(message)
  })

  test('amounts are integers of the smallest unit on both ways', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9_999_999 }), fc.constantFrom(0, 1, 2, 3), (amountMinor, decimals) => {
        expect(parseAmount(formatAmount(amountMinor, decimals), decimals)).toBe(amountMinor)
      }),
    )
    expect(formatAmount(5, 2)).toBe('0.05')
    expect(formatAmount(450, 0)).toBe('450')
  })

  test('any chunking of any bytes gives the same lines', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.array(fc.nat(), { maxLength: 20 }), (whole, cuts) => {
        const apart = createBridgeLines()
        expect(chunks(whole, cuts).flatMap((chunk) => apart.push(chunk))).toEqual(
          createBridgeLines().push(whole),
        )
      }),
    )
  })

  test('whatever the bridge says and we answer, every request ends in one result', () => {
    const said = fc.oneof(
      fc
        .constantFrom('inactive' as const, 'disabled' as const, 'enabled' as const, 'idle' as const)
        .map((state): BridgeMessage => ({ kind: 'status', state })),
      fc
        .record({ amountMinor: fc.integer({ min: 1, max: 3 }), item: fc.option(fc.nat({ max: 2 })) })
        .map((vend): BridgeMessage => ({ kind: 'vend', ...vend })),
      fc.constantFrom<BridgeMessage>(
        { kind: 'vendSucceeded' },
        { kind: 'vendFailed' },
        { kind: 'switched', on: false },
        { kind: 'bus' },
      ),
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(said, fc.constantFrom('approve' as const, 'deny' as const))), (story) => {
        let session = noSession
        const asked: number[] = []
        const ended: number[] = []
        const take = (step: ReturnType<typeof onGone>): void => {
          session = step.session
          if (step.result !== undefined) ended.push(step.result.number)
          if (step.request !== undefined) asked.push(step.request.number)
        }
        for (const event of story) {
          if (event === 'approve') session = approved(session)
          else if (event === 'deny') take(denied(session))
          else take(onBridgeMessage(session, event))
        }
        take(onGone(session))
        expect(ended).toEqual(asked)
        expect(session.open).toBeNull()
      }),
    )
  })
})
