import { copyReasons, type ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import type { Key } from '../../../src-main/contract/values.ts'
import { copyTexts } from '../render/copy-texts.ts'
import { paperReference } from '../render/layout.ts'
import { printableText } from '../render/text-width.ts'
import type { Piece } from './paper.ts'

export interface ExpectedJob {
  readonly jobKey: Key
  readonly document: ReceiptDocument
}

/** What came out of a printer. `originals` above 1, and anything in `missing`, is a fault of whoever drove it. */
export interface Verdict {
  /** Complete papers without the word COPY, by job key. */
  readonly originals: Readonly<Record<Key, number>>
  /** Complete papers that say COPY and why, in the language of the receipt. A COPY without its reason is an original. */
  readonly copies: Readonly<Record<Key, number>>
  /** Jobs of which no complete paper exists. */
  readonly missing: readonly Key[]
  /** Pieces that are no complete paper of any job: cut short, or the rest of a lost one. */
  readonly fragments: number
}

/**
 * What really came out of the printer, whatever the driver believes. A paper counts for a job when every text of the
 * document stands on it in order and the job's reference at its foot; pieces parted by the end of a roll are one paper.
 */
export function judgePapers(pieces: readonly Piece[], jobs: readonly ExpectedJob[]): Verdict {
  const originals: Record<Key, number> = {}
  const copies: Record<Key, number> = {}
  let fragments = 0
  for (const text of wholePapers(pieces)) {
    // A blank slip, cut off to begin a clean paper.
    if (text === '') continue
    const job = jobs.find((candidate) => isComplete(text, candidate))
    if (job === undefined) fragments += 1
    else {
      const count = isMarked(text, job) ? copies : originals
      count[job.jobKey] = (count[job.jobKey] ?? 0) + 1
    }
  }
  const missing = jobs.map(({ jobKey }) => jobKey).filter((key) => !(key in originals) && !(key in copies))
  return { originals, copies, missing, fragments }
}

/** Above the receipt the word and the reason. */
function isMarked(paper: string, { document: { language } }: ExpectedJob): boolean {
  return copyReasons.some((because) => {
    const { reason } = copyTexts(language, because)
    const at = paper.indexOf('COPY')
    return at !== -1 && paper.includes(withoutSpace(reason), at)
  })
}

function wholePapers(pieces: readonly Piece[]): string[] {
  const papers: string[] = []
  let text = ''
  for (const piece of pieces) {
    text += piece.text
    if (piece.endedBy === 'rollEnd') continue
    papers.push(withoutSpace(text))
    text = ''
  }
  return text === '' ? papers : [...papers, withoutSpace(text)]
}

function isComplete(paper: string, { jobKey, document }: ExpectedJob): boolean {
  let at = 0
  for (const text of textsOf(document)) {
    const found = paper.indexOf(withoutSpace(printableText(text)), at)
    if (found === -1) return false
    at = found
  }
  return paper.endsWith(paperReference(jobKey))
}

function textsOf(document: ReceiptDocument): string[] {
  return document.blocks.flatMap((block) => {
    switch (block.kind) {
      case 'title':
      case 'text':
        return [block.text]
      case 'columns':
        return [block.left, block.right]
      case 'qr':
        return [block.caption]
      case 'barcode':
        return [block.data]
      case 'rule':
      case 'space':
        return []
    }
  })
}

/** As the paper is compared: no gaps, and one yen sign for both of its forms. */
function withoutSpace(text: string): string {
  return text.replace(/\s/g, '').replaceAll('\u00a5', '\uffe5')
}
