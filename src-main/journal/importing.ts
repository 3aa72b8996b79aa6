import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { Failure, failureData } from '../contract/failure.ts'
import { hubErrorSchema } from '../contract/hubApi.ts'
import { wireEntrySchema, type WireEntry } from '../contract/journal.ts'
import { importPath, importResponseSchema, type ImportResponse } from '../contract/journalImport.ts'

const ENTRIES_A_CALL = 200
const BYTES_A_CALL = 4 * 1024 * 1024
const CALL_TIMEOUT_MS = 60_000

export interface ImportTarget {
  /** Address of the hub, such as http://127.0.0.1:7410. */
  readonly hubUrl: string
  readonly operatorToken: string
}

export interface ImportReport {
  /** Names of the lanes whose entries were in the file. */
  readonly lanes: readonly string[]
  readonly entries: number
  readonly taken: number
  readonly known: number
  readonly refused: number
  readonly gaps: ImportResponse['gaps']
}

/**
 * Brings an exported journal straight into the hub. Stopped or failed at any point, the next call goes on. Throws
 * `Failure`: `queue.notAnExport`, `queue.importRefused`, `hub.unreachable`.
 */
export async function queueImport(
  file: string,
  target: ImportTarget,
  onProgress: (entries: number) => void = () => {},
): Promise<ImportReport> {
  const entries = readExport(file)
  const answers: ImportResponse[] = []
  let sent = 0
  for (const batch of batchesOf(entries)) {
    answers.push(await send(target, batch))
    onProgress((sent += batch.length))
  }
  const sum = (count: (answer: ImportResponse) => number) => answers.reduce((all, one) => all + count(one), 0)
  return {
    lanes: [...new Set(answers.map(({ laneId }) => laneId))],
    entries: entries.length,
    taken: sum(({ taken }) => taken),
    known: sum(({ known }) => known),
    refused: sum(({ refused }) => refused),
    gaps: answers.flatMap(({ gaps }) => gaps),
  }
}

function readExport(file: string): WireEntry[] {
  const lines = readFile(file)
    .split('\n')
    .filter((line) => line !== '')
  const entries = lines.map((line, index) => {
    const entry = z.safeParse(wireEntrySchema, parsed(line)).data
    if (entry === undefined) throw notAnExport(file, `line ${index + 1} is no journal entry`)
    return entry
  })
  if (entries.length === 0) throw notAnExport(file, 'it is empty')
  return entries
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw notAnExport(file, failureData(thrown).message)
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Whole commits of one lane: the hub keeps nothing behind the last signed entry of a call. */
function* batchesOf(entries: readonly WireEntry[]): Generator<readonly WireEntry[]> {
  let batch: WireEntry[] = []
  let bytes = 0
  for (const [index, entry] of entries.entries()) {
    batch.push(entry)
    bytes += entry.payload.length
    const next = entries[index + 1]
    const endsHere = next === undefined || next.header.laneId !== entry.header.laneId
    const isFull = batch.length >= ENTRIES_A_CALL || bytes >= BYTES_A_CALL
    if (!endsHere && !(isFull && entry.signature !== null)) continue
    yield batch
    batch = []
    bytes = 0
  }
}

async function send(
  { hubUrl, operatorToken }: ImportTarget,
  entries: readonly WireEntry[],
): Promise<ImportResponse> {
  const response = await fetch(new URL(importPath, hubUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ entries }),
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  }).catch((thrown: unknown) => {
    throw unreachableHub(hubUrl, thrown)
  })
  const body = parsed(await response.text())
  const answer = importResponseSchema.safeParse(body)
  if (response.ok && answer.success) return answer.data
  const error = hubErrorSchema.safeParse(body).data?.error
  throw new Failure({
    code: 'queue.importRefused',
    attempted: `import a journal into ${hubUrl}`,
    remedy: 'staff',
    nativeCode: error?.code ?? `http ${response.status}`,
    message: `The hub refused the journal: ${error?.message ?? `it answered ${response.status}`}`,
  })
}

function notAnExport(file: string, why: string): Failure {
  return new Failure({
    code: 'queue.notAnExport',
    attempted: `read the exported journal ${file}`,
    remedy: 'staff',
    message: `${file} is no journal that facelane queue export wrote: ${why}. Nothing was sent.`,
  })
}

function unreachableHub(hubUrl: string, thrown: unknown): Failure {
  return new Failure({
    code: 'hub.unreachable',
    attempted: `import a journal into ${hubUrl}`,
    remedy: 'retry',
    cause: failureData(thrown),
    message: `The hub at ${hubUrl} does not answer. Start it and import again: what it has already is not taken twice.`,
  })
}
