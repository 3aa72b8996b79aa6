import type { CopyReason } from '../../../src-main/contract/receipt.ts'
import type { Language } from '../../../src-main/contract/values.ts'

const words: Record<Language, string> = { 'zh-CN': '副本 COPY', en: 'COPY' }

const reasons: Record<Language, Record<CopyReason, string>> = {
  'zh-CN': {
    shopperAsked: '补打原因：顾客要求',
    outcomeUnknown: '补打原因：打印结果未确认',
    paperEmpty: '补打原因：打印中缺纸',
    coverOpen: '补打原因：打印中开盖',
    printerRestarted: '补打原因：打印机重启',
  },
  en: {
    shopperAsked: 'Printed again: asked for by the shopper',
    outcomeUnknown: 'Printed again: first print not confirmed',
    paperEmpty: 'Printed again: paper ran out',
    coverOpen: 'Printed again: cover was opened',
    printerRestarted: 'Printed again: printer restarted',
  },
}

/** The marking of every paper but the first. */
export function copyTexts(
  language: Language,
  reason: CopyReason,
): { readonly word: string; readonly reason: string } {
  return { word: words[language], reason: reasons[language][reason] }
}
