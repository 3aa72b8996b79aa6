import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemDriverClock, type DriverClock } from '../../port/clock.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { openEmulatedLine, type LineFault } from '../../virtual-serial/emulated-line.ts'
import type { VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'
import { createBoardFraming, encodeFrame } from '../motor-board/framing.ts'
import {
  decodeQuestion,
  encodeAnswer,
  type BoardAnswer,
  type BoardQuestion,
} from '../motor-board/messages.ts'
import { append, openBoardMemory } from './board-memory.ts'
import { createMachine, type SlotState } from './machine.ts'

export interface EmulateMotorBoardOptions {
  /** Slots and what is in them; default nine slots of five. */
  readonly stock?: Readonly<Record<string, number>> | undefined
  /** One turn of a spiral; default 1200. */
  readonly turnMs?: number | undefined
  /** From power on to the first answer; default 800. */
  readonly bootMs?: number | undefined
  /** Default 115200. */
  readonly baud?: number | undefined
  readonly link?: string | undefined
  readonly kinds?: readonly VirtualSerialKind[] | undefined
  readonly clock?: DriverClock | undefined
  /** Where its memory and the list of what fell are kept over a restart of this process; nowhere when left out. */
  readonly folder?: string | undefined
}

export interface MotorBoardState {
  readonly plugged: boolean
  readonly powered: boolean
  readonly turning: boolean
  readonly sensorSees: boolean
  readonly slots: readonly SlotState[]
  readonly fallen: number
}

export interface EmulatedMotorBoard {
  readonly address: string
  readonly how: VirtualSerialKind
  state(): MotorBoardState
  onChange(listener: (state: MotorBoardState) => void): Unsubscribe
  setStock(slot: string, stock: number): void
  jam(slot: string): void
  clearJam(slot: string): void
  /** The next product hangs on its spiral: the motor turns and nothing falls. */
  stick(slot: string): void
  blindSensor(blind: boolean): void
  setFault(fault: LineFault | null): void
  powerCycle(): void
  unplug(): Promise<void>
  replug(): Promise<void>
  /** What really fell, of all lives of the folder; the judge. */
  fallen(): readonly { readonly slot: string; readonly key: string }[]
  received(): Uint8Array
  close(): Promise<void>
}

const defaultStock = { '11': 5, '12': 5, '13': 5, '21': 5, '22': 5, '23': 5, '31': 5, '32': 5, '33': 5 }

/** A vending machine whose motor board a driver opens. */
export async function emulateMotorBoard(options: EmulateMotorBoardOptions = {}): Promise<EmulatedMotorBoard> {
  const { baud = 115_200, clock = systemDriverClock, bootMs = 800, turnMs = 1200 } = options
  const file = (name: string) => (options.folder === undefined ? null : join(options.folder, name))
  const fallenFile = file('fallen.jsonl')
  const memory = openBoardMemory(file('board-memory.jsonl'))
  memory.start()
  const earlier = fallenFile === null ? [] : readFallen(fallenFile)
  const line = await openEmulatedLine({ baud, link: options.link, kinds: options.kinds, clock })
  const machine = createMachine({
    stock: options.stock ?? defaultStock,
    turnMs,
    clock,
    onFallen: (slot, key) => {
      if (fallenFile !== null) append(fallenFile, JSON.stringify({ slot, key }))
    },
  })
  const changes = createSubscriptions<MotorBoardState>()
  let framing = createBoardFraming()
  let cancelBoot: (() => void) | null = null
  const fallen = () => [...earlier, ...machine.fallen()]

  const state = (): MotorBoardState => ({
    plugged: line.plugged(),
    powered: cancelBoot === null,
    turning: machine.turning(),
    sensorSees: machine.sensorSees(),
    slots: machine.slots(),
    fallen: fallen().length,
  })
  const changed = (): void => changes.emit(state())
  const say = (answer: BoardAnswer): void => line.send(encodeFrame(encodeAnswer(answer)))

  const recall = (key: string): BoardAnswer => {
    const known = memory.find(key)
    switch (known?.state) {
      case undefined:
        return { kind: 'neverHeard', key }
      case 'running':
        return { kind: 'begun', key }
      case 'refused':
        return { kind: 'refused', key, reason: known.reason }
      case 'ended':
        return { kind: 'ended', key, outcome: known.outcome }
    }
  }
  const refusal = (slot: string): string | null => {
    const found = machine.slots().find((candidate) => candidate.slot === slot)
    if (found === undefined) return 'noSlot'
    if (machine.turning()) return 'busy'
    if (!machine.sensorSees()) return 'sensor'
    return found.state === 'ready' ? null : found.state
  }
  const dispense = (key: string, slot: string): BoardAnswer => {
    if (memory.find(key) !== null) return recall(key)
    const reason = refusal(slot)
    if (reason !== null) {
      memory.write(key, { state: 'refused', reason })
      return recall(key)
    }
    memory.write(key, { state: 'running' })
    machine.turn(slot, key, (outcome) => {
      memory.write(key, { state: 'ended', outcome })
      say(recall(key))
      changed()
    })
    return recall(key)
  }
  const answer = (question: BoardQuestion): BoardAnswer => {
    switch (question.kind) {
      case 'identify':
        return { kind: 'identity', model: 'FL-MB-EMU', serial: '000001' }
      case 'slots':
        return {
          kind: 'slots',
          slots: machine.slots().map(({ slot, state: is, stock }) => ({ slot, state: is, left: stock })),
        }
      case 'dispense':
        return dispense(question.key, question.slot)
      case 'query':
        return recall(question.key)
    }
  }
  line.onData((bytes) => {
    if (cancelBoot !== null) return
    for (const frame of framing.push(bytes)) {
      const question = frame.kind === 'body' ? decodeQuestion(frame.text) : null
      if (question !== null) say(answer(question))
    }
    changed()
  })
  const doing =
    <A extends readonly unknown[]>(work: (...args: A) => void) =>
    (...args: A): void => {
      work(...args)
      changed()
    }

  return {
    address: line.address,
    how: line.how,
    state,
    onChange: (listener) => changes.add(listener),
    setStock: doing(machine.setStock),
    jam: doing(machine.jam),
    clearJam: doing(machine.clearJam),
    stick: doing(machine.stick),
    blindSensor: doing(machine.blindSensor),
    setFault: (fault) => line.setFault(fault),
    powerCycle() {
      line.reset()
      machine.cutPower()
      cancelBoot?.()
      cancelBoot = clock.after(bootMs, () => {
        cancelBoot = null
        framing = createBoardFraming()
        memory.start()
        changed()
      })
      changed()
    },
    async unplug() {
      await line.unplug()
      changed()
    },
    async replug() {
      await line.replug()
      changed()
    },
    fallen,
    received: () => line.received(),
    async close() {
      cancelBoot?.()
      machine.cutPower()
      await line.close()
    },
  }
}

function readFallen(file: string): { slot: string; key: string }[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    return lines.map((text) => JSON.parse(text) as { slot: string; key: string })
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return []
    throw thrown
  }
}
