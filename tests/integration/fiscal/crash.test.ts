import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emulateFiscalDevice, type FiscalFault } from '../../../drivers/fiscal/emulator/fiscal-emulator.ts'
import type { FiscalDeskPort } from '../../../src-main/ports/fiscal.ts'
import { fillable, journalOf, openStore, random, temporaryFolder } from '../lane/support/stores.ts'
import { clock, openDesk, recordOf, until } from './setUp.ts'

const fault = fc.constantFrom<FiscalFault>(
  { kind: 'none' },
  { kind: 'loseReply' },
  { kind: 'memoryFull' },
  { kind: 'garbage' },
  { kind: 'slow', ms: 60 },
)
/** One sale: what the device does meanwhile, after how many commits the lane dies, and whether the sale is given up. */
const step = fc.record({
  fault,
  crashAfterCommits: fc.option(fc.integer({ min: 0, max: 5 })),
  givenUp: fc.boolean(),
})

test(
  'whatever the device does and wherever the lane dies, each sale is signed once, in order, and nothing stays open (seed 20261123)',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const folder = temporaryFolder()
        const device = await emulateFiscalDevice()
        const times = { sealLimitMs: 50, callMs: 40, retryMs: 10 }
        let store = openStore(folder, clock)
        let desk: FiscalDeskPort | null = null
        const wanted: string[] = []
        const restart = async (openSale: string | null) => {
          await desk?.close()
          store.close()
          store = openStore(folder, clock)
          const disk = fillable(store)
          desk = openDesk(disk, device, times)
          desk.resume(openSale)
          return { desk, disk }
        }
        let { desk: running, disk } = await restart(null)
        for (const { fault: now, crashAfterCommits, givenUp } of steps) {
          const key = random.key()
          device.setFault(now)
          disk.commitsLeft = crashAfterCommits
          running.begin(key)
          if (givenUp) running.abandon(key)
          else {
            wanted.push(key)
            const mark = await running.seal(recordOf(key, 100 + wanted.length)).catch(() => null)
            if (mark === null || crashAfterCommits !== null) {
              ;({ desk: running, disk } = await restart(key))
              expect((await running.seal(recordOf(key, 100 + wanted.length)))?.kind).toMatch(
                /^(signed|outage)$/,
              )
            }
          }
        }
        device.setFault({ kind: 'none' })
        ;({ desk: running } = await restart(null))
        await until(() => store.openFiscalRows().length === 0 && device.open().length === 0)
        const receipts = device.finished().filter(({ processData }) => processData.startsWith('Beleg^'))
        const finished = journalOf(store).flatMap((event) =>
          event.type === 'fiscal.finished' && event.kind === 'sale' ? [event] : [],
        )
        expect(finished.map(({ recordKey }) => recordKey)).toEqual(wanted)
        expect(receipts).toEqual(finished.map(({ signature }) => signature))
        await running.close()
        await device.close()
      }),
      { seed: 20261123, numRuns: 20 },
    )
  },
)
