import { afterEach, describe, expect, test } from 'vitest'
import { emulateMsr, testStripes } from '../../../drivers/msr/emulator/msr-emulator.ts'
import type { MsrPort } from '../../../drivers/msr/msr-port.ts'
import { createStripeReader, type StripeReaderProtocol } from '../../../drivers/msr/stripe-reader.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { bringUp } from '../../../drivers/kit/rig.ts'
import { absentNote, until, wires } from './support/wires.ts'

const protocols: readonly StripeReaderProtocol[] = ['hid', 'keyboard']
/** What a keyboard's reports travel over differs in nothing from the other mode's: one wire is enough for it. */
const matrix = protocols.flatMap((protocol) =>
  wires.slice(0, protocol === 'keyboard' ? 1 : undefined).map((kind) => ({ protocol, kind })),
)

describe.each(matrix)(`a stripe reader in $protocol mode over $kind${absentNote}`, ({ protocol, kind }) => {
  deviceConformance<MsrPort>({
    async make() {
      const emulator = await emulateMsr({ protocol, kinds: [kind] })
      const driver = (): MsrPort =>
        createStripeReader({ name: 'stripe', address: emulator.address, protocol })
      return {
        device: driver(),
        rival: driver,
        unplug: () => emulator.unplug(),
        replug: () => emulator.replug(),
        close: () => emulator.close(),
      }
    },
    operations: { enableData: async (device) => device.enableData() },
    waiting: [],
  })

  const open: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close()
  })
  async function started() {
    const emulator = await emulateMsr({ protocol, kinds: [kind] })
    const device = createStripeReader({
      name: 'stripe',
      address: emulator.address,
      protocol,
      memberPrefixes: ['88'],
    })
    open.push(emulator, device)
    /** Everything that leaves the driver, by whatever way. */
    const said: unknown[] = []
    const swipes: string[] = []
    const refusals: string[] = []
    device.onData((swipe) => {
      swipes.push(swipe.memberNumber)
      said.push(swipe)
    })
    device.onRefused((swipe) => {
      refusals.push(swipe.reason)
      said.push(swipe)
    })
    device.onStatusUpdate((update) => said.push(update))
    device.onError((failure) => said.push(failure.toJSON()))
    await bringUp(device)
    return { emulator, device, said, swipes, refusals }
  }

  test("a member's card gives its number, once for each enableData", async () => {
    const { emulator, device, swipes, said } = await started()
    emulator.setFault({ kind: 'duplicate' })
    await emulator.swipe(testStripes.memberWithName)
    await until(() => said.some((each) => JSON.stringify(each).includes('readIgnored')))
    emulator.setFault(null)
    device.enableData()
    await emulator.swipe(testStripes.member)
    await until(() => swipes.length === 2)
    expect(swipes).toEqual(['8800123456', '8800123456'])
    expect(JSON.stringify(said)).not.toContain('WANG')
  })

  test('a payment card is refused, and not a digit of it leaves the driver, whatever goes wrong', async () => {
    const { emulator, device, said, swipes, refusals } = await started()
    await emulator.swipe(testStripes.payment)
    await until(() => refusals.length === 1)
    for (const fault of [{ kind: 'slow' }, { kind: 'duplicate' }, { kind: 'flood', reports: 3 }] as const) {
      emulator.setFault(fault)
      const before = refusals.length
      await emulator.swipe(testStripes.payment)
      await until(() => refusals.length > before)
    }
    emulator.setFault(null)
    device.disableData()
    await emulator.swipe(testStripes.payment)
    await until(() => said.some((each) => JSON.stringify(each).includes('readIgnored')))
    await emulator.unplug()
    await device.checkHealth('external', { timeoutMs: 1000 })
    await until(() => device.state() === 'error')
    expect(new Set(refusals)).toContain('paymentCardRefused')
    expect(swipes).toEqual([])
    const all = JSON.stringify([said, device.retrieveStatistics(), emulator.state()])
    for (const secret of ['541275', '123456', 'SMITH', '3012101']) expect(all).not.toContain(secret)
  })

  test("another shop's card and one that cannot be read are told apart, and leave the gate open", async () => {
    const { emulator, refusals, swipes } = await started()
    await emulator.swipe(testStripes.otherShop)
    await emulator.swipe(testStripes.damaged)
    await until(() => refusals.length === 2)
    await emulator.swipe(testStripes.member)
    await until(() => swipes.length === 1)
    expect(refusals).toEqual(['notAMemberCard', 'unreadable'])
  })
})
