import { modifiers, usages } from './keyboard.ts'
import { keyboardLayouts, type KeyboardLayoutId } from './keyboard-layouts.ts'

const shiftLeft = 0x02
const controlLeft = 0x01

/** The boot reports with which a keyboard types a text, each key let go again; the inverse of the decoder. */
export function typedReports(
  text: string,
  layoutId: KeyboardLayoutId,
  end: 'enter' | 'tab' | null,
): Uint8Array[] {
  const reports = Array.from(text).flatMap((sign) => strokesOf(sign, layoutId))
  if (end !== null) reports.push(...pressed(0, end === 'enter' ? usages.enter : usages.tab))
  return reports
}

function strokesOf(sign: string, layoutId: KeyboardLayoutId): Uint8Array[] {
  const code = sign.codePointAt(0) ?? 0
  if (sign === ' ') return pressed(0, usages.space)
  const held = [0, shiftLeft, modifiers.rightAlt]
  for (const [usage, legends] of keyboardLayouts[layoutId]) {
    const at = legends.indexOf(sign)
    if (at >= 0 && sign !== '') return pressed(held[at] ?? 0, usage)
  }
  if (code < 0x20) {
    const wanted = String.fromCharCode(code + 0x40)
    for (const [usage, [plain]] of keyboardLayouts[layoutId]) {
      if (plain.toUpperCase() === wanted) return pressed(controlLeft, usage)
    }
  }
  return byNumber(code)
}

/** Alt held while the sign's number is typed on the keypad. */
function byNumber(code: number): Uint8Array[] {
  const digits = Array.from(String(code).padStart(4, '0'))
  return [
    ...digits.flatMap((digit) => {
      const usage = digit === '0' ? usages.keypadZero : usages.keypadOne + Number(digit) - 1
      return [report(modifiers.leftAlt, usage), report(modifiers.leftAlt, 0)]
    }),
    report(0, 0),
  ]
}

function pressed(held: number, usage: number): Uint8Array[] {
  return [report(held, usage), report(0, 0)]
}

function report(held: number, usage: number): Uint8Array {
  return Uint8Array.of(held, 0, usage, 0, 0, 0, 0, 0)
}
