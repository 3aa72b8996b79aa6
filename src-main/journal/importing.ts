import { createReadStream } from 'node:fs'
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
  // Looked through before anything is sent, and not kept: a year of sales is larger than the memory.
  await countEntries(file)
  const answers: ImportResponse[] = []
  let sent = 0
  for await (const batch of batchesOf(readExport(file))) {
    answers.push(await send(target, batch))
    onProgress((sent += batch.length))
  }
  const sum = (count: (answer: ImportResponse) => number) => answers.reduce((all, one) => all + count(one), 0)
  return {
    lanes: [...new Set(answers.map(({ laneId }) => laneId))],
    entries: sent,
    taken: sum(({ taken }) => taken),
    known: sum(({ known }) => known),
    refused: sum(({ refused }) => refused),
    gaps: answers.flatMap(({ gaps }) => gaps),
  }
}

/** Throws `queue.notAnExport` when any of it is no journal entry. */
async function countEntries(file: string): Promise<void> {
  let entries = 0
  for await (const _ of readExport(file)) entries += 1
  if (entries === 0) throw notAnExport(file, 'it is empty')
}

async function* readExport(file: string): AsyncGenerator<WireEntry> {
  let number = 0
  for await (const line of linesOf(file)) {
    number += 1
    if (line === '') continue
    const entry = z.safeParse(wireEntrySchema, parsed(line)).data
    if (entry === undefined) throw notAnExport(file, `line ${number} is no journal entry`)
    yield entry
  }
}

/** Not `readline`, which also ends a line at U+2028: that may stand in a name. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  try {
    for await (const chunk of createReadStream(file, 'utf8')) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (thrown) {
    throw notAnExport(file, failureData(thrown).message)
  }
  yield rest
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Whole commits of one lane: the hub keeps nothing behind the last signed entry of a call. */
async function* batchesOf(entries: AsyncIterable<WireEntry>): AsyncGenerator<readonly WireEntry[]> {
  let batch: WireEntry[] = []
  let bytes = 0
  for await (const entry of entries) {
    const last = batch.at(-1)
    const isFull = batch.length >= ENTRIES_A_CALL || bytes >= BYTES_A_CALL
    const endsBefore = last !== undefined && last.header.laneId !== entry.header.laneId
    if (endsBefore || (isFull && last?.signature != null)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(entry)
    bytes += entry.payload.length
  }
  if (batch.length > 0) yield batch
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
