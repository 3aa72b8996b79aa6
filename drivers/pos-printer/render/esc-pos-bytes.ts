import { commands, transform, type BaseCommand } from 'receiptline'
import { enableAutomaticStatus, feedAndCut, initialize } from '../commands.ts'
import type { PrintJob } from '../pos-printer-port.ts'
import type { PrinterProfile } from '../profiles.ts'
import { jobMarkdown } from './markdown.ts'
import { nativeQr, rasterQr } from './qr-bytes.ts'

/** Stands between lines in the command string, whose other characters are all bytes; never sent. */
const lineEnd = '\ue000'
/** ESC 3 n: from one line of 24-dot characters to the next; Chinese set solid is hard to read. */
const lineSpacingDots = 30

/**
 * Receiptline's ESC/POS with the parts that hurt replaced: its opening turns automatic status off and uses commands
 * of Japanese models, its rule needs a katakana code page, its closing asks for a status of its own.
 */
function commandSet(profile: PrinterProfile): BaseCommand {
  const base = commands.generic
  const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
  return {
    ...base,
    open(printer) {
      base.open.call(this, printer)
      return `${latin1(initialize)}${latin1(enableAutomaticStatus)}\x1b3${String.fromCharCode(lineSpacingDots)}`
    },
    close: () => (profile.cutter ? latin1(feedAndCut) : '\n\n\n\n') + lineEnd,
    hr: (width) => `\x1c.${'-'.repeat(width)}`,
    lf: () => `\n${lineEnd}`,
    vrlf: () => `\n${lineEnd}`,
    qrcode: (symbol) => {
      const bytes = profile.qr === 'native' ? [nativeQr(symbol)] : rasterQr(symbol)
      return bytes.map((part) => latin1(part) + lineEnd).join('')
    },
  }
}

/** The job as bytes, one array per printed line, symbol and the cut; joined they are the whole paper. */
export function renderLines(job: PrintJob, profile: PrinterProfile): Uint8Array[] {
  const printed = transform(jobMarkdown(job, profile), {
    cpl: profile.columns,
    encoding: profile.encoding,
    command: commandSet(profile),
    cutting: profile.cutter,
  })
  return printed
    .split(lineEnd)
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'latin1'))
}
