import { unreachable } from '../../../src-main/contract/result.ts'
import { systemDriverClock, type DriverClock } from '../../port/clock.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import type { PrinterProfile } from '../profiles.ts'
import { dotsPerMm, textOf, type PaperRow, type Piece } from './paper.ts'
import { createPrintHead, type HeadEffect } from './print-head.ts'
import { automaticStatusBytes, paperStatusByte, realTimeStatusByte, type Sensors } from './status-bytes.ts'
import { readToken } from './tokens.ts'

export interface PrinterCoreOptions {
  readonly profile: PrinterProfile
  /** Bytes come in no faster than this; Infinity for at once. */
  readonly bytesPerSecond: number
  /** Paper comes out no faster than this; Infinity for at once. */
  readonly mmPerSecond: number
  readonly bufferBytes: number
  readonly paperMm: number
  readonly nearEndMm: number
  readonly clock?: DriverClock | undefined
}

export interface PrinterCoreState {
  readonly powered: boolean
  readonly cover: 'closed' | 'open'
  /** Left on the roll. */
  readonly paperMm: number
  readonly paper: 'ok' | 'nearEnd' | 'empty'
  readonly jammed: boolean
  readonly bufferedBytes: number
  readonly receivedBytes: number
  /** Pulses made at the drawer connector. */
  readonly drawerKicks: number
  readonly drawer: 'open' | 'closed'
  /** A stuck or locked drawer stays closed whatever pulse comes. */
  readonly drawerStuck: boolean
  /** Rows out of the printer and not cut off yet. */
  readonly hangingRows: number
  /** Finished pieces since the printer was made. */
  readonly pieces: number
}

export interface PrinterCore {
  /** Bytes from the host. */
  receive(bytes: Uint8Array): void
  onTransmit(listener: (bytes: Uint8Array) => void): Unsubscribe
  onChange(listener: (state: PrinterCoreState) => void): Unsubscribe
  state(): PrinterCoreState
  /** The latest finished pieces, oldest first: 10,000 of them, 200 of these with what can be drawn. */
  pieces(): readonly Piece[]
  /** What hangs out of a printer without a cutter is torn off. */
  tearOff(): void
  openCover(): void
  closeCover(): void
  /** Loads a roll with this much left, 0 for none. What hangs out of the printer falls off. */
  setPaper(mm: number): void
  /** The cutter sticks until `clearJam`. */
  jam(): void
  clearJam(): void
  /** With the key. */
  openDrawer(): void
  closeDrawer(): void
  stickDrawer(stuck: boolean): void
  /** The receive buffer, all modes and what comes in while booting are lost. */
  powerCycle(bootMs: number): void
  /** The cable is out: what was on the line is lost, what is in the buffer is printed. */
  lineDown(): void
  /** Calls `run` when `count` more bytes have come in, before the next one is looked at. */
  afterBytes(count: number, run: () => void): void
  close(): void
}

/** A printer runs for days in a campaign; what is kept of its papers must not grow with them. */
const keptPieces = 10_000
const drawablePieces = 200

/** The emulator's own clock tick. */
const tickMs = 5

