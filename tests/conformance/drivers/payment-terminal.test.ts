import { afterEach, describe, expect, test } from 'vitest'
import type { ByteStreamPort } from '../../../drivers/byte-stream/byte-stream-port.ts'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { countListeners } from '../../../drivers/kit/listeners.ts'
import { bringUp } from '../../../drivers/kit/rig.ts'
import {
  emulateTerminal,
  type EmulatedTerminal,
  type EmulateTerminalOptions,
} from '../../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import type {
  PaymentTerminalPort,
  TerminalPrompt,
} from '../../../drivers/payment-terminal/payment-terminal-port.ts'
import { createZvtTerminal } from '../../../drivers/payment-terminal/zvt-terminal.ts'
import type { VirtualSerialKind } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { absentNote, until, wires } from './support/wires.ts'

const euro = 978
const limits = { timeoutMs: 15_000 }

function driverFor(
  emulator: EmulatedTerminal,
  password = 0,
  stream: ByteStreamPort = createByteStream(emulator.address),
): PaymentTerminalPort {
  return createZvtTerminal({
    name: 'terminal',
    stream,
    wire: emulator.wire,
    access: { password, currencyNumber: euro },
  })
}

describe.each(wires)(`a ZVT card terminal over %s${absentNote}`, (kind: VirtualSerialKind) => {
  deviceConformance<PaymentTerminalPort>({
    async make() {
      const emulator = await emulateTerminal({
        kinds: [kind],
        autoCard: { id: 'girocard', afterMs: 0 },
        bootMs: 50,
      })
      const { stream, listeners } = countListeners(createByteStream(emulator.address))
      return {
        device: driverFor(emulator, 0, stream),
        listeners,
        rival: () => driverFor(emulator),
        unplug: () => emulator.unplug(),
        replug: () => emulator.replug(),
        close: () => emulator.close(),
      }
    },
    operations: {
      lastTransaction: (device, call) => device.lastTransaction(call),
      authorise: (device, call) => device.authorise(500, call),
      endOfDay: (device, call) => device.endOfDay(call),
    },
    // What becomes of a charge that is cut short is told below, outcome by outcome.
    waiting: [],
  })

  const open: { emulator: EmulatedTerminal; device: PaymentTerminalPort }[] = []
  const started = async (more: EmulateTerminalOptions = {}) => {
    const emulator = await emulateTerminal({
      kinds: [kind],
      autoCard: { id: 'girocard', afterMs: 0 },
      bootMs: 50,
      ...more,
    })
    const device = driverFor(emulator)
    open.push({ emulator, device })
    await bringUp(device)
    return { emulator, device }
  }
  /** After a doubt: the supervisor's work, by hand. */
  const reopened = async ({
    emulator,
    device,
  }: {
    emulator: EmulatedTerminal
    device: PaymentTerminalPort
  }) => {
    await device.close()
    await until(() => emulator.state().plugged && emulator.state().screen !== 'off')
    await bringUp(device)
  }
  afterEach(async () => {
    for (const { emulator, device } of open.splice(0)) {
      await device.close()
      await emulator.close()
    }
  })

  test('charges a card with PIN and tells amount, trace and receipt number, and only the last four digits', async () => {
    const { emulator, device } = await started()
    const prompts: TerminalPrompt[] = []
    const outcome = await device.authorise(2040, { ...limits, onPrompt: (prompt) => prompts.push(prompt) })
    expect(outcome).toEqual({
      kind: 'booked',
      transaction: {
        amountMinor: 2040,
        currencyNumber: euro,
        traceNumber: 1,
        originalTrace: null,
        receiptNumber: 1,
        terminalId: '28004869',
        maskedPan: '****0472',
        scheme: 'girocard',
        approvalCode: '600001',
      },
    })
    expect(prompts).toEqual(['presentCard', 'enterPin', 'authorising'])
    expect(emulator.netMinor()).toBe(2040)
  })

  test.each([
    ['noFunds', 0x51],
    ['expired', 0x78],
    ['unreadable', 0x64],
  ])(
    'a card that is %s is refused with the code of its bank, and nothing is charged',
    async (id, resultCode) => {
      const { emulator, device } = await started({ autoCard: { id, afterMs: 0 } })
      expect(await device.authorise(500, limits)).toMatchObject({ kind: 'refused', resultCode })
      expect(emulator.charges()).toEqual([])
    },
  )

  test('the red key of the terminal and the abort of the till both end without a charge', async () => {
    const { emulator, device } = await started({ autoCard: undefined })
    const first = device.authorise(500, limits)
    await until(() => emulator.state().screen === 'presentCard')
    emulator.pressCancel()
    expect(await first).toMatchObject({ kind: 'refused', resultCode: 0x6c })
    const till = new AbortController()
    const second = device.authorise(500, { ...limits, signal: till.signal })
    await until(() => emulator.state().screen === 'presentCard')
    till.abort()
    expect(await second).toMatchObject({ kind: 'refused', resultCode: 0x6c })
    expect(emulator.charges()).toEqual([])
  })

  test('an abort that comes too late is answered with the charge it could not stop', async () => {
    const { emulator, device } = await started({ hostMs: 200 })
    const till = new AbortController()
    const paying = device.authorise(500, { ...limits, signal: till.signal })
    await until(() => emulator.state().screen === 'authorising')
    till.abort()
    expect(await paying).toMatchObject({ kind: 'booked', transaction: { amountMinor: 500 } })
    expect(emulator.netMinor()).toBe(500)
  })

  test('one call at a time: a second payment is refused as busy and reaches no card', async () => {
    const { emulator, device } = await started({ autoCard: undefined })
    const first = device.authorise(500, limits)
    await until(() => emulator.state().screen === 'presentCard')
    await expect(device.authorise(700, limits)).rejects.toMatchObject({ code: 'device.busy' })
    emulator.presentCard('contactless')
    expect(await first).toMatchObject({ kind: 'booked', transaction: { amountMinor: 500 } })
    expect(emulator.charges()).toHaveLength(1)
  })

  test.each(['linkAfterCharge', 'powerAfterCharge', 'silent', 'statusOnly'] as const)(
    'with %s the outcome is unknown, and the terminal asked again tells the charge',
    async (fault) => {
      const { emulator, device } = await started()
      await device.authorise(100, limits)
      emulator.setFault(fault)
      const outcome = await device.authorise(2040, { timeoutMs: 1000 })
      expect(outcome.kind).toBe('unknown')
      expect(device.state()).toBe('error')
      await reopened({ emulator, device })
      expect(await device.lastTransaction(limits)).toMatchObject({
        kind: 'booked',
        transaction: { amountMinor: 2040, traceNumber: 2 },
      })
      expect(emulator.netMinor()).toBe(2140)
    },
  )

  test('with a power cut before the charge the terminal asked again tells an older trace number', async () => {
    const { emulator, device } = await started()
    await device.authorise(2040, limits)
    emulator.setFault('powerBeforeCharge')
    expect((await device.authorise(2040, { timeoutMs: 1000 })).kind).toBe('unknown')
    await reopened({ emulator, device })
    expect(await device.lastTransaction(limits)).toMatchObject({
      kind: 'booked',
      transaction: { traceNumber: 1 },
    })
    expect(emulator.charges()).toHaveLength(1)
  })

  test('a result that is told twice is one result, and does not answer the next payment', async () => {
    const { emulator, device } = await started()
    emulator.setFault('duplicate')
    expect(await device.authorise(2040, limits)).toMatchObject({ transaction: { traceNumber: 1 } })
    expect(await device.authorise(300, limits)).toMatchObject({
      transaction: { traceNumber: 2, amountMinor: 300 },
    })
    expect(emulator.netMinor()).toBe(2340)
  })

  test('a reversal takes a charge back once; the second is refused as already done', async () => {
    const { emulator, device } = await started()
    await device.authorise(2040, limits)
    expect(await device.reverse(1, limits)).toMatchObject({
      kind: 'booked',
      transaction: { originalTrace: 1, amountMinor: 2040 },
    })
    expect(await device.reverse(1, limits)).toMatchObject({ kind: 'refused', resultCode: 0xb4 })
    expect(await device.reverse(77, limits)).toMatchObject({ kind: 'refused', resultCode: 0xb5 })
    expect(emulator.netMinor()).toBe(0)
  })

  test('a refund pays to a card where the model has refunds, and is refused where it has none', async () => {
    const { emulator, device } = await started()
    expect(await device.refund(250, limits)).toMatchObject({
      kind: 'booked',
      transaction: { amountMinor: 250 },
    })
    expect(emulator.netMinor()).toBe(-250)
    const without = await started({ refunds: false })
    expect(await without.device.refund(250, limits)).toMatchObject({ kind: 'refused', resultCode: 0x83 })
  })

  test('a terminal may approve a part of what was asked', async () => {
    const { emulator, device } = await started()
    emulator.approveAtMost(1500)
    expect(await device.authorise(2040, limits)).toMatchObject({ transaction: { amountMinor: 1500 } })
  })

  test('the end of the day closes it, and the last receipt is still told', async () => {
    const { device } = await started()
    await device.authorise(2040, limits)
    expect(await device.endOfDay(limits)).toEqual({ kind: 'closed' })
    expect(await device.lastTransaction(limits)).toMatchObject({ transaction: { amountMinor: 2040 } })
  })

  test('a terminal that is busy with an older payment is asked to abort it before anybody registers', async () => {
    const { emulator, device } = await started({ autoCard: undefined })
    const left = device.authorise(900, limits)
    await until(() => emulator.state().screen === 'presentCard')
    await device.close()
    expect((await left).kind).toBe('unknown')
    await bringUp(device)
    expect(emulator.state().screen).toBe('idle')
    expect(await device.lastTransaction(limits)).toEqual({ kind: 'none' })
  })

  test('a wrong password is told as a matter for staff', async () => {
    const emulator = await emulateTerminal({ kinds: [kind], password: 123456 })
    const device = driverFor(emulator, 0)
    open.push({ emulator, device })
    await expect(bringUp(device)).rejects.toMatchObject({ code: 'device.failure', remedy: 'staff' })
  })

  test.each([0, -5, 1.5, Number.NaN, 1_000_000_000_000])(
    'an amount of %d is refused before a byte leaves',
    async (amount) => {
      const { emulator, device } = await started()
      expect(() => device.authorise(amount, limits)).toThrow(/no amount/)
      expect(emulator.charges()).toEqual([])
    },
  )
})
