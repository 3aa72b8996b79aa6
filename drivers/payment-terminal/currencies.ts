/** ISO 4217 numeric codes of currencies that card terminals settle in (ISO 4217:2015, list one). */
const numbers: Readonly<Record<string, number>> = {
  AED: 784, AUD: 36, BGN: 975, BRL: 986, CAD: 124, CHF: 756, CNY: 156, CZK: 203, DKK: 208, EUR: 978, GBP: 826, HKD: 344,
  HUF: 348, IDR: 360, ILS: 376, INR: 356, ISK: 352, JPY: 392, KRW: 410, MOP: 446, MXN: 484, MYR: 458, NOK: 578, NZD: 554,
  PHP: 608, PLN: 985, RON: 946, RUB: 643, SEK: 752, SGD: 702, THB: 764, TRY: 949, TWD: 901, UAH: 980, USD: 840, VND: 704,
  ZAR: 710,
} // prettier-ignore

/** Null for a currency no terminal of ours settles in. */
export function currencyNumber(code: string): number | null {
  return Object.hasOwn(numbers, code) ? (numbers[code] ?? null) : null
}