/** A stateful ESC/POS printer: wire, receive buffer, print head, paper and sensors. */
export function createPrinterCore(options: PrinterCoreOptions): PrinterCore {
  const { profile, clock = systemDriverClock } = options
  const head = createPrintHead(profile)
  const transmitted = createSubscriptions<Uint8Array>()
  const changes = createSubscriptions<PrinterCoreState>()
  const pieces: Piece[] = []
  const triggers: { at: number; run: () => void }[] = []
  let wire: number[] = []
  let buffer: number[] = []
  let tail: number[] = []
  let rows: PaperRow[] = []
  let effects: HeadEffect[] = []
  let paperMm = options.paperMm
  let cover: 'closed' | 'open' = 'closed'
  let jammed = false
  let powered = true
  let automaticStatus = false
  let receivedBytes = 0
  let finished = 0
  let drawerKicks = 0
  let drawer: 'open' | 'closed' = 'closed'
  let drawerStuck = false
  let byteCredit = 0
  let busyUntilMs = 0
  let lastTickMs = clock.monotonicMs()
  let cancelTick: (() => void) | null = null
  let cancelBoot = (): void => undefined
  let pumping = false
  /** The head waits for the rest of a long command: such data goes to its own memory, not to the receive buffer. */
  let starving = false

  const paper = (): Sensors['paper'] => {
    if (paperMm <= 0) return 'empty'
    return paperMm < options.nearEndMm ? 'nearEnd' : 'ok'
  }
  const sensors = (): Sensors => ({
    cover,
    paper: paper(),
    jammed,
    // The switch of an open drawer lets the pin float up.
    drawer: drawer === 'open' ? 'high' : 'low',
  })
  const stopped = (): boolean => !powered || cover === 'open' || paper() === 'empty' || jammed
  const state = (): PrinterCoreState => ({
    powered,
    cover,
    paperMm: Math.max(0, Math.round(paperMm)),
    paper: paper(),
    jammed,
    bufferedBytes: buffer.length,
    receivedBytes,
    drawerKicks,
    drawer,
    drawerStuck,
    hangingRows: rows.length,
    pieces: finished,
  })
  const send = (bytes: readonly number[]): void => transmitted.emit(Uint8Array.from(bytes))

  /** Runs a change of the sensors and tells the host when it asked to be told. */
  const change = (apply: () => void): void => {
    const before = automaticStatusBytes(sensors())
    apply()
    const after = automaticStatusBytes(sensors())
    if (powered && automaticStatus && before.some((byte, i) => byte !== after[i])) send(after)
    changes.emit(state())
    wake()
  }

  const finishPiece = (endedBy: Piece['endedBy']): void => {
    if (rows.length === 0) return
    finished += 1
    pieces.push({ number: finished, rows, text: textOf(rows), endedBy })
    if (pieces.length > keptPieces) pieces.shift()
    const old = pieces.length - 1 - drawablePieces
    const faded = pieces[old]
    if (faded !== undefined) pieces[old] = { ...faded, rows: [] }
    rows = []
    changes.emit(state())
  }

  const receiveByte = (byte: number): void => {
    receivedBytes += 1
    for (const trigger of triggers.filter(({ at }) => at === receivedBytes)) trigger.run()
    if (!powered) return
    buffer.push(byte)
    realTime(byte)
  }

  /** Obeyed as it comes in, ahead of everything in the buffer, also when the printer is offline. */
  const realTime = (byte: number): void => {
    tail = [...tail.slice(-4), byte]
    const [dle, eot, kind] = tail.slice(-3)
    if (dle === 0x10 && eot === 0x04 && (kind === 1 || kind === 2 || kind === 3 || kind === 4)) {
      send([realTimeStatusByte(kind, sensors())])
    }
    // DLE DC4 1 m t
    const [first, dc4, one] = tail
    if (profile.drawerPulse === 'realTime' && first === 0x10 && dc4 === 0x14 && one === 1) kickDrawer()
  }

  function kickDrawer(): void {
    drawerKicks += 1
    change(() => {
      if (!drawerStuck) drawer = 'open'
    })
  }

  const printRow = (row: PaperRow): void => {
    const mm = row.heightDots / dotsPerMm
    rows.push(row)
    busyUntilMs = Math.max(busyUntilMs, clock.monotonicMs()) + (mm * 1000) / options.mmPerSecond
    change(() => (paperMm -= mm))
  }

  const carryOut = (effect: HeadEffect): void => {
    switch (effect.kind) {
      case 'row':
        return effect.row.heightDots > 0 ? printRow(effect.row) : undefined
      case 'cut':
        return finishPiece('cut')
      case 'reply':
        if (effect.request === 'paperStatus') return send([paperStatusByte(sensors())])
        if (effect.request === 'modelName') return sendModelName()
        if (profile.fence === 'processId') send([0x37, 0x22, ...Buffer.from(effect.id, 'latin1'), 0])
        return
      case 'automaticStatus':
        automaticStatus = effect.enabled
        return automaticStatus ? send(automaticStatusBytes(sensors())) : undefined
      case 'drawer':
        return kickDrawer()
      default:
        return unreachable(effect)
    }
  }

  /** `_NAME NUL`, as Epson's models say it; others have names of their own making. */
  const sendModelName = (): void => {
    const [name] = /TM-\w+/.exec(profile.name) ?? []
    if (name !== undefined) send([...Buffer.from(`_${name}\0`, 'latin1')])
  }

  const moveWire = (nowMs: number): void => {
    const elapsed = nowMs - lastTickMs
    lastTickMs = nowMs
    const paced = Number.isFinite(options.bytesPerSecond)
    byteCredit = paced
      ? Math.min(byteCredit + (elapsed * options.bytesPerSecond) / 1000, wire.length)
      : wire.length
    const room = starving ? wire.length : Math.max(0, options.bufferBytes - buffer.length)
    const count = Math.min(Math.floor(byteCredit), wire.length, powered ? room : wire.length)
    byteCredit -= count
    for (const byte of wire.splice(0, count)) receiveByte(byte)
  }

  /** Prints what the buffer holds until it is empty, the paper is still moving, or something is wrong. */
  const print = (nowMs: number): void => {
    let at = 0
    starving = false
    const bytes = Uint8Array.from(buffer)
    while (!stopped() && busyUntilMs <= nowMs) {
      const effect = effects.shift()
      if (effect !== undefined) {
        carryOut(effect)
        continue
      }
      const token = readToken(bytes, at, head.characterSet())
      if (token === null) {
        starving = true
        break
      }
      at += token.size
      effects = head.execute(token)
    }
    if (at > 0) buffer = buffer.slice(at)
  }

  const pump = (): void => {
    cancelTick = null
    if (pumping) return
    pumping = true
    let before: number
    let nowMs: number
    do {
      before = wire.length + buffer.length
      nowMs = clock.monotonicMs()
      moveWire(nowMs)
      print(nowMs)
    } while (wire.length + buffer.length < before && !Number.isFinite(options.bytesPerSecond))
    pumping = false
    // By the time of this turn: what the paper has stood in the way of is printed in the next one.
    const waiting = wire.length > 0 || (!stopped() && (effects.length > 0 || busyUntilMs > nowMs))
    if (waiting) cancelTick = clock.after(tickMs, pump)
  }

  function wake(): void {
    if (pumping || cancelTick !== null) return
    // A line that was idle gathers no credit.
    lastTickMs = clock.monotonicMs()
    pump()
  }

  return {
    receive(bytes) {
      for (const byte of bytes) wire.push(byte)
      wake()
    },
    onTransmit: (listener) => transmitted.add(listener),
    onChange: (listener) => changes.add(listener),
    state,
    pieces: () => pieces,
    tearOff: () => finishPiece('torn'),
    openCover: () => change(() => (cover = 'open')),
    closeCover: () => change(() => (cover = 'closed')),
    setPaper: (mm) =>
      change(() => {
        finishPiece('rollEnd')
        paperMm = mm
      }),
    jam: () => change(() => (jammed = true)),
    clearJam: () => change(() => (jammed = false)),
    openDrawer: () => change(() => (drawer = 'open')),
    closeDrawer: () => change(() => (drawer = 'closed')),
    stickDrawer: (stuck) => change(() => (drawerStuck = stuck)),
    powerCycle(bootMs) {
      cancelBoot()
      powered = false
      automaticStatus = false
      buffer = []
      effects = []
      tail = []
      busyUntilMs = 0
      head.reset()
      changes.emit(state())
      cancelBoot = clock.after(bootMs, () => change(() => (powered = true)))
      wake()
    },
    lineDown() {
      wire = []
    },
    afterBytes: (count, run) => void triggers.push({ at: receivedBytes + count, run }),
    close() {
      cancelTick?.()
      cancelBoot()
      wire = []
      powered = false
    },
  }
}
