import { describe, expect, test } from 'vitest'
import { printerProfiles } from '../../../drivers/pos-printer/profiles.ts'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import { receipt } from '../../unit/drivers/support/receipts.ts'
import { tillRoll, type TillRoll } from '../../unit/drivers/support/till-roll.ts'

/** As short as a receipt can be, so that every byte of it gets its turn. */
const short: ReceiptDocument = {
  ...receipt,
  blocks: [
    { kind: 'title', text: '惠民' },
    { kind: 'columns', left: '红富士 0.5 kg', right: '¥6.81', emphasis: 'normal' },
    { kind: 'rule' },
    { kind: 'columns', left: '合计', right: '¥6.81', emphasis: 'large' },
  ],
}
const healMs = 3000
const models = [printerProfiles['epson-80'], printerProfiles['generic-58']]

/** What goes wrong, and in three seconds right again. */
const passing: Readonly<Record<string, (till: TillRoll) => void>> = {
  'the cutter jams': ({ made: { core, clock } }) => {
    core.jam()
    clock.after(healMs, core.clearJam)
  },
  'the paper ends': ({ made: { core, clock } }) => {
    core.setPaper(0)
    clock.after(healMs, () => core.setPaper(30_000))
  },
  'the cover is opened': ({ made: { core, clock } }) => {
    core.openCover()
    clock.after(healMs, core.closeCover)
  },
}

/** What the paper may not survive. */
const destroying: Readonly<Record<string, (till: TillRoll) => void>> = {
  'the printer reboots': ({ made: { core } }) => core.powerCycle(600),
  'the power flaps': ({ made: { core, clock } }) => {
    core.powerCycle(450)
    clock.after(700, () => core.powerCycle(450))
    clock.after(1900, () => core.powerCycle(450))
  },
  'the cable is pulled': ({ made }) => {
    made.core.lineDown()
    made.cut()
  },
  'the lane is killed': (till) => till.kill(),
  'the lane is killed and the printer reboots': (till) => {
    till.made.core.powerCycle(600)
    till.kill()
  },
}

const faults = { ...passing, ...destroying }

describe.each(models)('at every byte of a receipt on $id', (profile) => {
  test.each(Object.keys(faults))(
    '%s: at most one original, the rest marked, none missing',
    async (name) => {
      const untouched = await tillRoll(profile, short)
      const before = untouched.made.core.state().receivedBytes
      await untouched.print()
      expect(untouched.verdict()).toEqual({ originals: 1, copies: 0, missing: 0 })
      const length = untouched.made.core.state().receivedBytes - before
      const wrong: object[] = []
      let copied = 0
      for (let at = 1; at <= length; at++) {
        const till = await tillRoll(profile, short)
        till.made.core.afterBytes(at, () => faults[name]?.(till))
        await till.print()
        const { originals, copies, missing } = till.verdict()
        copied += copies
        if (originals > 1 || missing > 0) wrong.push({ at, originals, copies, missing })
        await till.made.printer.close()
        till.made.core.close()
      }
      expect({ bytes: length, wrong }).toEqual({ bytes: length, wrong: [] })
      // The faults fell where it hurts, and what only interrupts a paper made none of it worthless.
      if (name in destroying) expect(copied).toBeGreaterThan(length / 4)
      else expect(copied).toBe(0)
    },
    120_000,
  )
})
