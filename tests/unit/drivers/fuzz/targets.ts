import { readJpegSize } from '../../../../drivers/camera/jpegHeader.ts'
import { MjpegSplitter } from '../../../../drivers/camera/mjpegSplitter.ts'
import { createLineSplitter, replySchema, requestSchema } from '../../../../drivers/fiscal/protocol.ts'
import { decodeApdu } from '../../../../drivers/payment-terminal/zvt/apdu.ts'
import { decodeElements } from '../../../../drivers/payment-terminal/zvt/bitmaps.ts'
import { createSerialFraming, createTcpFraming } from '../../../../drivers/payment-terminal/zvt/framing.ts'
import { decodeMessage } from '../../../../drivers/payment-terminal/zvt/messages.ts'
import { decodeTlvs } from '../../../../drivers/payment-terminal/zvt/tlv.ts'
import { readToken } from '../../../../drivers/pos-printer/emulator/tokens.ts'
import { createReplyParser } from '../../../../drivers/pos-printer/replies.ts'
import { createScannerFraming } from '../../../../drivers/scanner/framing.ts'
import { isDigitalLink, parseDigitalLink } from '../../../../src-main/domain/barcode/gs1/digitalLink.ts'
import { parseElementString } from '../../../../src-main/domain/barcode/gs1/elements.ts'
import { parseScan } from '../../../../src-main/domain/barcode/scan.ts'
import * as corpora from './corpora.ts'
import type { FuzzTarget } from './harness.ts'
import { message, stream } from './kinds.ts'
import { readerTargets } from './reader-targets.ts'
import { stationTargets } from './stationTargets.ts'

const text = new TextDecoder()
const labels = ['22IIIIIPPPPPK', '28IIIIIWWWWWK']

/** Lines, each read as the driver or the emulator reads it; a line that never ends is a `RangeError`. */
function fiscal(
  name: string,
  corpus: readonly Uint8Array[],
  read: (value: unknown) => { success: boolean },
): FuzzTarget {
  return {
    name,
    corpus,
    mayThrow: (thrown) => thrown instanceof RangeError,
    create: () => {
      const lines = createLineSplitter()
      return (bytes) => lines.push(bytes).filter((line) => read(json(line)).success)
    },
  }
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function tokens(bytes: Uint8Array): unknown {
  return (['gb18030', 'shiftjis', null] as const).map((set) => {
    let at = 0
    for (let token = readToken(bytes, at, set); token !== null; token = readToken(bytes, at, set)) {
      // A token that takes nothing would be read for ever.
      if (token.size < 1) throw new Error('A token without bytes')
      at += token.size
    }
    return at
  })
}

export const targets: readonly FuzzTarget[] = [
  stream('scanner framing', corpora.reads, createScannerFraming),
  stream('printer replies', corpora.printerReplies, createReplyParser),
  message('printer commands (emulator)', corpora.printerCommands, tokens),
  message('ZVT APDU', corpora.tcpApdus, decodeApdu),
  stream('ZVT framing over TCP', corpora.tcpApdus, createTcpFraming),
  stream('ZVT framing over serial', corpora.serialApdus, createSerialFraming),
  message('ZVT data elements', [corpora.statusElements], decodeElements),
  message('ZVT TLV container', corpora.tlvRows, decodeTlvs),
  message('ZVT messages', corpora.tcpApdus, (bytes) => {
    const found = decodeApdu(bytes)
    return found === null ? null : decodeMessage(found.apdu)
  }),
  fiscal('fiscal replies', corpora.fiscalLines, (value) => replySchema.safeParse(value)),
  fiscal('fiscal requests (emulator)', corpora.fiscalRequests, (value) => requestSchema.safeParse(value)),
  stream('MJPEG splitter', corpora.jpegs, () => new MjpegSplitter()),
  message('JPEG header', corpora.jpegs, readJpegSize),
  message('barcodes, GS1 and price labels', corpora.codes, (bytes) => {
    const scan = parseScan(text.decode(bytes), labels)
    return scan.ok ? scan.value : null
  }),
  message('GS1 element strings', corpora.elementStrings, (bytes) => {
    const elements = parseElementString(text.decode(bytes))
    return elements.ok ? elements.value : null
  }),
  message('GS1 Digital Link', corpora.digitalLinks, (bytes) => {
    const link = text.decode(bytes)
    const elements = isDigitalLink(link) ? parseDigitalLink(link) : null
    return elements?.ok === true ? elements.value : null
  }),
  ...readerTargets,
  ...stationTargets,
]
