import { afterEach, describe, expect, test } from 'vitest'
import {
  emulatedAid,
  emulatedFileId,
  testCards,
} from '../../../drivers/smart-card-rw/emulator/card-application.ts'
import {
  emulateCardReader,
  type EmulatedCardReader,
} from '../../../drivers/smart-card-rw/emulator/card-reader-emulator.ts'
import { virtualReaderProblem } from '../../../drivers/smart-card-rw/emulator/pcscd.ts'
import { createSmartCardReader } from '../../../drivers/smart-card-rw/pcsc-reader.ts'
import type { MemberCardFormat, SmartCardRWPort } from '../../../drivers/smart-card-rw/smart-card-rw-port.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { bringUp } from '../../../drivers/kit/rig.ts'
import { until } from './support/wires.ts'

const problem = await virtualReaderProblem()
const file: MemberCardFormat = { kind: 'file', aid: emulatedAid, fileId: emulatedFileId }
const uid: MemberCardFormat = { kind: 'uid' }

describe.skipIf(problem !== null)(
  `a smart card reader of PC/SC${problem === null ? '' : ` (not here: ${problem})`}`,
  () => {
    deviceConformance<SmartCardRWPort>({
      async make() {
        const emulator = await emulateCardReader()
        const driver = (): SmartCardRWPort =>
          createSmartCardReader({ name: 'cards', address: emulator.address, member: uid })
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
    async function started(member: MemberCardFormat, autoDisable = true) {
      const emulator = await emulateCardReader()
      open.push(emulator)
      return { emulator, ...(await driverOf(emulator, member, autoDisable)) }
    }
    async function driverOf(emulator: EmulatedCardReader, member: MemberCardFormat, autoDisable: boolean) {
      const device = createSmartCardReader({ name: 'cards', address: emulator.address, member, autoDisable })
      open.push(device)
      const numbers: string[] = []
      const refusals: string[] = []
      const updates: string[] = []
      device.onData(({ memberNumber }) => numbers.push(memberNumber))
      device.onRefused(({ reason, statusWord }) =>
        refusals.push(statusWord === null ? reason : `${reason} ${statusWord}`),
      )
      device.onStatusUpdate(({ name }) => updates.push(name))
      await bringUp(device)
      await until(() => device.slots().length === 2)
      return { device, numbers, refusals, updates }
    }
    const absent = (device: SmartCardRWPort) => () => device.slots().every(({ card }) => card === 'absent')

    test("a member's card gives its serial number, once for each enableData and each presentation", async () => {
      const { emulator, device, numbers, updates } = await started(uid)
      await emulator.insert(testCards.member)
      await until(() => numbers.length === 1)
      await emulator.remove()
      await until(absent(device))
      await emulator.insert(testCards.otherMember)
      await until(() => updates.includes('readIgnored'))
      await emulator.remove()
      await until(absent(device))
      device.enableData()
      await emulator.insert(testCards.otherMember)
      await until(() => numbers.length === 2)
      expect(numbers).toEqual(['04A1B2C3D4E5F6', '04112233445566'])
    })

    test('the number in a file of its application is read in either of two readers', async () => {
      const { emulator, numbers } = await started(file, false)
      await emulator.insert(testCards.member, 0)
      await until(() => numbers.length === 1)
      await emulator.insert(testCards.otherMember, 1)
      await until(() => numbers.length === 2)
      expect(numbers).toEqual(['8800123456', '8800999999'])
    })

    test("another shop's card and a phone with a passing number are refused, and the gate stays open", async () => {
      const { emulator, device, refusals } = await started(file)
      await emulator.insert(testCards.otherShop)
      await until(() => refusals.length === 1)
      expect(refusals).toEqual(['notAMemberCard 6A82'])
      expect(device.dataEnabled()).toBe(true)
      await device.close()
      const second = await driverOf(emulator, uid, true)
      await emulator.remove()
      await until(absent(second.device))
      await emulator.insert(testCards.phone)
      await until(() => second.refusals.length === 1)
      expect(second.refusals).toEqual(['notAMemberCard 9000'])
    })

    test('a card pulled out in the middle is told, and read when it comes again', async () => {
      const { emulator, device, numbers, refusals } = await started(file)
      emulator.setFault({ kind: 'removedAt', command: 2 })
      await emulator.insert(testCards.member)
      await until(() => refusals.length === 1)
      expect(refusals).toEqual(['removedTooSoon'])
      await until(absent(device))
      emulator.setFault(null)
      await emulator.insert(testCards.member)
      await until(() => numbers.length === 1)
    })

    test('a slow card is waited for; noise and silence are unreadable', async () => {
      const { emulator, device, numbers, refusals } = await started(file, false)
      emulator.setFault({ kind: 'slow', ms: 100 })
      await emulator.insert(testCards.member)
      await until(() => numbers.length === 1)
      emulator.setFault({ kind: 'garble' })
      await emulator.insert(testCards.member, 1)
      await until(() => refusals.length === 1)
      await emulator.remove(0)
      await until(() => device.slots()[0]?.card === 'absent')
      emulator.setFault({ kind: 'silent' })
      await emulator.insert(testCards.member, 0)
      await until(() => refusals.length === 2)
      expect(refusals).toEqual(['unreadable', 'unreadable'])
    })

    test('a card that lies there from before is not read', async () => {
      const { emulator, device: before, numbers: readBefore } = await started(uid)
      await emulator.insert(testCards.member, 0)
      // The service has seen it: it looks only now and then.
      await until(() => readBefore.length === 1)
      await before.close()
      const { device, numbers } = await driverOf(emulator, uid, false)
      await emulator.insert(testCards.otherMember, 1)
      await until(() => numbers.length === 1)
      expect(numbers).toEqual(['04112233445566'])
      expect(device.slots().map(({ card }) => card)).toEqual(['read', 'read'])
    })

    test('a killed smart card service loses the device, and what is read afterwards comes from the new one', async () => {
      const { emulator, device, numbers } = await started(uid)
      await emulator.unplug()
      await until(() => device.state() === 'error')
      await device.close()
      await emulator.replug()
      await bringUp(device)
      await until(() => device.slots().length === 2)
      await emulator.insert(testCards.member)
      await until(() => numbers.length === 1)
    })
  },
)
