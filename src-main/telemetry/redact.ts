const REDACTED = '[redacted]'

/** Names whose values never enter a log, whatever they hold. */
const secretNames =
  /^(?:pin|staffPin|password|secret|token|joinToken|operatorToken|receiptToken|authorization|cookie|walletCode|phone|phoneLast4|maskedName|personal|box|sealed|wrapped|template|embedding|probe|reference|frame|pixels|payload|body|privateKey|signature)$/i

/** Payment codes (18 digits) and card numbers (13 to 19): digits that long have no business in a log. */
const longDigits = /(?<![0-9a-zA-Z.])\d{13,19}(?![0-9a-zA-Z])/g

const DEEPEST = 6
const LONGEST_LIST = 50

/** A copy of `facts` that may be written down: no secrets, no bytes, nothing endless. */
export function redactFacts(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return redactObject(facts, 0)
}

/** The same for a sentence. */
export function redactText(text: string): string {
  return text.replace(longDigits, REDACTED)
}

function redactObject(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretNames.test(name) && inner !== null && inner !== undefined
        ? REDACTED
        : redactValue(inner, depth + 1),
    ]),
  )
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (depth >= DEEPEST) return '[deep]'
  if (value instanceof Error) return redactError(value, depth)
  if (Array.isArray(value)) return value.slice(0, LONGEST_LIST).map((inner) => redactValue(inner, depth + 1))
  return redactObject(value, depth)
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  return {
    name: error.name,
    message: redactText(error.message),
    ...redactObject(error, depth),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
  }
}
