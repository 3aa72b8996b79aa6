import type { Language } from '../../src-main/contract/values.ts'

/** `1250` -> `1.250 kg`. */
export function formatKilograms(grams: number, language: Language): string {
  const figure = new Intl.NumberFormat(language, { minimumFractionDigits: 3 }).format(grams / 1000)
  return `${figure} kg`
}
