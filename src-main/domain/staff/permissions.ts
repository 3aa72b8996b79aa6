import { staffRoles, type StaffRole } from '../../contract/shift.ts'
import { multiplyRounded } from '../money/money.ts'

export type StaffAction =
  | 'returnGoods'
  | 'voidSale'
  | 'overridePrice'
  | 'readFigures'
  | 'openShift'
  | 'putCashIn'
  | 'takeCashOut'
  | 'closeShift'

/** The lowest role that may do it; every higher one may too. */
const permitted: Readonly<Record<StaffAction, StaffRole>> = {
  returnGoods: 'attendant',
  voidSale: 'supervisor',
  overridePrice: 'attendant',
  readFigures: 'attendant',
  openShift: 'attendant',
  putCashIn: 'attendant',
  takeCashOut: 'supervisor',
  closeShift: 'supervisor',
}

export function mayDo(role: StaffRole, action: StaffAction): boolean {
  return staffRoles.indexOf(role) >= staffRoles.indexOf(permitted[action])
}

export interface OverrideLimit {
  /** How much a price may be lowered, in parts per thousand of what it was. */
  readonly lowerPermille: number
  readonly mayRaise: boolean
}

/** How far each role may change a price. */
export const overrideLimits: Readonly<Record<StaffRole, OverrideLimit>> = {
  attendant: { lowerPermille: 100, mayRaise: false },
  supervisor: { lowerPermille: 500, mayRaise: true },
  manager: { lowerPermille: 1000, mayRaise: true },
}

/** Prices of one piece or of 1,000 grams, in minor units. */
export function mayOverride(role: StaffRole, fromMinor: number, toMinor: number): boolean {
  const { lowerPermille, mayRaise } = overrideLimits[role]
  if (toMinor > fromMinor) return mayRaise
  const least = multiplyRounded(fromMinor, 1000 - lowerPermille, 1000)
  return least.ok && toMinor >= least.value
}
