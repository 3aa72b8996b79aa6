import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paths } from '../../../src-main/cli/paths.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { goods, openTill } from './support/till.ts'

const packId = 'facelane-1'

describe('a lane whose models cannot be used', () => {
  const after = cleanUps()
  let hub: ShopHub

  beforeAll(async () => {
    hub = await openHub(after)
  })
  afterAll(() => after.run())

  /** The real pack, with something done to one of its files. */
  async function spoiltPack(spoil: (file: string) => Promise<void>): Promise<string> {
    const packs = path.join(after.folder(), 'packs')
    await cp(path.join(paths.modelPacks, packId), path.join(packs, packId), { recursive: true })
    await spoil(path.join(packs, packId, 'fr_detect.onnx'))
    return packs
  }

  const cases: readonly [string, string, () => Promise<string>][] = [
    [
      'has one flipped bit',
      'models.integrity',
      () =>
        spoiltPack(async (file) => {
          const bytes = await readFile(file)
          bytes[1_000] = (bytes[1_000] ?? 0) ^ 1
          await writeFile(file, bytes)
        }),
    ],
    [
      'is cut short',
      'models.integrity',
      () =>
        spoiltPack(async (file) => {
          await writeFile(file, (await readFile(file)).subarray(0, 4_096))
        }),
    ],
    ['is empty', 'models.integrity', () => spoiltPack((file) => writeFile(file, ''))],
    [
      'was never fetched',
      'models.missing',
      async () => {
        const packs = path.join(after.folder(), 'packs')
        await mkdir(packs)
        return packs
      },
    ],
  ]

  it.each(cases)('because a file %s says so and sells by phone code', async (_what, code, packs) => {
    const till = await openTill({ hub, paths: { modelPacks: await packs() } }, after)
    expect(await till.runtime.faceReady()).toBe(false)
    expect(till.device('FaceEngine')).toEqual({ category: 'FaceEngine', state: 'failed', detail: code })
    expect(till.log.has('"error"', 'face engine cannot start', code)).toBe(true)
    expect(till.view().facePay.available).toBe(false)
    await till.when('the hub', ({ sync }) => sync.hub === 'online')

    await till.scanAll([goods.tea.barcode])
    await till.do({ type: 'checkout:pay' })
    expect(till.view().screen).toMatchObject({
      offers: [
        { kind: 'face', available: false, reason: 'cameraUnavailable' },
        { kind: 'walletCode', available: true },
      ],
    })
    await till.do({ type: 'tender:choose', tender: 'face' })
    const view = await till.when('the notice', ({ notice }) => notice !== null)
    expect(view).toMatchObject({
      screen: { kind: 'tenderChoice' },
      notice: { code: 'faceEngineUnavailable' },
    })
    const { saleId } = view.basket
    await till.scanner.scan(await hub.operator().issueCode(await hub.wallet()))
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId ?? '')).toEqual([500])
    await till.close()
  })

  it.each([
    ['modelManifest', 'models.manifest'],
    ['thresholds', 'models.thresholds'],
  ] as const)('whose %s is no JSON sells all the same, without faces', async (file, code) => {
    const broken = path.join(after.folder(), 'broken.json')
    await writeFile(broken, '{ "formatVersion": 1,')
    const till = await openTill({ hub, paths: { [file]: broken } }, after)
    expect(await till.runtime.faceReady()).toBe(false)
    expect(till.device('FaceEngine')).toEqual({ category: 'FaceEngine', state: 'failed', detail: code })
    await till.scanAll([goods.tea.barcode])
    expect(till.view().basket.totalMinor).toBe(500)
    await till.close()
  })
})
