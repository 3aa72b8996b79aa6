import { describe, expect, it } from 'vitest'
import type { FeedItem } from '../../../src-main/contract/feed.ts'
import type { DeletionReason } from '../../../src-main/contract/rights.ts'
import { deletionProofSchema, personalExportSchema } from '../../../src-main/contract/rights.ts'
import { rightsPolicy } from '../../../src-main/domain/rights/policy.ts'
import { consentFacts } from '../../../src-main/face/consentFacts.ts'
import { checkProof } from '../../../src-hub/members/receipts.ts'
import { joinedLane, newKey, TestJournal, type TestHub, type TestLane, useHubs } from './harness.ts'

const hubs = useHubs()
const dayMs = 86_400_000

interface Member {
  readonly accountId: string
  /** Path of the wallet's page. */
  readonly wallet: string
}

async function member(hub: TestHub): Promise<Member> {
  const body = { name: '王小明', phone: '+8613800004242', balanceMinor: 50_000, currency: 'CNY' }
  const { json } = await hub.operator('POST', '/operator/v1/accounts', body)
  return { accountId: json.accountId, wallet: new URL(json.walletUrl as string).pathname }
}

interface Till {
  readonly lane: TestLane
  enrol(accountId: string): Promise<string>
  deleted(subjectKey: string, reason: DeletionReason, requestKey?: string): Promise<string>
  /** What the lane is asked to delete now. */
  wishes(): Promise<{ requestKey: string; subjectKey: string }[]>
  send(): Promise<void>
  readonly journal: TestJournal
}

/** A lane that writes the entries a real one writes, and sends them at once. */
async function till(hub: TestHub, laneId: string): Promise<Till> {
  const lane = await joinedLane(hub, laneId)
  const journal = new TestJournal(lane)
  journal.genesis()
  let sent = 0
  const send = async (): Promise<void> => {
    const { status } = await lane.call('append', { entries: journal.entries.slice(sent) })
    expect(status).toBe(200)
    sent = journal.entries.length
  }
  return {
    lane,
    journal,
    send,
    async enrol(accountId) {
      const subjectKey = newKey()
      const about = { kind: 'subject', id: subjectKey } as const
      journal.add({ type: 'consent.given', subjectKey, ...consentFacts(rightsPolicy('EU'), 'en') }, about)
      journal.add(
        {
          type: 'face.enrolled',
          subjectKey,
          referenceKey: newKey(),
          accountId,
          modelPackId: 'pack-1',
          frames: 5,
          personal: { subjectKey, box: 'AAAA' },
        },
        about,
      )
      await send()
      return subjectKey
    },
    async deleted(subjectKey, reason, requestKey) {
      const receiptToken = newKey()
      journal.add(
        {
          type: 'face.deleted',
          subjectKey,
          references: 1,
          reason,
          receiptToken,
          ...(requestKey === undefined ? {} : { requestKey }),
        },
        { kind: 'subject', id: subjectKey },
      )
      await send()
      return receiptToken
    },
    async wishes() {
      const { status, json } = await lane.call('feed', { hubEpoch: null, cursor: null, waitMs: 0 })
      expect(status).toBe(200)
      const items = json.items.map(({ item }: { item: FeedItem }) => item) as FeedItem[]
      return items.flatMap((item) =>
        item.kind === 'deletionRequest' ? [{ requestKey: item.requestKey, subjectKey: item.subjectKey }] : [],
      )
    },
  }
}

async function page(hub: TestHub, path: string, init: RequestInit = {}) {
  const response = await fetch(hub.url + path, { redirect: 'manual', ...init })
  return { status: response.status, text: await response.text() }
}

