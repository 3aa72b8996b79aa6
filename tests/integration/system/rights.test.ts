import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MjpegSplitter } from '../../../drivers/camera/mjpegSplitter.ts'
import { paths } from '../../../src-main/cli/paths.ts'
import { prepareRecordings } from '../../../src-main/cli/recordings.ts'
import { hashPin } from '../../../src-main/config/pin.ts'
import { deletionProofSchema, personalExportSchema } from '../../../src-main/contract/rights.ts'
import { consentText } from '../../../src-main/domain/face/consent.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { openLine, type Line } from './support/line.ts'
import { openTill, type Till } from './support/till.ts'

/** Words under which a score would travel; figures themselves look like any other number. */
const scores = /score|threshold|measured/i
const staffPin = '73915'

/** A camera window that shows a recording whenever the lane wants to look: production lanes take no replay. */
function showRecording(till: Till, id: string): () => void {
  const frames = new MjpegSplitter().push(readFileSync(path.join(paths.people, `${id}.mjpeg`)))
  let next = 0
  const timer = setInterval(() => {
    const { host } = till.runtime
    const frame = frames[next++ % frames.length]
    if (frame !== undefined && host.wantsCamera()) host.pushCameraFrame(new Uint8Array(frame).buffer)
  }, 100)
  return () => clearInterval(timer)
}

