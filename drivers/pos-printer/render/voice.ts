import iconv from 'iconv-lite'
import type { CodePage, DoubleByteEncoding, PrinterProfile } from '../models/profile.ts'

/** How a model can be made to say a text: in its two-byte characters, or in one of its code pages. */
export type Voice = { readonly encoding: DoubleByteEncoding } | CodePage

/** A text as it is set: in a voice of the printer, or, with none, drawn dot by dot. */
export interface Spoken {
  readonly text: string
  readonly voice: Voice | null
}

/** FS & with the character set it stands for, or FS . with ESC t n. */
export function selectVoice(voice: Voice): string {
  if ('page' in voice) return `\x1c.\x1bt${String.fromCharCode(voice.page)}`
  return voice.encoding === 'shiftjis' ? '\x1cC1\x1c&' : '\x1bt\x00\x1c&'
}

/** The bytes of a text its voice can say. */
export function encodeIn(voice: Voice, text: string): Uint8Array {
  return iconv.encode(text, voice.encoding)
}

/**
 * The first voice of the model that can say all of the text. Text with Chinese or Japanese in it is tried in two-byte
 * characters first, all other in the code pages, where an "é" is as narrow as an "e".
 */
export function spoken(text: string, profile: PrinterProfile): Spoken {
  const double = profile.doubleByte === null ? [] : [doubleByteVoices[profile.doubleByte]]
  const voices = hasIdeographs(text) ? [...double, ...profile.codePages] : [...profile.codePages, ...double]
  for (const voice of voices) {
    const written = inVoice(text, voice)
    if (canSay(voice, written)) return { text: written, voice }
  }
  return { text, voice: null }
}

/** One object each, so that lines of the same voice are seen to be. */
const doubleByteVoices: Readonly<Record<DoubleByteEncoding, Voice>> = {
  gb18030: { encoding: 'gb18030' },
  gbk: { encoding: 'gbk' },
  shiftjis: { encoding: 'shiftjis' },
}

/** Code pages have the yen sign itself, two-byte sets its wide form. */
function inVoice(text: string, voice: Voice): string {
  return 'page' in voice ? text.replaceAll('\uffe5', '\u00a5') : text
}

function canSay(voice: Voice, text: string): boolean {
  if (/^[\u0020-\u007e]*$/.test(text)) return true
  if (iconv.decode(iconv.encode(text, voice.encoding), voice.encoding) !== text) return false
  switch (voice.encoding) {
    case 'gb18030':
      return Array.from(text).every((character) => !isFourBytes(character) || ideograph.test(character))
    case 'gbk':
      return Array.from(text).every((character) => !isFourBytes(character))
    default:
      return true
  }
}

const ideograph = /\p{Script=Han}/u

function hasIdeographs(text: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
}

/** Codes of four bytes stand for all of Unicode; a printer's font has the ideographs of them at most. */
function isFourBytes(character: string): boolean {
  return character > '\u007f' && iconv.encode(character, 'gb18030').length === 4
}

/** Columns a text takes in a voice; drawn, as many as a Chinese printer would give it. */
export function columnsIn(voice: Voice | null): (text: string) => number {
  if (voice !== null && 'page' in voice) return (text) => Array.from(text).length
  if (voice === null) return sum(drawnWidth)
  return voice.encoding === 'shiftjis' ? sum(shiftJisWidth) : sum((code) => (code < 0x80 ? 1 : 2))
}

function sum(width: (code: number) => 0 | 1 | 2): (text: string) => number {
  return (text) => Array.from(text).reduce((columns, one) => columns + width(one.codePointAt(0) ?? 0), 0)
}

/** Halfwidth katakana are one byte and one column. */
function shiftJisWidth(code: number): 1 | 2 {
  return code < 0x80 || (code >= 0xff61 && code <= 0xff9f) ? 1 : 2
}

/** Marks that sit on the letter before them take none; from Hangul on, scripts are written in squares. */
function drawnWidth(code: number): 0 | 1 | 2 {
  if (/\p{M}/u.test(String.fromCodePoint(code))) return 0
  return code < 0x1100 ? 1 : 2
}
