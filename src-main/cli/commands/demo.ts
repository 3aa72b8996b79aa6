import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { failureData } from '../../contract/failure.ts'
import type { StoreInABox } from '../box/store-in-a-box.ts'
import { openStoreInABox } from '../box/store-in-a-box.ts'
import type { CliIo, Command } from '../command.ts'
import type { Purchase, Refusal } from '../demo/script.ts'
import { DemoScript } from '../demo/script.ts'
import { paths } from '../paths.ts'
import { prepareRecordings } from '../recordings.ts'

const help = `npm run demo   [-- --json]

  One whole purchase, unattended: hub and lane with emulated devices, enrolment, scanning, paying with the face, the
  receipt, the sync; once more with the hub stopped; then a stranger and a photograph, who must be refused.
  Exit code 0 only if all of it held.`

/** Articles of the fixture that need no staff. */
const shopping = ['TEA-JASMINE', 'MILK-250', 'BREAD-REDBEAN'] as const

interface Outcome {
  readonly purchases: Purchase[]
  readonly refusals: Refusal[]
  receiptPng: string | null
  receiptUrl: string | null
}

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const json = args.includes('--json')
  const begunAt = performance.now()
  const tell = (line: string): void => {
    const text = `${((performance.now() - begunAt) / 1000).toFixed(1).padStart(5)} s  ${line}`
    if (json) io.say(text)
    else io.out(text)
  }
  await prepareRecordings(io.say)
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'facelane-demo-'))
  // The hub's database runs as a user of its own, who has to pass through.
  chmodSync(dataDir, 0o711)
  try {
    const box = await openStoreInABox({
      dataDir,
      env: {},
      hubPort: 0,
      preset: {
        http: { port: 0 },
        devices: { camera: { kind: 'replay', path: path.join(paths.people, 'anna-a.mjpeg') } },
      },
      say: tell,
    })
    try {
      return await play(box, tell, json, io)
    } finally {
      await box.close()
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function play(
  box: StoreInABox,
  tell: (line: string) => void,
  json: boolean,
  io: CliIo,
): Promise<number> {
  const outcome: Outcome = { purchases: [], refusals: [], receiptPng: null, receiptUrl: null }
  let charged = 0
  let trouble: unknown = null
  try {
    charged = await perform(box, tell, outcome)
  } catch (thrown) {
    trouble = thrown
    tell(failureData(thrown).message)
  }
  const { journal } = box.runtime.opened.store
  const journalSeq = journal.head()?.seq ?? null
  const hubAckedSeq = journal.acked()?.seq ?? null
  const bought = outcome.purchases.reduce((sum, { totalMinor }) => sum + totalMinor, 0)
  const ok =
    trouble === null &&
    outcome.purchases.length === 2 &&
    outcome.refusals.every(({ refused }) => refused) &&
    charged === bought &&
    journalSeq === hubAckedSeq
  tell(ok ? `All of it held: bought for ${bought}, charged ${charged}.` : 'NOT all of it held.')
  if (json) {
    io.answer({
      ok,
      ...outcome,
      journalSeq,
      hubAckedSeq,
      charged,
      ...(trouble === null ? {} : { error: failureData(trouble) }),
    })
  }
  return ok ? 0 : 1
}

/** Returns what the hub's ledger really charged, in minor units. */
async function perform(box: StoreInABox, tell: (line: string) => void, outcome: Outcome): Promise<number> {
  const { runtime, config, hub } = box
  const operator = await box.operator
  if (!operator) throw new Error('The hub did not start; its reason stands above')
  await runtime.devicesReady(10_000)
  for (const note of runtime.notes) tell(note)
  if (!(await runtime.faceReady()))
    throw new Error('The face engine did not start; see facelane models verify')
  tell('hub, lane, devices and face engine are up')
  const script = new DemoScript(box, tell)
  const barcodes = barcodesOf(box)

  await script.enrol(operator, 'anna-a')
  outcome.purchases.push(await script.buy(barcodes, 'anna-b'))
  outcome.receiptPng = await script.keepPaper()
  const { screen } = runtime.host.view()
  outcome.receiptUrl = screen.kind === 'done' ? screen.receiptUrl : null
  await script.finish()
  await script.drained()
  if (outcome.receiptUrl) tell(`e-receipt: ${await checkReceipt(outcome.receiptUrl)}`)

  await hub.stop()
  tell('hub stopped')
  await script.offline()
  outcome.purchases.push(await script.buy(barcodes.slice(0, 2), 'anna-b'))
  await script.finish()
  await hub.start()
  runtime.nudgeHub()
  await script.drained()
  tell('hub is back: everything arrived, the offline payment is charged')

  for (const shown of ['bruno', 'print-attack']) {
    outcome.refusals.push(await script.refuse(barcodes[0] ?? '', shown))
  }
  await script.drained()
  const { chargedMinor, balanced } = await operator.ledger()
  if (!balanced) throw new Error("The hub's ledger does not balance")
  return chargedMinor[config.currency] ?? 0
}

function barcodesOf({ runtime }: StoreInABox): string[] {
  const { catalogue } = runtime.opened.store
  return shopping.flatMap((sku) => catalogue.findBySku(sku)?.barcodes.slice(0, 1) ?? [])
}

/** The page a shopper's phone would open. */
async function checkReceipt(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
  if (!response.ok) throw new Error(`The e-receipt page answered ${response.status}`)
  return url
}

export const command: Command = { help, run }
