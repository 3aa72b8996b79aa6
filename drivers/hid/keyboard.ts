import { valueOf } from './fields.ts'
import { keyboardLayouts, type KeyboardLayoutId } from './keyboard-layouts.ts'
import type { ReportDescriptor } from './report-descriptor.ts'

/** Where the keys stand in a keyboard's reports; all of them whole bytes. */
export interface KeyboardReport {
  readonly reportId: number
  readonly modifiersAt: number
  readonly keysAt: number
  readonly keyCount: number
}

/** The report of the boot protocol: modifiers, a byte of no meaning, six keys (HID 1.11, appendix B.1). */
export const bootKeyboard: KeyboardReport & Pick<ReportDescriptor, 'numbered' | 'reportBytes'> = {
  reportId: 0,
  modifiersAt: 0,
  keysAt: 2,
  keyCount: 6,
  numbered: false,
  reportBytes: new Map([[0, 8]]),
}

export const usages = {
  keyboard: 0x0001_0006,
  leftControl: 0x0007_00e0,
  enter: 0x28,
  backspace: 0x2a,
  tab: 0x2b,
  space: 0x2c,
  capsLock: 0x39,
  keypadEnter: 0x58,
  keypadOne: 0x59,
  keypadZero: 0x62,
} as const

/** Bits of the modifier byte. */
export const modifiers = { control: 0x11, shift: 0x22, leftAlt: 0x04, rightAlt: 0x40 } as const

const keyPage = 0x0007
const rollOver = 3

/** Where a descriptor puts modifiers and keys; null when it is no keyboard, or one of a kind scanners do not play. */
export function keyboardReport(descriptor: ReportDescriptor): KeyboardReport | null {
  const shifts = valueOf(descriptor, usages.leftControl)
  const keys = descriptor.fields.find(
    ({ isArray, usages: [first = 0], reportId }) =>
      isArray && first >> 16 === keyPage && reportId === shifts?.reportId,
  )
  if (shifts === null || keys?.bitSize !== 8 || keys.bitOffset % 8 !== 0 || shifts.bitOffset % 8 !== 0)
    return null
  return {
    reportId: shifts.reportId,
    modifiersAt: shifts.bitOffset / 8,
    keysAt: keys.bitOffset / 8,
    keyCount: keys.count,
  }
}

/** One pressed key as text: a character's code point, or where a read ends. */
export type Keystroke = number | 'enter' | 'tab'

export interface KeyboardDecoder {
  /** The keys that this report presses newly, in its order. */
  push(report: Uint8Array): Keystroke[]
  reset(): void
}

/**
 * Turns reports of a keyboard into what its layout writes. Knows what scanners do beyond typing: a control character as
 * Ctrl and a key (GS is Ctrl+]), and Alt with a number on the keypad for a sign that no key has.
 */
export function createKeyboardDecoder(where: KeyboardReport, layoutId: KeyboardLayoutId): KeyboardDecoder {
  const layout = keyboardLayouts[layoutId]
  let down: readonly number[] = []
  let capsLock = false
  let altNumber: number | null = null

  const written = (usage: number, held: number): number | null => {
    if (usage === usages.space) return 0x20
    const legend = layout.get(usage)
    if (legend !== undefined) {
      const [plain, shift, altGr] = legend
      if (held & modifiers.rightAlt) return altGr.codePointAt(0) ?? null
      if (held & modifiers.control) return controlOf(plain)
      const isLetter = plain.length === 1 && plain.toUpperCase() === shift && plain !== shift
      const shifted = ((held & modifiers.shift) !== 0) !== (capsLock && isLetter)
      return (shifted ? shift : plain).codePointAt(0) ?? null
    }
    return keypadSigns.get(usage)?.codePointAt(0) ?? null
  }

  const press = (usage: number, held: number): Keystroke | null => {
    if (usage === usages.enter || usage === usages.keypadEnter) return 'enter'
    if (usage === usages.tab) return 'tab'
    if (usage === usages.capsLock) capsLock = !capsLock
    if (held & modifiers.leftAlt) {
      const digit = keypadSigns.get(usage) ?? ''
      if (/^\d$/.test(digit)) altNumber = ((altNumber ?? 0) * 10 + Number(digit)) % 0x1_0000
      return null
    }
    return written(usage, held)
  }

  return {
    push(report) {
      const held = report[where.modifiersAt] ?? 0
      const keys = [...report.subarray(where.keysAt, where.keysAt + where.keyCount)]
      // Too many keys at once: the report says nothing about any of them.
      if (keys.some((usage) => usage > 0 && usage <= rollOver)) return []
      const strokes: Keystroke[] = []
      if ((held & modifiers.leftAlt) === 0 && altNumber !== null) {
        if (altNumber > 0) strokes.push(altNumber)
        altNumber = null
      }
      for (const usage of keys) {
        if (usage === 0 || down.includes(usage)) continue
        const stroke = press(usage, held)
        if (stroke !== null) strokes.push(stroke)
      }
      down = keys.filter((usage) => usage !== 0)
      return strokes
    },
    reset() {
      down = []
      capsLock = false
      altNumber = null
    },
  }
}

/** Usages 54 to 63. */
export const keypadSigns: ReadonlyMap<number, string> = new Map(
  Array.from('/*-+')
    .map((sign, at): [number, string] => [0x54 + at, sign])
    .concat(Array.from('1234567890.').map((sign, at): [number, string] => [usages.keypadOne + at, sign])),
)

function controlOf(sign: string): number | null {
  const code = sign.toUpperCase().charCodeAt(0)
  return code >= 0x40 && code <= 0x5f ? code & 0x1f : null
}