/** What the merchant sees after signing in. */
async function merchantPage(hub: TestHub): Promise<string> {
  const signedIn = await fetch(`${hub.url}/operator/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: hub.operatorToken }).toString(),
  })
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  return (await page(hub, '/', { headers: { cookie } })).text
}

describe('a member at the hub', () => {
  it('sees where their face is kept and on what grounds, and nobody else’s page shows it', async () => {
    const hub = await hubs.start()
    const [anna, other] = [await member(hub), await member(hub)]
    await (await till(hub, 'lane-1')).enrol(anna.accountId)
    const mine = await page(hub, `${anna.wallet}/face`)
    expect(mine.text).toContain('Lane lane-1')
    expect(mine.text).toContain('European Union')
    expect(mine.text).toContain('text 2')
    expect(mine.text).toContain('Delete my face')
    expect((await page(hub, `${other.wallet}/face`)).text).toContain('No face is kept for this wallet.')
    expect((await page(hub, '/w/nonsense/face')).status).toBe(404)
    expect((await page(hub, anna.wallet)).text).toContain(`${anna.wallet}/face`)
  })

  it('has it deleted on every lane, gets a signed receipt, and asking twice changes nothing', async () => {
    const hub = await hubs.start()
    const anna = await member(hub)
    const [first, second] = [await till(hub, 'lane-1'), await till(hub, 'lane-2')]
    const subjects = [await first.enrol(anna.accountId), await second.enrol(anna.accountId)]
    const wish = () => page(hub, `${anna.wallet}/face/delete`, { method: 'POST' })
    expect((await wish()).status).toBe(303)
    expect((await wish()).status).toBe(303)
    expect((await page(hub, `${anna.wallet}/face`)).text).toContain('Waits to be deleted')

    const [request] = await first.wishes()
    expect(await first.wishes()).toEqual([{ requestKey: request?.requestKey, subjectKey: subjects[0] }])
    // Days later: the lane was offline.
    hub.advance(3 * dayMs)
    expect(await second.wishes()).toHaveLength(1)
    const token = await first.deleted(subjects[0] ?? '', 'hub', request?.requestKey)
    expect(await first.wishes()).toEqual([])
    expect(await second.wishes()).toHaveLength(1)

    const receipt = await page(hub, `/d/${token}`)
    expect(receipt.text).toContain('Signature valid')
    expect(receipt.text).toContain(subjects[0])
    expect(receipt.text).not.toContain(anna.accountId)
    const file = deletionProofSchema.parse(JSON.parse((await page(hub, `/d/${token}/receipt.json`)).text))
    expect(file.publicKey).toBe(first.lane.publicKey.toString('base64'))
    expect(checkProof(file)).toMatchObject({ kind: 'valid', deletion: { references: 1, reason: 'hub' } })
    const forged = { ...file.entry, payload: Buffer.from('{"type":"face.deleted"}').toString('base64') }
    expect(checkProof({ ...file, entry: forged })).toEqual({ kind: 'invalid', why: 'hash' })
    const strange = { ...file, publicKey: second.lane.publicKey.toString('base64') }
    expect(checkProof(strange)).toEqual({ kind: 'invalid', why: 'signature' })
  })

  it('reads everything that is stored, without the template, and why', async () => {
    const hub = await hubs.start()
    const anna = await member(hub)
    const subjectKey = await (await till(hub, 'lane-1')).enrol(anna.accountId)
    const { text } = await page(hub, `${anna.wallet}/face.json`)
    const file = personalExportSchema.parse(JSON.parse(text))
    expect(file.faces).toMatchObject([
      {
        laneId: 'lane-1',
        subjectKey,
        state: 'kept',
        consent: { jurisdiction: 'EU', purpose: 'facePayment', language: 'en', guardian: false },
        references: [{ modelPackId: 'pack-1' }],
        payments: [],
        lastUsedAtMs: null,
      },
    ])
    expect(file.templates).toContain('encrypted')
    const operator = await hub.operator('GET', `/operator/v1/accounts/${anna.accountId}/face`)
    expect(personalExportSchema.parse(operator.json).faces).toEqual(file.faces)
  })
})

describe('a deletion', () => {
  it('at one lane, by the person, is asked of the other lanes; one by the timer is not', async () => {
    const hub = await hubs.start()
    const [anna, bruno] = [await member(hub), await member(hub)]
    const [first, second] = [await till(hub, 'lane-1'), await till(hub, 'lane-2')]
    const mine = await first.enrol(anna.accountId)
    const also = await second.enrol(anna.accountId)
    const his = await first.enrol(bruno.accountId)
    await second.enrol(bruno.accountId)
    await first.deleted(his, 'retention')
    expect(await second.wishes()).toEqual([])
    // The second lane's clock is the journal's: its enrolment is a little younger than the first lane's entries.
    for (let seq = first.journal.entries.length; seq < 12; seq += 1) {
      first.journal.add({ type: 'consent.withdrawn', subjectKey: his }, { kind: 'subject', id: his })
    }
    await first.deleted(mine, 'withdrawn')
    expect(await second.wishes()).toMatchObject([{ subjectKey: also }])
  })

  it('that is reported again, or of somebody the hub never heard of, closes the request and keeps the first receipt', async () => {
    const hub = await hubs.start()
    const anna = await member(hub)
    const lane = await till(hub, 'lane-1')
    const subjectKey = await lane.enrol(anna.accountId)
    const token = await lane.deleted(subjectKey, 'withdrawn')
    const again = await lane.deleted(subjectKey, 'hub')
    expect((await page(hub, `/d/${token}`)).text).toContain('Signature valid')
    expect((await page(hub, `/d/${again}`)).text).toContain('on its way')
    const stranger = await lane.deleted(newKey(), 'command')
    expect((await page(hub, `/d/${stranger}`)).text).toContain('Signature valid')
  })

  it('asked for while an enrolment is still on its way to the hub reaches that enrolment too', async () => {
    const hub = await hubs.start()
    const anna = await member(hub)
    const lane = await till(hub, 'lane-1')
    await lane.send()
    await hub.operator('POST', `/operator/v1/accounts/${anna.accountId}/face/delete`)
    const subjectKey = await lane.enrol(anna.accountId)
    expect(await lane.wishes()).toMatchObject([{ subjectKey }])
  })

  it('that a lane owes is on the operator’s list, with the day the law wants it by', async () => {
    const hub = await hubs.start()
    const anna = await member(hub)
    const lane = await till(hub, 'lane-1')
    const subjectKey = await lane.enrol(anna.accountId)
    await hub.operator('POST', `/operator/v1/accounts/${anna.accountId}/face/delete`)
    const waiting = async () => (await hub.operator('GET', '/operator/v1/deletions')).json.waiting
    expect(await waiting()).toMatchObject([{ laneId: 'lane-1', subjectKey, overdue: false }])
    hub.advance((rightsPolicy('EU').duties.deleteWithinDays + 1) * dayMs)
    expect(await waiting()).toMatchObject([{ overdue: true }])
    expect(await merchantPage(hub)).toContain('1 (1 overdue)')
    await lane.deleted(subjectKey, 'hub')
    expect(await waiting()).toEqual([])
  })

  it('is another lane’s business only: no lane sees what is asked of others', async () => {
    const hub = await hubs.start()
    const anna = await member(hub)
    const [first, second] = [await till(hub, 'lane-1'), await till(hub, 'lane-2')]
    await first.enrol(anna.accountId)
    await second.send()
    await hub.operator('POST', `/operator/v1/accounts/${anna.accountId}/face/delete`)
    expect(await second.wishes()).toEqual([])
  })
})
