import { createDisplayCore } from '../../../../drivers/line-display/emulator/display-core.ts'
import { createRelayFraming, encodeRelay } from '../../../../drivers/relay-board/lcus.ts'
import { createSicsFraming } from '../../../../drivers/scale/mt-sics.ts'
import { createToledoFraming } from '../../../../drivers/scale/toledo-8217.ts'
import {
  createBoardFraming,
  encodeFrame,
} from '../../../../drivers/vending-controller/motor-board/framing.ts'
import {
  decodeAnswer,
  decodeQuestion,
  encodeAnswer,
  encodeQuestion,
} from '../../../../drivers/vending-controller/motor-board/messages.ts'
import { createBridgeLines } from '../../../../drivers/vending-controller/qibixx/lines.ts'
import { decodeBridge } from '../../../../drivers/vending-controller/qibixx/messages.ts'
import type { FuzzTarget } from './harness.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const key = '0123456789abcdef0123456789abcdef'

/** 8217 answers as they come with and without their parity bit. */
const toledoAnswers = [
  ...['\u000201.235\r', '\u000200.500N\r', '\u0002?A\r', '\u0002?P\r', '\u0002E\rhello', '\u0002F\r'].map(
    ascii,
  ),
  Uint8Array.of(0x82, 0x30, 0xb1, 0x2e, 0xb2, 0x33, 0x35, 0x8d),
]

const sicsAnswers = [
  'S S     100.00 g\r\n',
  'S D      -1.235 kg\r\n',
  'S I\r\n',
  'Z A\r\n',
  'TA A      20 g\r\n',
  'I4 A "B021002593"\r\n',
].map(ascii)

const boardAnswers = [
  encodeAnswer({ kind: 'identity', model: 'FL-MB', serial: '1' }),
  encodeAnswer({ kind: 'slots', slots: [{ slot: '11', state: 'ready' }] }),
  encodeAnswer({ kind: 'begun', key }),
  encodeAnswer({ kind: 'ended', key, outcome: 'dropped' }),
  encodeAnswer({ kind: 'refused', key, reason: 'sensor' }),
].map(encodeFrame)

const boardQuestions = [
  encodeQuestion({ kind: 'dispense', key, slot: '11' }),
  encodeQuestion({ kind: 'query', key }),
  encodeQuestion({ kind: 'slots' }),
].map(encodeFrame)

const bridgeLines = [
  'c,STATUS,VEND,1.00,5\r\n',
  'c,STATUS,ENABLED\r\n',
  'c,VEND,SUCCESS\r\n',
  'c,ERR,VEND 3\r\n',
  'r,ACK\r\n',
].map(ascii)

const displayTexts = [
  Uint8Array.of(0x1b, 0x40, 0x1b, 0x11, 0x1b, 0x5f, 0, 0x0c),
  Uint8Array.of(0x1b, 0x6c, 1, 2, 0x54, 0x4f, 0x54, 0x41, 0x4c),
  Uint8Array.of(0x1f, 0x24, 20, 1, 0xc5, 0xa9, 0xb7, 0xf2),
]

function board(name: string, corpus: readonly Uint8Array[], decode: (body: string) => unknown): FuzzTarget {
  return {
    name,
    corpus,
    create() {
      const framing = createBoardFraming()
      return (bytes) =>
        framing.push(bytes).map((frame) => (frame.kind === 'body' ? decode(frame.text) : frame))
    },
  }
}

function framed(
  name: string,
  corpus: readonly Uint8Array[],
  create: () => { push(bytes: Uint8Array): readonly unknown[] },
): FuzzTarget {
  return {
    name,
    corpus,
    create() {
      const framing = create()
      return (bytes) => framing.push(bytes)
    },
  }
}

/** Scales, vending machines, displays, lamps. */
export const stationTargets: readonly FuzzTarget[] = [
  framed('8217 scale answers', toledoAnswers, createToledoFraming),
  framed('MT-SICS scale answers', sicsAnswers, createSicsFraming),
  board('motor board answers', boardAnswers, decodeAnswer),
  board('motor board questions (emulator)', boardQuestions, decodeQuestion),
  {
    name: 'MDB bridge lines',
    corpus: bridgeLines,
    create() {
      const lines = createBridgeLines()
      return (bytes) => lines.push(bytes).map((line) => decodeBridge(line, 2))
    },
  },
  framed(
    'relay frames (emulator)',
    [encodeRelay({ relay: 1, on: true }), encodeRelay({ relay: 8, on: false })],
    createRelayFraming,
  ),
  {
    name: 'customer display (emulator)',
    corpus: displayTexts,
    whole: true,
    create() {
      const core = createDisplayCore({ chinese: true, columns: 20, rows: 2 })
      return (bytes) => {
        core.hear(bytes)
        return [core.state()]
      }
    },
  },
]
