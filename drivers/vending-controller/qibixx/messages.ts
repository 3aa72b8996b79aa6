import type { VendSessionState } from '../vend-session-port.ts'

/**
 * The text interface of the Qibixx MDB-USB for a cashless peripheral. Sources: docs.qibixx.com/mdb-products, pages
 * "vending-sessions-examples" and "cashless-device-accept-a-vend-request-from-vmc-in-always-idle".
 */
export type BridgeMessage =
  | { readonly kind: 'status'; readonly state: Exclude<VendSessionState, 'vend'> }
  | { readonly kind: 'vend'; readonly amountMinor: number; readonly item: number | null }
  | { readonly kind: 'vendSucceeded' }
  | { readonly kind: 'vendFailed' }
  /** `c,1`: the peripheral is switched on; `c,0`: off. */
  | { readonly kind: 'switched'; readonly on: boolean }
  | { readonly kind: 'error'; readonly text: string }
  /** `r,ACK` and the other parts of the bus that we do not use. */
  | { readonly kind: 'bus' }
  | { readonly kind: 'unreadable' }

const states: Readonly<Record<string, Exclude<VendSessionState, 'vend'>>> = {
  INACTIVE: 'inactive',
  DISABLED: 'disabled',
  ENABLED: 'enabled',
  IDLE: 'idle',
}

export const bridgeCommands = {
  on: 'C,1',
  off: 'C,0',
  deny: 'C,STOP',
  approve: (amountMinor: number, decimals: number) => `C,VEND,${formatAmount(amountMinor, decimals)}`,
}

/** `decimals`: of the machine's amounts, 2 for `1.00`. */
export function decodeBridge(line: string, decimals: number): BridgeMessage {
  const [from = '', first = '', second = '', amount = '', item = '', ...rest] = line.split(',')
  if (/^[a-bd-z]$/.test(from)) return { kind: 'bus' }
  if (from !== 'c') return { kind: 'unreadable' }
  if (first === '1' || first === '0') return { kind: 'switched', on: first === '1' }
  if (first === 'ERR') {
    // The bus command VEND (13H) with subcommand 3, vend failure: the machine gave nothing out.
    return second === 'VEND 3' ? { kind: 'vendFailed' } : { kind: 'error', text: line.slice(0, 80) }
  }
  if (first === 'VEND') {
    return second === 'SUCCESS' ? { kind: 'vendSucceeded' } : { kind: 'error', text: line.slice(0, 80) }
  }
  if (first !== 'STATUS' || rest.length > 0) return { kind: 'unreadable' }
  if (second === 'VEND') return decodeVend(amount, item, decimals)
  const state = states[second]
  return state === undefined ? { kind: 'unreadable' } : { kind: 'status', state }
}

function decodeVend(amount: string, item: string, decimals: number): BridgeMessage {
  const amountMinor = parseAmount(amount, decimals)
  if (amountMinor === null) return { kind: 'unreadable' }
  if (item === '') return { kind: 'vend', amountMinor, item: null }
  return /^\d{1,5}$/.test(item) ? { kind: 'vend', amountMinor, item: Number(item) } : { kind: 'unreadable' }
}

/** Null when it is none, or finer than `decimals`. */
export function parseAmount(text: string, decimals: number): number | null {
  const match = /^(\d{1,7})(?:\.(\d{1,4}))?$/.exec(text)
  if (match === null) return null
  const [, whole = '', fraction = ''] = match
  const spare = fraction.slice(decimals)
  if (/[1-9]/.test(spare)) return null
  return Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'))
}

export function formatAmount(amountMinor: number, decimals: number): string {
  const digits = String(amountMinor).padStart(decimals + 1, '0')
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
