import { describe, expect, it, vi } from 'vitest'
import { emulateFiscalDevice } from '../../../drivers/fiscal/emulator/fiscal-emulator.ts'
import { emulateRelayBoard } from '../../../drivers/relay-board/emulator/relay-board-emulator.ts'
import { emulateScale } from '../../../drivers/scale/emulator/scale-emulator.ts'
import { emulateMotorBoard } from '../../../drivers/vending-controller/emulator/motor-board-emulator.ts'
import { emulateTerminal } from '../../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import type { CameraFrame } from '../../../drivers/camera/port.ts'
import type { PushedCamera } from '../../../drivers/camera/pushedCamera.ts'
import type { ReplayCamera } from '../../../drivers/camera/replayCamera.ts'
import { createBench, type BenchDeps } from '../../../src-main/bench/bench.ts'
import { BenchCamera, pageSourceId } from '../../../src-main/bench/benchCamera.ts'
import { benchViewSchema, type BenchCommand } from '../../../src-main/contract/bench.ts'
import { Failure } from '../../../src-main/contract/failure.ts'
import { noSideDevices } from '../../../src-main/bench/side/side-devices.ts'
import type { Operator } from '../../../src-main/bench/operator.ts'

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const catalogue = { list: () => [] } as unknown as BenchDeps['catalogue']
const bare: BenchDeps = {
  devices: {
    ...noSideDevices,
    printer: null,
    scanner: null,
    terminal: null,
    fiscal: null,
    close: () => Promise.resolve(),
  },
  lampColours: [],
  camera: null,
  sources: [],
  catalogue,
  hub: null,
  staffPin: null,
  log: quiet,
}

describe('the bench of a lane with real devices', () => {
  it('shows that there is nothing to play with, and takes every command calmly', async () => {
    const bench = createBench(bare)
    expect(benchViewSchema.parse(bench.view())).toMatchObject({ printer: null, scanner: null, camera: null })
    const commands: BenchCommand[] = [
      { type: 'bench:scan', text: '1' },
      { type: 'bench:scanGarbled' },
      { type: 'bench:scanWalletCode', accountId: 'a' },
      { type: 'bench:camera', sourceId: null },
      { type: 'bench:printerCover', open: true },
      { type: 'bench:printerPaper', millimetres: 0 },
      { type: 'bench:printerPowerCycle' },
      { type: 'bench:printerJam', jammed: true },
      { type: 'bench:printerFault', fault: 'drop' },
      { type: 'bench:drawerClose' },
      { type: 'bench:scannerFault', fault: 'silent' },
      { type: 'bench:sideAction', device: 'scale', action: 'unplug' },
      { type: 'bench:sideSlider', device: 'scale', value: 100 },
      { type: 'bench:sideFault', device: 'scale', fault: 'silent' },
      { type: 'bench:plug', device: 'printer', plugged: false },
      { type: 'bench:plug', device: 'terminal', plugged: false },
      { type: 'bench:card', id: 'girocard' },
      { type: 'bench:terminalCancel' },
      { type: 'bench:terminalPowerCycle' },
      { type: 'bench:terminalFault', fault: 'silent' },
      { type: 'bench:fiscal', fault: 'down' },
      { type: 'bench:hub', running: false },
      { type: 'bench:items', query: 'tea' },
    ]
    for (const command of commands)
      expect(['accepted', 'refused']).toContain((await bench.command(command)).kind)
    expect(await bench.command({ type: 'bench:hub', running: true })).toEqual({
      kind: 'refused',
      code: 'notControllable',
    })
    expect(bench.paper('1')).toBeNull()
  })
})

describe('the bench’s card terminal and fiscal device', () => {
  it('are shown as they stand, and do what the panel says', async () => {
    const terminal = await emulateTerminal()
    const fiscal = await emulateFiscalDevice()
    const bench = createBench({ ...bare, devices: { ...bare.devices, terminal, fiscal } })
    const shown = () => benchViewSchema.parse(bench.view())
    expect(shown()).toMatchObject({
      terminal: { screen: 'idle', amountMinor: null, netMinor: 0, plugged: true },
      fiscal: { fault: 'none', open: 0, finished: 0 },
    })
    await bench.command({ type: 'bench:plug', device: 'terminal', plugged: false })
    await bench.command({ type: 'bench:fiscal', fault: 'slow' })
    expect(shown()).toMatchObject({ terminal: { plugged: false }, fiscal: { fault: 'slow' } })
    await bench.command({ type: 'bench:fiscal', fault: 'down' })
    expect(shown().fiscal?.fault).toBe('down')
    await bench.command({ type: 'bench:fiscal', fault: 'none' })
    expect(shown().fiscal?.fault).toBe('none')
    expect(await bench.command({ type: 'bench:terminalFault', fault: 'melt' })).toMatchObject({
      code: 'noSuchFault',
    })
    await terminal.close()
    await fiscal.close()
  })
})

