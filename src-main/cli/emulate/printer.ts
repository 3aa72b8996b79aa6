import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  emulatePrinter,
  type EmulatedPrinter,
} from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { printerProfiles, type PrinterProfileId } from '../../../drivers/pos-printer/profiles.ts'
import { baudOf, lineOptions, plugVerbs, powerVerb } from './cable.ts'
import { emulatedKind, oneOf, wholeNumber, type Emit } from './device.ts'

const models = Object.keys(printerProfiles) as PrinterProfileId[]
const replyFaults = ['none', 'drop', 'duplicate', 'garble', 'late'] as const

export const printer = emulatedKind<EmulatedPrinter>('printer', {
  summary: 'ESC/POS receipt printer with a cash drawer',
  options: {
    ...lineOptions,
    model: { value: 'NAME', says: `one of ${models.join(', ')}; epson-80 unless given` },
    papers: { value: 'DIR', says: 'writes each paper there, as PNG and as text' },
  },
  async start(values, emit) {
    const model = oneOf('--model', values['model'] ?? 'epson-80', models)
    const emulator = await emulatePrinter({ model, link: values['link'], ...baudOf(values['baud']) })
    const folder = values['papers']
    if (folder !== undefined) mkdirSync(folder, { recursive: true })
    watchPapers(emulator, folder, emit)
    return emulator
  },
  ready: ({ how, profile }) => ({ how, paperMm: profile.paperMm }),
  verbs: {
    'cover-open': { usage: 'cover-open', says: 'opens the cover', run: (it) => it.openCover() },
    'cover-close': { usage: 'cover-close', says: 'closes it', run: (it) => it.closeCover() },
    paper: {
      usage: 'paper MM',
      says: 'loads a roll with so many millimetres left; 0 takes it out',
      run: (it, [mm]) => it.setPaper(wholeNumber('MM', mm, { min: 0, max: 1_000_000 })),
    },
    jam: { usage: 'jam', says: 'jams the cutter', run: (it) => it.jam() },
    'clear-jam': { usage: 'clear-jam', says: 'frees it', run: (it) => it.clearJam() },
    'drawer-close': { usage: 'drawer-close', says: 'pushes the drawer shut', run: (it) => it.closeDrawer() },
    'drawer-stick': {
      usage: 'drawer-stick on|off',
      says: 'the drawer stays shut whatever the printer does',
      run: (it, [word]) => it.stickDrawer(oneOf('The drawer', word, ['on', 'off']) === 'on'),
    },
    flap: {
      usage: 'flap [TIMES]',
      says: 'its power goes off and on, half a second apart',
      run: (it, [times]) => it.flap(wholeNumber('TIMES', times, { min: 1, max: 100, otherwise: 3 })),
    },
    fault: {
      usage: 'fault none|drop|duplicate|garble|late [MS]',
      says: 'spoils what the printer answers until "fault none"',
      run(it, [name, ms]) {
        const kind = oneOf('The fault', name, replyFaults)
        const lateMs = wholeNumber('MS', ms, { min: 1, max: 600_000, otherwise: 3000 })
        it.setReplyFault(kind === 'late' ? { lateMs } : kind)
      },
    },
    'unplug-after': {
      usage: 'unplug-after BYTES',
      says: 'pulls the plug when so many more bytes have come',
      run: (it, [bytes]) =>
        it.afterBytes(wholeNumber('BYTES', bytes, { min: 1, max: 10_000_000 }), () => void it.unplug()),
    },
    'power-cycle': powerVerb,
    ...plugVerbs,
  },
})

function watchPapers(emulator: EmulatedPrinter, folder: string | undefined, emit: Emit): void {
  let told = 0
  emulator.onChange((state) => {
    emit({ event: 'state', ...state })
    const fresh = emulator.papers().filter(({ number }) => number > told)
    told = fresh.at(-1)?.number ?? told
    for (const paper of fresh) {
      const { number, jobText: text, heightMm } = paper
      if (folder === undefined) {
        emit({ event: 'paper', number, heightMm, text })
        continue
      }
      const file = path.join(folder, `paper-${number}`)
      void paper.png().then((png) => {
        writeFileSync(`${file}.png`, png)
        writeFileSync(`${file}.txt`, `${text}\n`)
        emit({ event: 'paper', number, heightMm, png: `${file}.png`, text: `${file}.txt` })
      })
    }
  })
}