describe('a production lane and a person’s face', () => {
  const after = cleanUps()
  const sent: string[] = []
  let hub: ShopHub
  let line: Line
  let till: Till
  let account: { accountId: string; walletUrl: string }

  beforeAll(async () => {
    await prepareRecordings(() => undefined)
    hub = await openHub(after)
    line = await openLine(
      () => hub.url(),
      after,
      (body) => sent.push(body.toString('utf8')),
    )
    const made = await hub
      .operator()
      .createAccount({ name: '安娜', phone: '+8613800004242', balanceMinor: 50_000, currency: 'CNY' })
    account = { accountId: made.accountId, walletUrl: hub.url() + new URL(made.walletUrl).pathname }
    till = await openTill(
      {
        hub,
        hubUrl: line.url,
        paths: { modelPacks: paths.modelPacks },
        preset: {
          mode: 'production',
          jurisdiction: 'CN',
          merchant: { name: 'Green Lane' },
          devices: { camera: { kind: 'renderer' } },
          staff: [{ id: 'li', name: 'Li', pinHash: hashPin(staffPin, new Uint8Array(16).fill(7)) }],
        },
      },
      after,
    )
    expect(till.config).toMatchObject({ mode: 'production', bench: false })
    till.runtime.opened.store.transact((tx) =>
      tx.replaceCatalogue(
        [
          {
            sku: 'tea',
            barcodes: ['2000000011486'],
            name: { 'zh-CN': '茶', en: 'Tea' },
            category: 'drinks',
            unit: 'each',
            priceMinor: 500,
            taxClass: 'standard',
          },
        ],
        'f'.repeat(64),
      ),
    )
    expect(await till.runtime.faceReady()).toBe(true)
  }, 120_000)
  afterAll(() => after.run())

  async function enrol(shown: string): Promise<void> {
    const stop = showRecording(till, shown)
    await till.do({ type: 'enrolment:begin' })
    const { id: textId, version: textVersion } = consentText
    await till.do({ type: 'enrolment:consent', textId, textVersion, agreed: true, ofAge: true })
    await till.scanner.scan(await hub.operator().issueCode(account.accountId))
    await till.when('the enrolment to end', ({ enrolment }) => enrolment?.step === 'done', 40_000)
    await till.do({ type: 'enrolment:finish' })
    stop()
  }

  async function get(url: string): Promise<string> {
    return (await fetch(url, { headers: { 'accept-language': 'en' } })).text()
  }

  it('pays by face without a score in its journal, its log or anything it sends', async () => {
    await enrol('anna-a')
    const stop = showRecording(till, 'anna-b')
    await till.scanAll(['2000000011486'])
    await till.do({ type: 'checkout:pay' })
    await till.do({ type: 'tender:choose', tender: 'face' })
    await till.whenScreen('confirm', 40_000)
    stop()
    const { saleId, totalMinor } = till.view().basket
    await till.do({ type: 'payment:confirm', saleId: saleId ?? '', totalMinor })
    await till.whenScreen('done')
    await till.nextShopper()
    const refusing = showRecording(till, 'print-attack')
    await till.scanAll(['2000000011486'])
    await till.do({ type: 'checkout:pay' })
    await till.do({ type: 'tender:choose', tender: 'face' })
    await till.whenScreen('tenderChoice', 40_000)
    refusing()
    await till.nextShopper()
    await till.drained()

    const events = till.events()
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['face.enrolled', 'payment.attempted', 'face.attackRefused']),
    )
    expect(JSON.stringify(events)).not.toMatch(scores)
    const looks = till.log.lines().filter(({ message }) => message === 'look')
    expect(looks.map(({ facts }) => facts['outcome'])).toEqual(['match', 'attack'])
    for (const { facts } of looks) {
      expect(facts).toMatchObject({ comparisonScore: null, threshold: null, padScore: null })
    }
    const logged = till.log.lines().filter(({ message }) => message !== 'look')
    expect(JSON.stringify(logged)).not.toMatch(/comparisonScore|padScore|bestScore/)
    const opened = sent.join('\n')
    expect(opened).toContain('face.enrolled')
    expect(opened).not.toMatch(scores)
  })

  it('deletes what was asked for at the wallet’s page while its hub was away, and the receipt proves it', async () => {
    const facePage = `${account.walletUrl}/face`
    expect(await get(facePage)).toContain('Kept')
    const file = personalExportSchema.parse(JSON.parse(await get(`${facePage}.json`)))
    expect(file.faces).toMatchObject([
      { state: 'kept', consent: { jurisdiction: 'CN' }, payments: [{ amountMinor: 500 }] },
    ])

    line.set('hangUp')
    await till.when('the hub to be gone', ({ sync }) => sync.hub === 'offline')
    await fetch(`${facePage}/delete`, { method: 'POST', redirect: 'manual' })
    expect(await get(facePage)).toContain('Waits to be deleted')
    expect(till.view().facePay.enrolled).toBe(1)

    line.set('pass')
    till.runtime.nudgeHub()
    await till.when('the face to be gone', ({ facePay }) => facePay.enrolled === 0, 60_000)
    await till.drained()
    const done = personalExportSchema.parse(JSON.parse(await get(`${facePage}.json`)))
    const [face] = done.faces
    expect(face).toMatchObject({ state: 'deleted', references: [], deletion: { reason: 'hub' } })
    const token = face?.deletion?.receiptToken ?? ''
    expect(await get(`${hub.url()}/d/${token}`)).toContain('Signature valid')
    const proof = deletionProofSchema.parse(JSON.parse(await get(`${hub.url()}/d/${token}/receipt.json`)))
    expect(proof.publicKey).toBe(till.runtime.opened.laneKey.publicKey)
    expect([...till.runtime.opened.store.references()]).toEqual([])
  })

  it('takes it back at the lane, and the page of the wallet shows the receipt', async () => {
    await enrol('anna-a')
    await till.do({ type: 'myFace:begin' })
    await till.scanner.scan(await hub.operator().issueCode(account.accountId))
    await till.when('the question', ({ myFace }) => myFace?.step === 'confirm')
    await till.do({ type: 'myFace:delete' })
    const { myFace } = till.view()
    if (myFace?.step !== 'deleted') throw new Error(`Not deleted: ${JSON.stringify(myFace)}`)
    await till.do({ type: 'myFace:leave' })
    await till.drained()
    const { receiptUrl } = myFace
    expect(receiptUrl).toContain(`/d/${myFace.record.receiptToken}`)
    expect(await get(hub.url() + new URL(receiptUrl ?? '').pathname)).toContain('Signature valid')
    expect(await get(`${account.walletUrl}/face`)).toContain(`/d/${myFace.record.receiptToken}`)
    expect(till.view().facePay.enrolled).toBe(0)
  })
})