describe('the bench’s other devices', () => {
  it('are shown as they stand, and do what a hand or a fault does', async () => {
    const scale = await emulateScale({ bootMs: 1, settleMs: 1 })
    const board = await emulateRelayBoard({ relays: 2 })
    const machine = await emulateMotorBoard({ bootMs: 1, stock: { '11': 2 } })
    const devices = { ...bare.devices, scale, lights: board, vending: machine }
    const bench = createBench({ ...bare, devices, lampColours: ['red', 'green'] })
    const shown = (key: string) =>
      benchViewSchema.parse(bench.view()).side.find((device) => device.key === key)
    expect(shown('scale')).toMatchObject({ plugged: true, fault: 'none', slider: { value: 0 } })
    expect(await bench.command({ type: 'bench:sideSlider', device: 'scale', value: 1250 })).toEqual({
      kind: 'accepted',
    })
    await vi.waitFor(() => expect(shown('scale')?.shows).toEqual(['1.250 kg']))
    expect(shown('scale')?.slider?.value).toBe(1250)
    await bench.command({ type: 'bench:sideFault', device: 'scale', fault: 'silent' })
    expect(shown('scale')?.fault).toBe('silent')
    expect(await bench.command({ type: 'bench:sideFault', device: 'scale', fault: 'melt' })).toMatchObject({
      code: 'noSuchFault',
    })
    expect(await bench.command({ type: 'bench:sideFault', device: 'lights', fault: 'silent' })).toMatchObject(
      {
        code: 'noSuchFault',
      },
    )
    expect(shown('lights')).toMatchObject({ shows: [], faults: [] })
    await bench.command({ type: 'bench:sideAction', device: 'vending', action: 'stick-11' })
    expect(shown('vending')?.shows[0]).toBe('11: 2 (hangs)')
    await bench.command({ type: 'bench:sideAction', device: 'vending', action: 'unplug' })
    expect(shown('vending')).toMatchObject({ plugged: false })
    expect(shown('vending')?.actions.map(({ id }) => id)).toContain('replug')
    expect(
      await bench.command({ type: 'bench:sideAction', device: 'vending', action: 'dance' }),
    ).toMatchObject({
      code: 'noSuchAction',
    })
    await Promise.all([scale.close(), board.close(), machine.close()])
  })
})

describe('the bench’s hub', () => {
  it('that refuses a call is a refused command, and its wallets are shown once it is met', async () => {
    const account = {
      accountId: 'a'.repeat(32),
      maskedName: 'W*',
      maskedAccount: '***8812',
      balanceMinor: 5_000,
      currency: 'CNY',
      walletUrl: 'http://hub.example/w/1',
    }
    const refusal = new Failure({
      code: 'operator.refused',
      attempted: 'call',
      remedy: 'retry',
      message: 'no',
    })
    const operator = {
      accounts: () => Promise.resolve([account]),
      issueCode: () => Promise.reject(refusal),
    } as unknown as Operator
    const scanner = {
      address: 'tcp:1',
      state: () => ({ plugged: true }),
      scan: () => {},
      onChange: () => () => {},
    }
    const devices = { ...bare.devices, scanner } as unknown as BenchDeps['devices']
    const bench = createBench({ ...bare, devices })
    await bench.meetHub(operator)
    expect(bench.view().wallets).toMatchObject([{ name: 'W* ***8812', balanceMinor: 5_000 }])
    expect(await bench.command({ type: 'bench:scanWalletCode', accountId: account.accountId })).toEqual({
      kind: 'refused',
      code: 'operator.refused',
    })
  })
})

/** A camera that shows one picture and remembers what was asked of it. */
function picture(asked: string[], name: string) {
  return {
    open: () => Promise.resolve(void asked.push(`${name} on`)),
    close: () => Promise.resolve(void asked.push(`${name} off`)),
    switchSource: (path: string) => Promise.resolve(void asked.push(`${name} shows ${path}`)),
    async *frames(): AsyncIterable<CameraFrame> {
      await Promise.resolve()
      yield { data: new Uint8Array([1, 2, 3]).buffer } as CameraFrame
    },
  }
}

function benchCamera() {
  const asked: string[] = []
  const camera = new BenchCamera({
    page: picture(asked, 'page') as unknown as PushedCamera,
    replay: picture(asked, 'replay') as unknown as ReplayCamera,
    recordings: { anna: 'anna.mjpeg', bruno: 'bruno.mjpeg' },
    firstSourceId: 'anna',
    changed: () => void asked.push('changed'),
  })
  return { camera, asked }
}

describe('the camera of a bench lane', () => {
  it('calls itself a replay whatever it shows', async () => {
    const { camera } = benchCamera()
    await camera.choose(pageSourceId)
    expect(camera.kind).toBe('replay')
    expect(camera.wantsPage()).toBe(true)
  })

  it('can be pointed at its recordings, the page and nothing else', async () => {
    const { camera, asked } = benchCamera()
    expect(await camera.choose('bruno')).toBe(true)
    expect(await camera.choose('somebody')).toBe(false)
    expect(camera.sourceId()).toBe('bruno')
    expect(asked).toEqual(['replay shows bruno.mjpeg', 'changed'])
  })

  it('gives a preview while it is on, and none of it afterwards', async () => {
    const { camera, asked } = benchCamera()
    await camera.open()
    for await (const _ of camera.frames()) expect(camera.preview()).toEqual(new Uint8Array([1, 2, 3]))
    const last = camera.preview()
    await camera.close()
    expect(camera.preview()).toBeNull()
    expect(last).toEqual(new Uint8Array(3))
    expect(asked).toEqual(['replay on', 'replay off'])
  })

  it('with a covered lens shows nothing until the lane stops looking', async () => {
    const { camera, asked } = benchCamera()
    await camera.choose(null)
    await camera.open()
    const looking = new AbortController()
    const seen: CameraFrame[] = []
    const look = (async () => {
      for await (const frame of camera.frames(looking.signal)) seen.push(frame)
    })()
    looking.abort()
    await look
    await camera.close()
    expect(seen).toEqual([])
    expect(asked).toEqual(['changed'])
  })
})
