import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Failure } from '../../contract/failure.ts'
import {
  deletionProofSchema,
  jurisdictionSchema,
  type DeletionProof,
  type PersonalExport,
} from '../../contract/rights.ts'
import { keySchema } from '../../contract/values.ts'
import { rightsPolicy } from '../../domain/rights/policy.ts'
import { checkDeletionProof } from '../../domain/rights/proof.ts'
import { createDeletions } from '../../members/deletion.ts'
import { deletionProof, storedOnLane, subjectsOf, type Whom } from '../../members/stored.ts'
import { createClock } from '../../platform/clock.ts'
import { createRandom } from '../../platform/random.ts'
import { openForReading } from '../../store/database.ts'
import type { ReadHandle } from '../../store/handles.ts'
import { signatureCheck } from '../../store/keys/lane-key.ts'
import { openLaneStore } from '../../store/open-lane-store.ts'
import { readLastEntry } from '../../store/repositories/journal.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { defaultDataDir, laneDataDir } from '../paths.ts'

const help = `facelane rights export | delete | receipt   --account KEY | --subject KEY   [--data DIR] [--out FILE] [--json]
facelane rights verify FILE   [--json]
facelane rights policy [CN | EU | US-IL | default]   [--json]

  export   everything the lane stores about a person's face, as JSON; may run beside a selling lane
  delete   deletes it and writes the receipt; the lane must be stopped
  receipt  the signed receipt of a deletion; may run beside a selling lane
  verify   checks the receipt in FILE: was it signed, and was anything changed?
  policy   what a jurisdiction switches on, and what each value was read from

  An account's key stands at the hub, a subject's on a receipt. A selling lane deletes by itself what is asked for at
  the hub or with "My face" on its screen.`

interface Asked {
  readonly dataDir: string
  readonly whom: Whom
  readonly out: string | undefined
  readonly json: boolean
}

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: 'string', default: defaultDataDir },
      account: { type: 'string' },
      subject: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const [action, argument] = positionals
  const asked = (): Asked => ({
    dataDir: laneDataDir(values.data),
    whom: whomOf(values.account, values.subject),
    out: values.out,
    json: values.json,
  })
  switch (action) {
    case 'export':
      return exportPerson(asked(), io)
    case 'delete':
      return deletePerson(asked(), io)
    case 'receipt':
      return answerReceipts(asked(), io)
    case 'verify':
      return verify(argument, values.json, io)
    case 'policy':
      return policy(argument, values.json, io)
    default:
      throw new UsageError('Say what to do: export, delete, receipt, verify or policy.')
  }
}

function whomOf(account: string | undefined, subject: string | undefined): Whom {
  const key = keySchema.safeParse(account ?? subject)
  if ((account === undefined) === (subject === undefined) || !key.success) {
    throw new UsageError('Say whom it is about: --account KEY or --subject KEY, 32 hex digits.')
  }
  return account === undefined
    ? { kind: 'subject', subjectKey: key.data }
    : { kind: 'account', accountId: key.data }
}

function exportPerson({ dataDir, whom, out, json }: Asked, io: CliIo): number {
  const file = reading(dataDir, (db) => storedOnLane(db, whom, Date.now()))
  if (out !== undefined) writePrivately(out, file)
  if (json) io.answer({ ok: true, ...file })
  else tellExport(file, out, io)
  return 0
}

function tellExport(file: PersonalExport, out: string | undefined, io: CliIo): void {
  for (const { subjectKey, state, references, payments } of file.faces) {
    io.out(`${subjectKey}: ${state}, ${references.length} references, ${payments.length} payments`)
  }
  if (out !== undefined) io.out(`written to ${out}`)
}

function deletePerson({ dataDir, whom, out, json }: Asked, io: CliIo): number {
  const { laneId, subjects } = reading(dataDir, (db) => ({
    subjects: subjectsOf(db, whom),
    laneId: readLastEntry(db)?.header.laneId ?? '',
  }))
  const random = createRandom()
  const clock = createClock(random.key())
  const { store } = openLaneStore({ dataDir, laneId, clock, random })
  try {
    // The gallery is a running lane's memory; there is none here.
    const deletions = createDeletions({ store, gallery: { forget: () => undefined }, clock, random })
    for (const subjectKey of subjects) {
      if (store.subjectFacts(subjectKey) !== null) deletions.delete({ subjectKey, reason: 'command' })
    }
  } finally {
    store.close()
  }
  return answerReceipts({ dataDir, whom, out, json }, io)
}

function answerReceipts({ dataDir, whom, out, json }: Asked, io: CliIo): number {
  const receipts = reading(dataDir, (db) =>
    subjectsOf(db, whom).flatMap((subjectKey) => deletionProof(db, subjectKey) ?? []),
  )
  const newest = receipts.at(-1)
  if (out !== undefined && newest !== undefined) writePrivately(out, newest)
  if (json) io.answer({ ok: true, receipts })
  else {
    for (const { entry } of receipts)
      io.out(`deleted ${entry.header.aggregate.id}: entry ${entry.header.epoch}/${entry.header.seq}`)
    if (receipts.length === 0) io.out('Nothing was deleted for this person.')
    else if (out !== undefined) io.out(`receipt written to ${out}`)
  }
  return 0
}

function verify(file: string | undefined, json: boolean, io: CliIo): number {
  if (file === undefined) throw new UsageError('Name the file of the receipt.')
  const verdict = checkDeletionProof(readProof(file), {
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    fromBase64: (text) => Buffer.from(text, 'base64'),
    isSignedBy: (publicKey, message, signature) =>
      signatureCheck(Buffer.from(publicKey).toString('base64'))?.(message, signature) ?? false,
  })
  const valid = verdict.kind === 'valid'
  if (json) io.answer({ ok: valid, ...verdict })
  else if (valid) {
    const { laneId, atMs, deletion } = verdict
    io.out(
      `valid: ${laneId} deleted ${deletion.references} references of ${deletion.subjectKey} at ${new Date(atMs).toISOString()}`,
    )
    io.out('Whether the key is the lane’s, the page of the receipt at the hub says.')
  } else io.out(`NOT VALID: ${problems[verdict.why]}`)
  return valid ? 0 : 1
}

const problems = {
  hash: 'something in it was changed',
  signature: 'this key did not sign it',
  notADeletion: 'it is signed, but it is not the receipt of a deletion',
} as const

function readProof(file: string): DeletionProof {
  try {
    return deletionProofSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new Failure({
      code: 'rights.noReceipt',
      attempted: `read ${file}`,
      remedy: 'staff',
      message:
        'This file cannot be read as a deletion receipt. Download it again from the page of the receipt.',
    })
  }
}

function policy(id: string | undefined, json: boolean, io: CliIo): number {
  const jurisdiction = jurisdictionSchema.safeParse(id ?? 'default')
  if (!jurisdiction.success) throw new UsageError('A jurisdiction is CN, EU, US-IL or default.')
  const found = rightsPolicy(jurisdiction.data)
  if (json) io.answer({ ok: true, ...found })
  else io.out(JSON.stringify(found, null, 2))
  return 0
}

function reading<T>(dataDir: string, work: (db: ReadHandle) => T): T {
  const db = openForReading(dataDir)
  try {
    return work(db)
  } finally {
    db.close()
  }
}

function writePrivately(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
}

export const command: Command = { help, run }
