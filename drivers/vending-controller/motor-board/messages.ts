import type { SlotStatus } from '../vending-controller-port.ts'

/** How a motor run ended, in the board's words. `interrupted`: the power went while it ran. */
export const boardOutcomes = ['dropped', 'jammed', 'empty', 'timeout', 'interrupted'] as const
export type BoardOutcome = (typeof boardOutcomes)[number]

export type BoardQuestion =
  | { readonly kind: 'identify' }
  | { readonly kind: 'slots' }
  | { readonly kind: 'dispense'; readonly key: string; readonly slot: string }
  | { readonly kind: 'query'; readonly key: string }

export type BoardAnswer =
  | { readonly kind: 'identity'; readonly model: string; readonly serial: string }
  | { readonly kind: 'slots'; readonly slots: readonly SlotStatus[] }
  /** Written down, and the motor turns. */
  | { readonly kind: 'begun'; readonly key: string }
  | { readonly kind: 'refused'; readonly key: string; readonly reason: string }
  | { readonly kind: 'ended'; readonly key: string; readonly outcome: BoardOutcome }
  | { readonly kind: 'neverHeard'; readonly key: string }

const keyPattern = '[0-9a-f]{32}'
const slotPattern = '[0-9A-Z]{1,4}'
const slotLetters = { r: 'ready', e: 'empty', j: 'jammed' } as const

export function isSlot(text: string): boolean {
  return new RegExp(`^${slotPattern}$`).test(text)
}

export function isJobKey(text: string): boolean {
  return new RegExp(`^${keyPattern}$`).test(text)
}

export function encodeQuestion(question: BoardQuestion): string {
  switch (question.kind) {
    case 'identify':
      return 'I'
    case 'slots':
      return 'S'
    case 'dispense':
      return `D,${question.key},${question.slot}`
    case 'query':
      return `Q,${question.key}`
  }
}

/** Null for what no host says. */
export function decodeQuestion(body: string): BoardQuestion | null {
  if (body === 'I') return { kind: 'identify' }
  if (body === 'S') return { kind: 'slots' }
  const dispense = new RegExp(`^D,(${keyPattern}),(${slotPattern})$`).exec(body)
  if (dispense !== null) return { kind: 'dispense', key: dispense[1] ?? '', slot: dispense[2] ?? '' }
  const query = new RegExp(`^Q,(${keyPattern})$`).exec(body)
  return query === null ? null : { kind: 'query', key: query[1] ?? '' }
}

export function encodeAnswer(answer: BoardAnswer): string {
  switch (answer.kind) {
    case 'identity':
      return `I,${answer.model},${answer.serial}`
    case 'slots':
      return ['S', ...answer.slots.map(encodeSlot)].join(',')
    case 'begun':
      return `A,${answer.key}`
    case 'refused':
      return `R,${answer.key},${answer.reason}`
    case 'ended':
      return `E,${answer.key},${answer.outcome}`
    case 'neverHeard':
      return `U,${answer.key}`
  }
}

function encodeSlot({ slot, state, left }: SlotStatus): string {
  return `${slot}=${state.charAt(0)}${left ?? ''}`
}

/** Null for what no board says. */
export function decodeAnswer(body: string): BoardAnswer | null {
  const [letter = '', first = '', second = '', ...rest] = body.split(',')
  if (letter === 'S') return decodeSlots(body.split(',').slice(1))
  if (rest.length > 0) return null
  if (letter === 'I' && first !== '' && second !== '')
    return { kind: 'identity', model: first, serial: second }
  if (!isJobKey(first)) return null
  if (letter === 'A' && second === '') return { kind: 'begun', key: first }
  if (letter === 'U' && second === '') return { kind: 'neverHeard', key: first }
  if (letter === 'R' && /^[a-zA-Z]{1,20}$/.test(second))
    return { kind: 'refused', key: first, reason: second }
  const outcome = boardOutcomes.find((known) => known === second)
  return letter === 'E' && outcome !== undefined ? { kind: 'ended', key: first, outcome } : null
}

function decodeSlots(fields: readonly string[]): BoardAnswer | null {
  const slots: SlotStatus[] = []
  for (const field of fields) {
    const [slot = '', text = '', ...rest] = field.split('=')
    const [, letter, count] = /^([rej])(\d{1,4})?$/.exec(text) ?? []
    if (!isSlot(slot) || letter === undefined || rest.length > 0) return null
    const state = slotLetters[letter as keyof typeof slotLetters]
    slots.push({ slot, state, ...(count === undefined ? {} : { left: Number(count) }) })
  }
  return { kind: 'slots', slots }
}
