import type { Notice } from '../../src-main/contract/laneView.ts'
import type { Language } from '../../src-main/contract/values.ts'
import { en } from './en.ts'
import type { Said } from './noticesEn.ts'
import { zhCN } from './zhCn.ts'

/** Every word the screen can say. English is the shape; a language that lacks a word does not compile. */
export type Words = typeof en
export type { Said }

const dictionaries: Record<Language, Words> = { en, 'zh-CN': zhCN }

export function wordsFor(language: Language): Words {
  return dictionaries[language]
}

export function sayNotice(words: Words, notice: Notice): Said {
  // Code and argument come from the same notice; the checker cannot follow that pairing through the table.
  const say = words.notices[notice.code] as (notice: Notice) => Said
  return say(notice)
}

/** The last part of a code, after any area: `device.paperEmpty` and `paperEmpty` mean the same to a person. */
function plain(code: string): string {
  return code.slice(code.lastIndexOf('.') + 1)
}

export function sayDetail(words: Words, code: string): string {
  return words.deviceDetails[plain(code)] ?? words.deviceOther
}

export function sayRefusal(words: Words, code: string): string {
  return words.refusals[plain(code)] ?? words.refusalOther
}
