/** Alphabetic codes of ISO 4217 (list one, active currencies) whose minor unit is a hundredth. */
const twoDigits =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP ' +
  'CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES ' +
  'KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK ' +
  'NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB ' +
  'TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW'
const noDigits = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'
const threeDigits = 'BHD IQD JOD KWD LYD OMR TND'

function table(digits: number, codes: string): [string, number][] {
  return codes.split(' ').map((code) => [code, digits])
}

const digitsOf: ReadonlyMap<string, number> = new Map([
  ...table(2, twoDigits),
  ...table(0, noDigits),
  ...table(3, threeDigits),
])

/** Digits after the decimal point (the exponent of ISO 4217), null for a code that is not an active currency. */
export function minorDigits(currency: string): number | null {
  return digitsOf.get(currency) ?? null
}

/** The same where the currency has been validated before, as configuration and journal entries are. */
export function knownMinorDigits(currency: string): number {
  const digits = minorDigits(currency)
  if (digits === null) throw new Error(`${currency} is not a currency of ISO 4217`)
  return digits
}
