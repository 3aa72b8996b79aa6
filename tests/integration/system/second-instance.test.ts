import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHubProcess } from '../hub/hub-process.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { openTill, type Till } from './support/till.ts'

describe('a second instance on the same data folder', () => {
  const after = cleanUps()
  let hub: ShopHub
  let till: Till

  beforeAll(async () => {
    hub = await openHub(after)
    till = await openTill({ hub }, after)
  })
  afterAll(() => after.run())

  it('of the lane is refused with the process that has it, and the first sells on', async () => {
    await till.scanAll(['2000000011486'])
    const { printer, scanner, dataDir } = till
    await expect(openTill({ hub, dataDir, devices: { printer, scanner } }, after)).rejects.toMatchObject({
      code: 'store.inUse',
      message: expect.stringContaining(String(process.pid)) as string,
    })
    expect(till.view().basket.itemCount).toBe(1)
    await till.do({ type: 'checkout:pay' })
    await till.scanner.scan(await hub.operator().issueCode(await hub.wallet()))
    const { screen } = await till.whenScreen('done')
    expect(screen).toMatchObject({ paper: 'printed' })
    await till.drained()
  })

  it('of the hub is refused with a clear word, and the first serves on', async () => {
    await expect(startHubProcess(hub.dataDir)).rejects.toThrow(/hub\.inUse|already/)
    await till.do({ type: 'session:finish' })
    const { saleId, totalMinor } = await till.payByCode(await hub.wallet())
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
  })
})
