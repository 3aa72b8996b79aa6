import { commands, transform, type BaseCommand } from 'receiptline'
import { enableAutomaticStatus, endOfPaper, initialize } from '../commands.ts'
import type { PrinterProfile } from '../models/profile.ts'
import type { PrintJob } from '../pos-printer-port.ts'
import { layOut, type Line, type TextLine } from './layout.ts'
import { markdownOf, type MarkdownLine } from './markdown.ts'
import { nativeQr, rasterQr } from './qr-bytes.ts'
import { noPictures, pictureKey, type Pictures } from './pictures.ts'
import { encodeIn, selectVoice, type Voice } from './voice.ts'

/** Stands between lines in the command string, whose other characters are all bytes; never sent. */
const lineEnd = '\ue000'
/** ESC 3 n: from one line of 24-dot characters to the next; Chinese set solid is hard to read. */
const lineSpacingDots = 30

/**
 * Receiptline's ESC/POS with the parts that hurt replaced: its opening turns automatic status off and uses commands
 * of Japanese models, its rule needs a katakana code page, its closing asks for a status of its own, and its code pages
 * have the same numbers on every model.
 */
function commandSet(profile: PrinterProfile, voice: Voice | null): BaseCommand {
  const base = commands.generic
  return {
    ...base,
    open(printer) {
      base.open.call(this, printer)
      return ''
    },
    close: () => '',
    hr: (width) => `\x1c.${'-'.repeat(width)}`,
    lf: () => `\n${lineEnd}`,
    vrlf: () => `\n${lineEnd}`,
    text: (text) => (voice === null ? text : selectVoice(voice) + latin1(encodeIn(voice, text))),
    qrcode: (symbol) => {
      const bytes = profile.qr === 'native' ? [nativeQr(symbol)] : rasterQr(symbol)
      return bytes.map((part) => latin1(part) + lineEnd).join('')
    },
  }
}

/** How receiptline counts columns. */
const countedAs = { gb18030: 'gb18030', gbk: 'gb18030', shiftjis: 'shiftjis' } as const

/** A run of lines that receiptline may set together: those of one voice. */
interface Run {
  readonly voice: Voice | null
  readonly lines: readonly MarkdownLine[]
}

/** What is sent as it is. */
interface Dots {
  readonly dots: readonly Uint8Array[]
}

function runBytes({ voice, lines }: Run, profile: PrinterProfile): Uint8Array[] {
  const printed = transform(lines.map(markdownOf).join('\n'), {
    cpl: profile.columns,
    encoding: voice === null || 'page' in voice ? 'cp437' : countedAs[voice.encoding],
    command: commandSet(profile, voice),
    cutting: false,
  })
  return printed
    .split(lineEnd)
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'latin1'))
}

/**
 * The job as bytes, one array per printed line, band of dots and the cut; joined they are the whole paper. `pictures`
 * has the dots of what the printer cannot say (`drawPictures`).
 */
export function renderLines(
  job: PrintJob,
  profile: PrinterProfile,
  pictures: Pictures = noPictures,
): Uint8Array[] {
  const parts = layOut(job, profile)
    .reduce<readonly (Run | Dots)[]>((runs, line) => joined(runs, line, pictures), [])
    .flatMap((run) => ('dots' in run ? run.dots : runBytes(run, profile)))
  const [first = new Uint8Array(), ...rest] = parts
  return [Buffer.concat([opening, first]), ...rest, endOfPaper(profile.cutter)]
}

const opening = Buffer.concat([initialize, enableAutomaticStatus, Buffer.of(0x1b, 0x33, lineSpacingDots)])

/** The runs with one line more. Rules and symbols have no voice and join whatever run there is. */
function joined(runs: readonly (Run | Dots)[], line: Line, pictures: Pictures): readonly (Run | Dots)[] {
  if (line.kind === 'logo') return pictures.logo === null ? runs : [...runs, { dots: pictures.logo }]
  if (line.kind === 'bars') return [...runs, { dots: line.bands }]
  if (line.kind === 'text' && line.voice === null) return [...runs, { dots: dotsOf(line, pictures) }]
  const voice = line.kind === 'text' ? line.voice : null
  const last = runs.at(-1)
  const fits = last !== undefined && !('dots' in last) && (voice === null || (last.voice ?? voice) === voice)
  if (!fits) return [...runs, { voice, lines: [line] }]
  return [...runs.slice(0, -1), { voice: last.voice ?? voice, lines: [...last.lines, line] }]
}

function dotsOf(line: TextLine, pictures: Pictures): readonly Uint8Array[] {
  const dots = pictures.lines.get(pictureKey(line))
  if (dots === undefined) throw new Error(`"${line.text}" has to be drawn before it can be printed`)
  return dots
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
