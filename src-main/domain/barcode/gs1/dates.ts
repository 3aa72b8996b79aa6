const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** YYMMDD; day 00 is the last one of the month. */
export function isGs1Date(text: string): boolean {
  if (!/^\d{6}$/.test(text)) return false
  const [month, day] = [Number(text.slice(2, 4)), Number(text.slice(4))]
  return month >= 1 && month <= 12 && day <= (daysOfMonth[month - 1] ?? 0)
}

/**
 * The day that YYMMDD means, as YYYY-MM-DD, read on `today` (YYYY-MM-DD): at most 49 years ahead, at most 50 back.
 * Source: GS1 General Specifications 24, section 7.12.
 */
export function gs1Date(text: string, today: string): string {
  const thisYear = Number(today.slice(0, 4))
  const ofCentury = Number(text.slice(0, 2)) - (thisYear % 100)
  const century = thisYear - (thisYear % 100) + (ofCentury >= 51 ? -100 : ofCentury <= -50 ? 100 : 0)
  const year = century + Number(text.slice(0, 2))
  const [month, day] = [Number(text.slice(2, 4)), Number(text.slice(4))]
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${year}-${two(month)}-${two(day === 0 ? lastDay : Math.min(day, lastDay))}`
}

/** The day it is somewhere, as YYYY-MM-DD. `timeZone`: an IANA name. */
export function localDate(atMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  return parts.format(atMs)
}
